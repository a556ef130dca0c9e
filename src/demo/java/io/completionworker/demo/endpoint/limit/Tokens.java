// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo.endpoint.limit;

import com.fasterxml.jackson.databind.JsonNode;

/** Counts tokens as four characters each: near enough to English, and anyone can check it. */
public final class Tokens {

  /** Reserved for the completion of a request that names no number. */
  private static final long UNNAMED_OUTPUT = 1_024;

  private Tokens() {}

  /** Tokens of a text. */
  public static long of(String text) {
    return (text.length() + 3L) / 4;
  }

  /** Tokens of the prompt, tools included. */
  public static long prompt(JsonNode request) {
    long messages = of(request.path("messages").toString());
    return request.has("tools") ? messages + of(request.path("tools").toString()) : messages;
  }

  /** The most that a request may use: its prompt, and what it allows to all of its choices. */
  public static long demand(JsonNode request) {
    long output = allowed(request, UNNAMED_OUTPUT);
    return prompt(request) + output * Math.max(1, request.path("n").asLong(1));
  }

  /**
   * Completion tokens that a request allows to each choice.
   *
   * @param otherwise when it names no number
   */
  public static long allowed(JsonNode request, long otherwise) {
    return request
        .path("max_completion_tokens")
        .asLong(request.path("max_tokens").asLong(otherwise));
  }
}
