// SPDX-License-Identifier: Apache-2.0
package io.completionworker.format.body;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.format.body.BodyJson.BodyFaultException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Takes the fields of one JSON object one by one and tracks which are left. A field is taken only
 * if a record can hold it as it is. A field that is null, is of another kind or contains something
 * unknown is left, and reads as absent. A value that is not acceptable at all causes a {@link
 * BodyFaultException} with the field's path.
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

  boolean has(String name) {
    return object.has(name);
  }

  /** Returns the field's value without taking it; a node of the type "missing" if it is absent. */
  JsonNode peek(String name) {
    return object.path(name);
  }

  /** Takes the field, whatever its value. */
  void take(String name) {
    left.remove(name);
  }

  /** Counts the field among those that are left, even if it was taken. */
  void keep(String name) {
    left.add(name);
  }

  @Nullable String text(String name) {
    return taken(name, JsonNode::isTextual, JsonNode::asText);
  }

  /** Takes a string that must be present. Without it, a record cannot represent this object. */
  String requiredText(String name) {
    return required(text(name), name);
  }

  <T> T required(@Nullable T value, String name) {
    if (value == null) {
      throw BodyFaultException.unknown(
          pathOf(name), object.hasNonNull(name) ? "has another form" : "is missing");
    }
    return value;
  }

  /** Takes a number. Anything else except null is a fault. */
  @Nullable Double decimal(String name) {
    requireNumber(name);
    return taken(name, JsonNode::isNumber, JsonNode::asDouble);
  }

  /** Takes a number in the same way, and leaves it if it has more than 32 bits. */
  @Nullable Integer integer(String name) {
    requireNumber(name);
    return taken(name, JsonNode::canConvertToInt, JsonNode::asInt);
  }

  /** Takes a number in the same way, and leaves it if it has more than 64 bits. */
  @Nullable Long whole(String name) {
    requireNumber(name);
    return taken(name, JsonNode::canConvertToLong, JsonNode::asLong);
  }

  @Nullable Boolean flag(String name) {
    return taken(name, JsonNode::isBoolean, JsonNode::asBoolean);
  }

  /** Takes an object, as a string of JSON. */
  @Nullable String json(String name) {
    return taken(name, JsonNode::isObject, JsonNode::toString);
  }

  <T> @Nullable T object(String name, Function<JsonFields, T> reader) {
    return fitting(name, JsonNode::isObject, value -> read(value, pathOf(name), reader));
  }

  /** Takes an array of objects. An empty array is left. */
  <T> @Nullable List<T> objects(String name, Function<JsonFields, T> reader) {
    return fitting(
        name, JsonFields::isArrayOfObjects, value -> objects(value, pathOf(name), reader));
  }

  /** Takes an array of strings. An empty array is left. */
  @Nullable List<String> texts(String name) {
    return taken(
        name,
        value -> isArrayOf(value, JsonNode::isTextual),
        value -> items(value, JsonNode::asText));
  }

  @Nullable Map<String, String> textMap(String name) {
    return taken(
        name, value -> isMapOf(value, JsonNode::isTextual), value -> map(value, JsonNode::asText));
  }

  @Nullable Map<String, Double> decimalMap(String name) {
    return taken(
        name, value -> isMapOf(value, JsonNode::isNumber), value -> map(value, JsonNode::asDouble));
  }

  /** Returns the names of the fields that are left. */
  Set<String> left() {
    return left;
  }

  /** Takes all fields that are left, as a JSON object in a string; null if none is left. */
  @Nullable String extra() {
    String extra = left.isEmpty() ? null : only(object, left).toString();
    left.clear();
    return extra;
  }

  String pathOf(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** Returns an object with only these members, in the order of the given object. */
  static ObjectNode only(ObjectNode object, Set<String> names) {
    ObjectNode some = object.objectNode();
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      if (names.contains(field.getKey())) {
        some.set(field.getKey(), field.getValue());
      }
    }
    return some;
  }

  static <T> List<T> objects(JsonNode array, String path, Function<JsonFields, T> reader) {
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
      String name = fields.left.iterator().next();
      throw BodyFaultException.unknown(fields.pathOf(name), "has no field in the schema");
    }
    return result;
  }

  private void requireNumber(String name) {
    JsonNode value = object.path(name);
    if (!value.isMissingNode() && !value.isNull() && !value.isNumber()) {
      throw BodyFaultException.wrong(pathOf(name), "is not a number");
    }
  }

  private <T> @Nullable T taken(String name, Predicate<JsonNode> is, Function<JsonNode, T> as) {
    JsonNode value = object.path(name);
    if (!is.test(value)) {
      return null;
    }
    left.remove(name);
    return as.apply(value);
  }

  private <T> @Nullable T fitting(String name, Predicate<JsonNode> is, Function<JsonNode, T> as) {
    try {
      return taken(name, is, as);
    } catch (BodyFaultException e) {
      if (!e.isUnknown()) {
        throw e;
      }
      left.add(name);
      return null;
    }
  }

  static boolean isArrayOfObjects(JsonNode value) {
    return isArrayOf(value, JsonNode::isObject);
  }

  private static boolean isArrayOf(JsonNode value, Predicate<JsonNode> is) {
    return value instanceof ArrayNode && !value.isEmpty() && all(value.elements(), is);
  }

  private static boolean isMapOf(JsonNode value, Predicate<JsonNode> is) {
    return value.isObject() && all(value.elements(), is);
  }

  private static boolean all(Iterator<JsonNode> values, Predicate<JsonNode> is) {
    while (values.hasNext()) {
      if (!is.test(values.next())) {
        return false;
      }
    }
    return true;
  }

  private static <T> List<T> items(JsonNode array, Function<JsonNode, T> as) {
    List<T> items = new ArrayList<>();
    array.forEach(item -> items.add(as.apply(item)));
    return items;
  }

  private static <T> Map<String, T> map(JsonNode object, Function<JsonNode, T> as) {
    Map<String, T> map = new LinkedHashMap<>();
    object.properties().forEach(entry -> map.put(entry.getKey(), as.apply(entry.getValue())));
    return map;
  }
}
