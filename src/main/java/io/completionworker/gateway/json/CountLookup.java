// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.json;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks up counts in an object of JSON by several paths. For one thread.
 *
 * <p>A count is a number from 0 to a quadrillion; a fraction is cut off, and a text that is such a
 * number is one. Anything else is none.
 */
final class CountLookup {

  /** Far over what any model takes, and small enough to add up without a care. */
  private static final long MOST = 1_000_000_000_000_000L;

  private static final Pattern DECIMAL = Pattern.compile("\\d{1,16}(\\.\\d{0,16})?");

  private final JsonNode object;
  private boolean odd;

  /** Counts of this object. */
  CountLookup(JsonNode object) {
    this.object = object;
  }

  static List<JsonPointer> pointers(String... paths) {
    return Stream.of(paths).map(JsonPointer::compile).toList();
  }

  /** Whether something that was looked up is there and no count. */
  boolean odd() {
    return odd;
  }

  /** What is an object or a list at these paths. */
  List<JsonNode> containers(List<JsonPointer> paths) {
    return paths.stream().map(object::at).filter(JsonNode::isContainerNode).toList();
  }

  /** The first over 0, else 0 where there is any. */
  @Nullable Long first(List<JsonPointer> paths) {
    Long found = null;
    for (JsonPointer path : paths) {
      Long count = count(object.at(path));
      if (count != null && (found == null || found == 0)) {
        found = count;
      }
    }
    return found;
  }

  /** The greatest that has one of these names, in the object itself or in one of its details. */
  @Nullable Long most(List<JsonNode> details, List<JsonPointer> names) {
    Long most = most(names);
    for (JsonNode detail : details) {
      most = greater(most, most(detail, names));
    }
    return most;
  }

  /** The greatest that has one of these names. */
  @Nullable Long most(List<JsonPointer> names) {
    return most(object, names);
  }

  private @Nullable Long most(JsonNode from, List<JsonPointer> names) {
    Long most = null;
    for (JsonPointer name : names) {
      most = greater(most, count(from.at(name)));
    }
    return most;
  }

  /** Tokens of a kind in these details, which are objects, or lists by modality. */
  @Nullable Long ofKind(List<JsonNode> details, String kind) {
    Long found = null;
    for (JsonNode detail : details) {
      found = greater(found, count(detail.path(kind + "_tokens")));
      for (JsonNode entry : detail.isArray() ? detail : List.<JsonNode>of()) {
        if (entry.path("modality").asText().equalsIgnoreCase(kind)) {
          found = greater(found, count(entry.path("tokenCount")));
        }
      }
    }
    return found;
  }

  static @Nullable Long greater(@Nullable Long a, @Nullable Long b) {
    return a == null || (b != null && b > a) ? b : a;
  }

  private @Nullable Long count(JsonNode node) {
    if (node.isMissingNode() || node.isNull()) {
      return null;
    }
    double number = -1;
    if (node.isNumber()) {
      number = node.doubleValue();
    } else if (node.isTextual() && DECIMAL.matcher(node.textValue().strip()).matches()) {
      number = new BigDecimal(node.textValue().strip()).doubleValue();
    }
    if (number >= 0 && number <= MOST) {
      return (long) number;
    }
    odd = true;
    return null;
  }
}
