// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.json;

import com.fasterxml.jackson.databind.JsonNode;
import io.completionworker.gateway.limit.RetryAfter.RetryHints;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Finds what the body of a rejection says about waits: headers of the provider that a router quotes
 * ({@code error.metadata.headers}), Google's {@code RetryInfo}, members that are named after a
 * wait, and the text of the message.
 */
public final class RetryHintReader {

  /** The part of a body that is searched for a wait in words. */
  private static final int MAX_TEXT_BYTES = 64 * 1024;

  private static final int DEEPEST = 6;

  private final MultiMap headers = MultiMap.caseInsensitiveMultiMap();
  private final List<String> delays = new ArrayList<>();

  private RetryHintReader() {}

  /** Reads a body. Never throws. */
  public static RetryHints read(byte[] body) {
    if (body.length == 0) {
      return RetryHints.NONE;
    }
    RetryHintReader found = new RetryHintReader();
    ErrorBody.json(body).roots().stream().findFirst().ifPresent(root -> found.lookInto(root, 0));
    // without JSON, the text may still mention a wait
    String text = AnswerJson.text(Arrays.copyOf(body, Math.min(body.length, MAX_TEXT_BYTES)));
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
