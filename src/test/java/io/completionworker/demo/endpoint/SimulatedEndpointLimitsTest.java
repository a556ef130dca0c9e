// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.completionworker.demo.endpoint.limit.ProviderLimits;
import io.completionworker.demo.endpoint.limit.WindowCount;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Limits as a caller meets them; what they are exactly is {@code LimiterTest}'s. */
@Timeout(60)
class SimulatedEndpointLimitsTest {

  private static final Duration DAY = Duration.ofDays(1);
  private static final String HELLO =
      """
      {"model":"m","max_tokens":200,"messages":[{"role":"user","content":"Hello"}]}""";

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final SimulatedEndpoint endpoint = SimulatedEndpoint.start(Behaviour.instant());

  @AfterEach
  void stop() {
    endpoint.close();
  }

  @Test
  void shouldChargeWhatTheAnswerSaysItHasUsed() throws Exception {
    endpoint.behave(
        Behaviour.builder().limits(ProviderLimits.tokens(500, DAY)).answerTokens(100).build());

    HttpResponse<String> answer = post(HELLO, "a");
    long used = new ObjectMapper().readTree(answer.body()).at("/usage/total_tokens").asLong();

    assertThat(used).isBetween(60L, 180L);
    assertThat(endpoint.windows()).extracting(WindowCount::tokens).containsExactly(used);
    assertThat(header(answer, "x-ratelimit-remaining-tokens"))
        .as("at the admission, with all that was allowed")
        .isEqualTo(String.valueOf(500 - 200 - 9));
  }

  @Test
  void shouldHoldTheTokensOfCallsThatAreOpen() throws Exception {
    Behaviour.Builder limited = Behaviour.builder().limits(ProviderLimits.tokens(500, DAY));
    endpoint.behave(limited.latency(Latency.fixed(DAY)).build());
    var held = List.of(postLater(HELLO, "a"), postLater(HELLO, "a"));
    await().until(() -> endpoint.open() == 2);

    endpoint.behave(limited.latency(Latency.none()).build());

    assertThat(post(HELLO, "a").statusCode()).isEqualTo(429);
    assertThat(held).noneMatch(CompletableFuture::isDone);
    assertThat(endpoint.windows())
        .extracting(WindowCount::admitted, WindowCount::overTokens, WindowCount::tokens)
        .containsExactly(tuple(2L, 1L, 2L * 209));
  }

  @Test
  void shouldGiveBackWhatAFailedCallHeld() throws Exception {
    endpoint.behave(
        Behaviour.builder()
            .limits(ProviderLimits.tokens(500, DAY))
            .errors(new ErrorMix(1, 0, 0, 0, 0, Duration.ZERO))
            .build());

    assertThat(post(HELLO, "a").statusCode()).isEqualTo(500);

    assertThat(endpoint.windows())
        .singleElement()
        .satisfies(
            window -> {
              assertThat(window.admitted()).isEqualTo(1);
              assertThat(window.tokens()).isZero();
            });
  }

  @Test
  void shouldRefuseInTheBodyOfTheProvider() throws Exception {
    endpoint.behave(Behaviour.builder().limits(ProviderLimits.tokens(100, DAY)).build());

    HttpResponse<String> refused = post(HELLO, "a");

    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body())
        .contains("\"type\":\"tokens\"", "\"code\":\"rate_limit_exceeded\"")
        .contains("Limit 100, Requested 209");
  }

  @Test
  void shouldKeepCredentialsApart() throws Exception {
    endpoint.behave(
        Behaviour.builder().limits(ProviderLimits.requests(1, DAY).perCredential()).build());

    assertThat(post(HELLO, "a").statusCode()).isEqualTo(200);
    assertThat(post(HELLO, "a").statusCode()).isEqualTo(429);
    assertThat(post(HELLO, "b").statusCode()).isEqualTo(200);
    assertThat(endpoint.windows()).extracting(WindowCount::credential).containsExactly("a", "b");
  }

  @Test
  void shouldRefuseOneVirtualKeyWhileItsQuotaIsExhausted() throws Exception {
    endpoint.behave(Behaviour.builder().respondWith(call -> Reply.completion()).build());
    endpoint.exhaust("a");

    HttpResponse<String> refused = post(HELLO, "a");

    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body()).contains("\"code\":\"insufficient_quota\"");
    assertThat(refused.headers().firstValue("retry-after")).isEmpty();
    assertThat(post(HELLO, "b").statusCode()).isEqualTo(200);

    endpoint.replenish("a");
    assertThat(post(HELLO, "a").statusCode()).isEqualTo(200);
  }

  @Test
  void shouldRefuseConnectionsUntilItListensAgain() throws Exception {
    endpoint.hang();
    CompletableFuture<HttpResponse<String>> open = postLater(HELLO, "a");
    await().until(() -> endpoint.open() == 1);

    endpoint.stopListening();
    assertThatThrownBy(open::join).hasCauseInstanceOf(IOException.class);
    assertThatThrownBy(() -> post(HELLO, "a")).isInstanceOf(IOException.class);
    await().until(() -> endpoint.open() == 0);

    endpoint.release();
    endpoint.listenAgain();
    assertThat(post(HELLO, "a").statusCode()).isEqualTo(200);
  }

  private HttpResponse<String> post(String body, String key) throws Exception {
    return client.send(request(body, key), BodyHandlers.ofString());
  }

  private CompletableFuture<HttpResponse<String>> postLater(String body, String key) {
    return client.sendAsync(request(body, key), BodyHandlers.ofString());
  }

  private HttpRequest request(String body, String key) {
    return HttpRequest.newBuilder(URI.create(endpoint.url() + "/chat/completions"))
        .header("x-portkey-virtual-key", key)
        .header("authorization", "Bearer same for all")
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  private static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElseThrow();
  }
}
