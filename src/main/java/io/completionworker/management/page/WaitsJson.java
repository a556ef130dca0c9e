// SPDX-License-Identifier: Apache-2.0
package io.completionworker.management.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.completion.Wait;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Encodes what requests wait for as JSON, for the page and for health. */
public final class WaitsJson {

  private WaitsJson() {}

  /** Encodes the waits in their order. Times are in the format of RFC 3339. */
  public static ArrayNode array(List<Wait> waits) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    waits.forEach(wait -> array.add(object(wait)));
    return array;
  }

  private static ObjectNode object(Wait wait) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("kind", wait.kind().text());
    object.put("credential", wait.who().credential());
    object.put("name", wait.who().name());
    object.put("model", wait.who().model());
    object.put("tier", wait.who().tier());
    object.put("reason", wait.cause().reason().name());
    object.put("status", wait.cause().status());
    object.put("detail", wait.cause().detail());
    object.put("said", wait.cause().said());
    object.put("since", time(wait.since()));
    object.put(wait.kind() == Wait.Kind.COOL_DOWN ? "until" : "next_probe", time(wait.until()));
    object.put("waiting", wait.waiting());
    object.put("action", wait.action());
    return object;
  }

  private static @Nullable String time(@Nullable Instant time) {
    return time == null ? null : time.truncatedTo(ChronoUnit.MILLIS).toString();
  }
}
