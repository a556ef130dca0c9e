// SPDX-License-Identifier: Apache-2.0
package io.completionworker.management;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.completion.Wait;
import io.completionworker.management.page.ControlReport;
import io.completionworker.management.page.WaitsJson;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The result of a health check.
 *
 * @param reasons why it is not up, or what is worth mentioning although it is up; no secrets
 * @param waits what requests wait for, whether it is up or not
 * @param controls what operators want done, which is no reason not to be up
 */
public record Health(boolean up, List<String> reasons, List<Wait> waits, ControlReport controls) {

  /** Up, with nothing to mention. */
  public static final Health UP = new Health(true, List.of());

  private static final JsonMapper ASCII =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  /** Copies the lists. */
  public Health {
    reasons = List.copyOf(reasons);
    waits = List.copyOf(waits);
  }

  /** Creates a result without waits and controls. */
  public Health(boolean up, List<String> reasons) {
    this(up, reasons, List.of(), ControlReport.NONE);
  }

  /** Returns a result that is not up, with the reasons. */
  public static Health down(String... reasons) {
    return new Health(false, List.of(reasons));
  }

  /**
   * Returns the result as JSON on one line. It is in ASCII, since a reader may assume another
   * charset.
   */
  String json() {
    ObjectNode object = ASCII.createObjectNode();
    object.put("status", up ? "up" : "down");
    ArrayNode texts = object.putArray("reasons");
    reasons.forEach(texts::add);
    if (!waits.isEmpty()) {
      object.set("waits", WaitsJson.array(waits));
    }
    if (!controls.entries().isEmpty()) {
      object.set("controls", controls.json());
      object.put("more_controls", controls.more());
    }
    try {
      return ASCII.writeValueAsString(object) + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
