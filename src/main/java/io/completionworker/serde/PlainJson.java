// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import io.completionworker.serde.json.RecordWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.apache.avro.generic.IndexedRecord;

/** Converts a record to a tree of the JSON that {@link RecordWriter} writes. */
public final class PlainJson {

  private static final ObjectMapper JSON = new ObjectMapper();

  private PlainJson() {}

  /**
   * Converts the record to a tree.
   *
   * @param generated a record of a class that was generated from a schema
   * @throws IllegalArgumentException if it is anything else
   */
  public static ObjectNode of(Object generated) {
    if (!(generated instanceof IndexedRecord item)) {
      throw new IllegalArgumentException("no Avro record: " + generated.getClass().getName());
    }
    try (TokenBuffer tokens = new TokenBuffer(JSON, false)) {
      RecordWriter.write(item, tokens);
      return JSON.readTree(tokens.asParser());
    } catch (IOException e) {
      throw new UncheckedIOException(e); // cannot happen in memory
    }
  }

  /** Returns the text of a JSON object of strings. */
  public static String text(Map<String, String> members) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    members.forEach(object::put);
    return object.toString();
  }
}
