// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo.endpoint;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one call gets.
 *
 * @param status of kind FIXED; a completion is 200 unless said otherwise
 * @param headers beside the usual ones, which they win over
 * @param body of kind FIXED
 * @param delay until it is sent; null for the behaviour's latency
 */
public record Reply(
    Kind kind, int status, Map<String, String> headers, String body, @Nullable Duration delay) {

  /** What is sent. */
  public enum Kind {
    /** A completion made for the request. */
    COMPLETION,
    /** The status and body given. */
    FIXED,
    /** Nothing: the connection is closed. */
    RESET,
    /** Half of a completion, then the connection is closed; a stream ends as if it were whole. */
    TRUNCATED,
    /** A completion a few bytes at a time, over a second. */
    TRICKLED,
    /** Nothing, ever. */
    SILENCE
  }

  public static Reply completion() {
    return new Reply(Kind.COMPLETION, 200, Map.of(), "", null);
  }

  public static Reply reset() {
    return new Reply(Kind.RESET, 0, Map.of(), "", null);
  }

  public static Reply truncated() {
    return new Reply(Kind.TRUNCATED, 200, Map.of(), "", null);
  }

  public static Reply trickled() {
    return new Reply(Kind.TRICKLED, 200, Map.of(), "", null);
  }

  public static Reply silence() {
    return new Reply(Kind.SILENCE, 0, Map.of(), "", null);
  }

  /** A body of JSON as it is. */
  public static Reply json(int status, String body) {
    return new Reply(Kind.FIXED, status, Map.of(), body, null);
  }

  /** A body of the OpenAI shape as the gateway passes it on. None of the texts is escaped. */
  public static Reply error(int status, String type, @Nullable String code, String message) {
    String quotedCode = code == null ? "null" : '"' + code + '"';
    return json(
        status,
        """
        {"error":{"message":"openai error: %s","type":"%s","param":null,"code":%s},\
        "provider":"openai"}\
        """
            .formatted(message, type, quotedCode));
  }

  public static Reply serverError() {
    return error(
        500, "server_error", null, "The server had an error while processing your request.");
  }

  public static Reply overloaded() {
    return error(
        503,
        "server_error",
        "server_is_overloaded",
        "The engine is currently overloaded, please try again later");
  }

  /** 429, at once, with both forms of the wait. */
  public static Reply rateLimited(Duration retryAfter) {
    long seconds = (retryAfter.toMillis() + 999) / 1000;
    return error(429, "requests", "rate_limit_exceeded", "Rate limit reached, try again later.")
        .withHeader("retry-after-ms", String.valueOf(retryAfter.toMillis()))
        .withHeader("retry-after", String.valueOf(seconds))
        .after(Duration.ZERO);
  }

  /** The same with a header more. */
  public Reply withHeader(String name, String value) {
    return withHeaders(Map.of(name, value));
  }

  /** The same with these headers too. */
  public Reply withHeaders(Map<String, String> added) {
    Map<String, String> more = new HashMap<>(headers);
    more.putAll(added);
    return new Reply(kind, status, Map.copyOf(more), body, delay);
  }

  /** The same, sent after a time of its own. */
  public Reply after(Duration time) {
    return new Reply(kind, status, headers, body, time);
  }
}
