// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.completionworker.gateway.limit.RetryAfter.RetryHints;
import io.vertx.core.MultiMap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Finds what the body of a rejection says about waits: headers of the provider that a router quotes
 * ({@code error.metadata.headers}), Google's {@code RetryInfo}, members that are named after a
 * wait, and the text of the message.
 */
public final class RetryHintReader {

  private static final int MAX_BYTES = 64 * 1024;
  private static final int DEEPEST = 6;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final MultiMap headers = MultiMap.caseInsensitiveMultiMap();
  private final List<String> delays = new ArrayList<>();

  private RetryHintReader() {}

  /** Reads a body. Never throws. */
  public static RetryHints read(byte[] body) {
    if (body.length == 0 || body.length > MAX_BYTES) {
      return RetryHints.NONE;
    }
    RetryHintReader found = new RetryHintReader();
    try {
      JsonNode root = JSON.readTree(body);
      if (root != null) {
        found.lookInto(root, 0);
      }
    } catch (IOException e) {
      // not JSON, but its text may mention a wait
    }
    String text = new String(body, StandardCharsets.UTF_8);
    return new RetryHints(found.headers, found.delays, text);
  }

  private void lookInto(JsonNode node, int depth) {
    if (depth > DEEPEST) {
      return;
    }
    if (node.isArray()) {
      node.forEach(element -> lookInto(element, depth + 1));
    }
    node.properties().forEach(member -> take(member.getKey(), member.getValue(), depth));
  }

  private void take(String name, JsonNode value, int depth) {
    String plain = name.toLowerCase(Locale.ROOT).replaceAll("[_-]", "");
    if (plain.equals("headers") && value.isObject()) {
      value
          .properties()
          .forEach(
              header -> {
                if (header.getValue().isValueNode() && !header.getValue().isNull()) {
                  headers.add(header.getKey(), header.getValue().asText());
                }
              });
    } else if (value.isContainerNode()) {
      lookInto(value, depth + 1);
    } else if (plain.equals("retrydelay")
        || plain.equals("retryafter")
        || plain.equals("retryafterseconds")) {
      delays.add(value.asText());
    } else if (plain.equals("retryafterms")) {
      delays.add(value.asText() + "ms");
    }
  }
}
