package io.completionworker.demo.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one JSON object, taken out one by one, so that what nobody took is known at the
 * end. A JSON null counts as absent. Every fault is an {@link IllegalArgumentException} with the
 * field's path.
 */
final class JsonFields {

  private final ObjectNode left;
  private final String path;

  private JsonFields(ObjectNode left, String path) {
    this.left = left;
    this.path = path;
  }

  static JsonFields of(JsonNode node, String path) {
    if (node instanceof ObjectNode object) {
      return new JsonFields(object.deepCopy(), path);
    }
    throw new IllegalArgumentException(path + " is not an object");
  }

  /** Takes the field as it is; null when it is absent. */
  @Nullable JsonNode any(String name) {
    JsonNode value = left.remove(name);
    return value == null || value.isNull() ? null : value;
  }

  @Nullable String text(String name) {
    return typed(name, "a string", JsonNode::isTextual, JsonNode::asText);
  }

  /** A string that has to be there. */
  String requiredText(String name) {
    String value = text(name);
    if (value == null) {
      throw new IllegalArgumentException(pathOf(name) + " is missing");
    }
    return value;
  }

  @Nullable Double decimal(String name) {
    return typed(name, "a number", JsonNode::isNumber, JsonNode::asDouble);
  }

  @Nullable Integer integer(String name) {
    return typed(name, "a 32-bit integer", JsonNode::canConvertToInt, JsonNode::asInt);
  }

  @Nullable Long whole(String name) {
    return typed(name, "a 64-bit integer", JsonNode::canConvertToLong, JsonNode::asLong);
  }

  @Nullable Boolean flag(String name) {
    return typed(name, "a boolean", JsonNode::isBoolean, JsonNode::asBoolean);
  }

  /** An object, written as a string of JSON. */
  @Nullable String json(String name) {
    return typed(name, "an object", JsonNode::isObject, JsonNode::toString);
  }

  <T> @Nullable T object(String name, Function<JsonFields, T> reader) {
    JsonNode value = any(name);
    return value == null ? null : read(value, pathOf(name), reader);
  }

  <T> @Nullable List<T> objects(String name, Function<JsonFields, T> reader) {
    JsonNode value = any(name);
    return value == null ? null : objects(value, pathOf(name), reader);
  }

  @Nullable List<String> texts(String name) {
    JsonNode value = any(name);
    if (value == null) {
      return null;
    }
    List<String> texts = new ArrayList<>();
    value.forEach(item -> texts.add(item.asText()));
    return texts;
  }

  @Nullable Map<String, String> textMap(String name) {
    return map(name, JsonNode::asText);
  }

  @Nullable Map<String, Double> decimalMap(String name) {
    return map(name, JsonNode::asDouble);
  }

  /** What nobody took. */
  ObjectNode rest() {
    return left;
  }

  String pathOf(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  static <T> List<T> objects(JsonNode array, String path, Function<JsonFields, T> reader) {
    if (!array.isArray()) {
      throw new IllegalArgumentException(path + " is not an array");
    }
    List<T> items = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      items.add(read(array.get(i), path + "[" + i + "]", reader));
    }
    return items;
  }

  private static <T> T read(JsonNode value, String path, Function<JsonFields, T> reader) {
    JsonFields fields = of(value, path);
    T result = reader.apply(fields);
    if (!fields.left.isEmpty()) {
      String unknown = fields.left.fieldNames().next();
      throw new IllegalArgumentException(fields.pathOf(unknown) + " has no field in the schema");
    }
    return result;
  }

  private <T> @Nullable Map<String, T> map(String name, Function<JsonNode, T> reader) {
    JsonNode value = any(name);
    if (value == null) {
      return null;
    }
    if (!value.isObject()) {
      throw new IllegalArgumentException(pathOf(name) + " is not an object");
    }
    Map<String, T> map = new LinkedHashMap<>();
    value.properties().forEach(entry -> map.put(entry.getKey(), reader.apply(entry.getValue())));
    return map;
  }

  private <T> @Nullable T typed(
      String name, String expected, Predicate<JsonNode> is, Function<JsonNode, T> as) {
    JsonNode value = any(name);
    if (value == null) {
      return null;
    }
    if (!is.test(value)) {
      throw new IllegalArgumentException(pathOf(name) + " is not " + expected);
    }
    return as.apply(value);
  }
}
