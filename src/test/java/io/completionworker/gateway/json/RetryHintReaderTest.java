// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.gateway.limit.RetryAfter.RetryHints;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryHintReaderTest {

  @Test
  void shouldFindTheHeadersThatARouterQuotes() {
    RetryHints waits =
        read(
            """
            {"error": {"message": "Rate limit exceeded", "code": 429, "metadata": {"headers":
              {"X-RateLimit-Limit": "20", "X-RateLimit-Remaining": 0, "X-RateLimit-Reset":
              "1741305600000", "X-None": null, "X-List": []}}}, "user_id": "u"}""");

    assertThat(waits.headers().get("x-ratelimit-reset")).isEqualTo("1741305600000");
    assertThat(waits.headers().get("x-ratelimit-remaining")).isEqualTo("0");
    assertThat(waits.headers().size()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        {"error": {"code": 429, "message": "m", "details": [{"@type": "a"},
          {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "36s"}]}}""",
        """
        [{"error": {"code": 429, "details": [
          {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "36s"}]}}]""",
        "{\"error\": {\"retry_after\": \"36s\"}}",
        "{\"retry-after\": \"36s\"}"
      })
  void shouldFindADelayWhereverItStands(String body) {
    assertThat(read(body).delays()).containsExactly("36s");
  }

  /**
   * With a byte that is not UTF-8, a superfluous comma, a line break in a text, and as an event.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"error\": {\"message\": \"caf\u00e9\", \"retry_after\": \"36s\"}}",
        "{\"error\": {\"retry_after\": \"36s\",}}",
        "{\"error\": {\"message\": \"a\nb\", \"retry_after\": \"36s\"}}",
        "{\"error\": {\"retry_after\": \"36s\"}} trailing",
        "event: error\ndata: {\"error\": {\"retry_after\": \"36s\"}}\n\n"
      })
  void shouldFindADelayWhereverTheMessageIsFound(String body) {
    assertThat(RetryHintReader.read(body.getBytes(StandardCharsets.ISO_8859_1)).delays())
        .containsExactly("36s");
  }

  @Test
  void shouldFindADelayBehindALongMessage() {
    String message = "x".repeat(100_000);

    assertThat(read("{\"message\": \"" + message + "\", \"retry_after\": \"36s\"}").delays())
        .containsExactly("36s");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "7", "[]", "{}", "<html>", "{\"error\": ", "\ufeff{}"})
  void shouldMakeNothingOfOtherBodies(String body) {
    RetryHints waits = read(body);

    assertThat(waits.headers().isEmpty()).isTrue();
    assertThat(waits.delays()).isEmpty();
  }

  @Test
  void shouldNotBreakOverNonsense() {
    read("[".repeat(1_000) + "]".repeat(1_000));
    read("[".repeat(50_000));
    read("{\"headers\": {\"a\\nb\": \"c\\r\\nd\"}}");
  }

  private static RetryHints read(String body) {
    return RetryHintReader.read(body.getBytes(StandardCharsets.UTF_8));
  }
}
