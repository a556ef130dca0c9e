package io.completionworker.cli.body;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one JSON object, taken one by one, so that what nobody took is known at the end. A
 * JSON null counts as absent. Every fault is a {@link BodyFaultException} with the field's path.
 */
final class JsonFields {

  private final ObjectNode object;
  private final String path;
  private final Set<String> left = new LinkedHashSet<>();

  private JsonFields(ObjectNode object, String path) {
    this.object = object;
    this.path = path;
    object.fieldNames().forEachRemaining(left::add);
  }

  static JsonFields of(JsonNode node, String path) {
    if (node instanceof ObjectNode object) {
      return new JsonFields(object, path);
    }
    throw BodyFaultException.wrong(path, "is not an object");
  }

  /** Takes the field as it is; null when it is absent. */
  @Nullable JsonNode any(String name) {
    left.remove(name);
    JsonNode value = object.get(name);
    return value == null || value.isNull() ? null : value;
  }

  @Nullable String text(String name) {
    return typed(name, "a string", JsonNode::isTextual, JsonNode::asText);
  }

  /** A string that has to be there. */
  String requiredText(String name) {
    return required(text(name), name);
  }

  <T> T required(@Nullable T value, String name) {
    if (value == null) {
      throw BodyFaultException.unknown(pathOf(name), "is missing");
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
    if (!value.isArray()) {
      throw BodyFaultException.wrong(pathOf(name), "is not an array of strings");
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode item : value) {
      texts.add(item(item, pathOf(name) + "[" + texts.size() + "]", "a string", item.isTextual()));
    }
    return texts;
  }

  @Nullable Map<String, String> textMap(String name) {
    return map(name, "a string", JsonNode::isTextual, JsonNode::asText);
  }

  @Nullable Map<String, Double> decimalMap(String name) {
    return map(name, "a number", JsonNode::isNumber, JsonNode::asDouble);
  }

  /** Whether the field is there as a string. */
  boolean isText(String name) {
    return object.path(name).isTextual();
  }

  /** Names of the fields that nobody took. */
  Set<String> left() {
    return left;
  }

  String pathOf(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  static <T> List<T> objects(JsonNode array, String path, Function<JsonFields, T> reader) {
    if (!array.isArray()) {
      throw BodyFaultException.wrong(path, "is not an array");
    }
    List<T> items = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      items.add(read(array.get(i), path + "[" + i + "]", reader));
    }
    return items;
  }

  /** Nulls that nobody took say nothing, wherever they stand below the top. */
  private static <T> T read(JsonNode value, String path, Function<JsonFields, T> reader) {
    JsonFields fields = of(value, path);
    T result = reader.apply(fields);
    for (String name : fields.left) {
      if (!fields.object.path(name).isNull()) {
        throw BodyFaultException.unknown(fields.pathOf(name), "has no field in the schema");
      }
    }
    return result;
  }

  private <T> @Nullable Map<String, T> map(
      String name, String expected, Predicate<JsonNode> is, Function<JsonNode, T> as) {
    JsonNode value = any(name);
    if (value == null) {
      return null;
    }
    if (!value.isObject()) {
      throw BodyFaultException.wrong(pathOf(name), "is not an object");
    }
    Map<String, T> map = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      item(
          entry.getValue(),
          pathOf(name) + "." + entry.getKey(),
          expected,
          is.test(entry.getValue()));
      map.put(entry.getKey(), as.apply(entry.getValue()));
    }
    return map;
  }

  private static String item(JsonNode value, String path, String expected, boolean fits) {
    if (!fits) {
      throw BodyFaultException.wrong(path, "is not " + expected);
    }
    return value.asText();
  }

  private <T> @Nullable T typed(
      String name, String expected, Predicate<JsonNode> is, Function<JsonNode, T> as) {
    JsonNode value = any(name);
    if (value == null) {
      return null;
    }
    if (!is.test(value)) {
      throw BodyFaultException.wrong(pathOf(name), "is not " + expected);
    }
    return as.apply(value);
  }
}
