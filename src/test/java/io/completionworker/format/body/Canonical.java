// SPDX-License-Identifier: Apache-2.0
package io.completionworker.format.body;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Members by name, numbers by value: made apart from what the reader compares with. */
final class Canonical {

  private Canonical() {}

  static String text(JsonNode node) {
    if (node.isNumber()) {
      return node.decimalValue().stripTrailingZeros().toPlainString();
    }
    if (node instanceof ObjectNode object) {
      return object.properties().stream()
          .sorted(Map.Entry.comparingByKey())
          .map(field -> field.getKey() + ":" + text(field.getValue()))
          .toList()
          .toString();
    }
    if (node instanceof ArrayNode array) {
      List<String> items = new ArrayList<>();
      array.forEach(item -> items.add(text(item)));
      return "array" + items;
    }
    return new ObjectMapper().valueToTree(node).toString();
  }
}
