// SPDX-License-Identifier: Apache-2.0
package io.completionworker.management;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.management.page.WaitsJson;
import java.io.UncheckedIOException;

/** Health as JSON, on one line, in ASCII: whatever reads it may take it for another charset. */
final class HealthJson {

  private static final JsonMapper ASCII =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private HealthJson() {}

  static String of(Health health) {
    ObjectNode object = ASCII.createObjectNode();
    object.put("status", health.up() ? "up" : "down");
    ArrayNode reasons = object.putArray("reasons");
    health.reasons().forEach(reasons::add);
    if (!health.waits().isEmpty()) {
      object.set("waits", WaitsJson.array(health.waits()));
    }
    try {
      return ASCII.writeValueAsString(object) + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
