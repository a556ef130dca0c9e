package io.completionworker.serde;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record as people write JSON: fields that are null are left out, unions have no type names, a
 * decimal is a number. Not Avro's own JSON encoding; nothing reads it back.
 */
public final class PlainJson {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private PlainJson() {}

  /**
   * The record as a tree.
   *
   * @param generated a record of a class that was generated from a schema
   * @throws IllegalArgumentException when it is something else
   */
  public static ObjectNode of(Object generated) {
    if (!(generated instanceof IndexedRecord item)) {
      throw new IllegalArgumentException("no Avro record: " + generated.getClass().getName());
    }
    ObjectNode object = NODES.objectNode();
    for (Schema.Field field : item.getSchema().getFields()) {
      Object value = item.get(field.pos());
      if (value != null) {
        object.set(field.name(), node(value));
      }
    }
    return object;
  }

  /** A JSON object of strings, as text. */
  public static String text(Map<String, String> members) {
    ObjectNode object = NODES.objectNode();
    members.forEach(object::put);
    return object.toString();
  }

  private static JsonNode node(@Nullable Object value) {
    if (value == null) {
      return NODES.nullNode();
    } else if (value instanceof IndexedRecord item) {
      return of(item);
    } else if (value instanceof Collection<?> items) {
      ArrayNode array = NODES.arrayNode();
      items.forEach(item -> array.add(node(item)));
      return array;
    } else if (value instanceof Map<?, ?> entries) {
      ObjectNode object = NODES.objectNode();
      entries.forEach((name, entry) -> object.set(String.valueOf(name), node(entry)));
      return object;
    }
    return scalar(value);
  }

  private static JsonNode scalar(Object value) {
    if (value instanceof Boolean flag) {
      return NODES.booleanNode(flag);
    } else if (value instanceof Integer number) {
      return NODES.numberNode(number);
    } else if (value instanceof Long number) {
      return NODES.numberNode(number);
    } else if (value instanceof Float number) {
      return NODES.numberNode(number);
    } else if (value instanceof Double number) {
      return NODES.numberNode(number);
    } else if (value instanceof BigDecimal number) {
      return NODES.numberNode(number);
    } else if (value instanceof ByteBuffer bytes) {
      ByteBuffer copy = bytes.duplicate();
      byte[] content = new byte[copy.remaining()];
      copy.get(content);
      return NODES.textNode(Base64.getEncoder().encodeToString(content));
    }
    return NODES.textNode(value.toString()); // text, an enum's symbol
  }
}
