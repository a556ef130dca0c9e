// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A value that a simple JSON Schema allows. Formats and patterns are mostly left aside. */
final class SchemaSample {

  private static final int DEEPEST = 8;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final JsonNode root;

  private SchemaSample(JsonNode root) {
    this.root = root;
  }

  static JsonNode of(JsonNode schema) {
    return new SchemaSample(schema).sample(schema, "value", 0);
  }

  private JsonNode sample(JsonNode schema, String name, int depth) {
    if (schema.has("const")) {
      return schema.get("const");
    }
    if (schema.path("enum").size() > 0) {
      return schema.get("enum").get(0);
    }
    if (schema.path("$ref").asText().startsWith("#/") && depth < DEEPEST) {
      return sample(root.at(schema.get("$ref").asText().substring(1)), name, depth + 1);
    }
    for (String alternatives : new String[] {"anyOf", "oneOf", "allOf"}) {
      if (schema.path(alternatives).size() > 0) {
        return sample(schema.get(alternatives).get(0), name, depth + 1);
      }
    }
    return typed(schema, name, depth);
  }

  private JsonNode typed(JsonNode schema, String name, int depth) {
    JsonNode type = schema.path("type");
    return switch (type.isArray() ? type.path(0).asText() : type.asText("string")) {
      case "object" -> object(schema, depth);
      case "array" -> array(schema, name, depth);
      case "integer" -> NODES.numberNode(schema.path("minimum").asLong(3));
      case "number" -> NODES.numberNode(schema.path("minimum").asDouble(0.5));
      case "boolean" -> NODES.booleanNode(true);
      case "null" -> NODES.nullNode();
      default -> NODES.textNode(text(schema, name));
    };
  }

  private ObjectNode object(JsonNode schema, int depth) {
    ObjectNode object = NODES.objectNode();
    if (depth < DEEPEST) {
      schema
          .path("properties")
          .properties()
          .forEach(p -> object.set(p.getKey(), sample(p.getValue(), p.getKey(), depth + 1)));
    }
    return object;
  }

  private ArrayNode array(JsonNode schema, String name, int depth) {
    ArrayNode array = NODES.arrayNode();
    int size = depth < DEEPEST ? Math.max(1, schema.path("minItems").asInt(1)) : 0;
    for (int i = 0; i < size; i++) {
      array.add(sample(schema.path("items"), name, depth + 1));
    }
    return array;
  }

  private static String text(JsonNode schema, String name) {
    return switch (schema.path("format").asText()) {
      case "date" -> "2026-03-14";
      case "date-time" -> "2026-03-14T09:30:00Z";
      case "email" -> "someone@example.org";
      case "uri" -> "https://example.org/";
      default -> "a " + name.replace('_', ' ');
    };
  }
}
