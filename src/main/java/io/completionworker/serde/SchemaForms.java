// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;

/** Schemas as the registry has them. */
final class SchemaForms {

  private static final ObjectMapper JSON = new ObjectMapper();

  private SchemaForms() {}

  /**
   * The schema without the marks that the code generator leaves in it. With them it would be
   * another schema, with another id, than the one that other languages register.
   */
  static Schema registered(Schema generated) {
    try {
      JsonNode tree = JSON.readTree(generated.toString());
      removeJavaTypes(tree);
      return new Schema.Parser().parse(tree.toString());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A schema does not print as JSON", e);
    }
  }

  private static void removeJavaTypes(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove("avro.java.string");
    }
    for (JsonNode child : node) {
      removeJavaTypes(child);
    }
  }

  /** Whether the reader understands all that the writer can write. */
  static boolean canRead(Schema reader, Schema writer) {
    return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getType()
        == SchemaCompatibilityType.COMPATIBLE;
  }
}
