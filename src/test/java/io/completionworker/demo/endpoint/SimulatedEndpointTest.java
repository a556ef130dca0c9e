// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SimulatedEndpointTest {

  private static final String HELLO =
      """
      {"model":"gpt-4o-mini","user":"u-1","messages":[{"role":"user","content":"Grüße aus Zürich"}]}""";

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final SimulatedEndpoint endpoint = SimulatedEndpoint.start(Behaviour.instant());

  @AfterEach
  void stop() {
    endpoint.close();
  }

  @Test
  void shouldAnswerAsTheGatewayDoes() throws Exception {
    HttpResponse<String> answer = post(HELLO);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("x-portkey-trace-id")).contains("t-1");
    assertThat(answer.headers().firstValue("x-portkey-provider")).contains("openai");
    assertThat(answer.headers().firstValue("x-request-id")).isPresent();
    assertThat(answer.body())
        .contains(
            "\"object\":\"chat.completion\"", "Grüße aus Zürich", "\"finish_reason\":\"stop\"");
  }

  @Test
  void shouldRecordTheCallsItTakes() throws Exception {
    post(HELLO);
    post(HELLO);

    List<RecordedCall> calls = endpoint.calls();
    assertThat(calls).hasSize(2).allSatisfy(call -> assertThat(call.status()).isEqualTo(200));
    assertThat(calls.get(0).traceId()).isEqualTo("t-1");
    assertThat(calls.get(0).body()).isEqualTo(HELLO);
    assertThat(calls.get(0).text("/user")).isEqualTo("u-1");
    assertThat(calls.get(0).endedAt()).isAfterOrEqualTo(calls.get(0).startedAt());
    assertThat(calls.get(0).fingerprint()).isEqualTo(calls.get(1).fingerprint());
    assertThat(endpoint.byTrace()).containsOnlyKeys("t-1").containsValue(2);
    assertThat(endpoint.byStatus()).containsOnlyKeys(200).containsValue(2L);
  }

  @Test
  void shouldOnlyCountWhenRecordingIsOff() throws Exception {
    endpoint.behave(Behaviour.builder().recording(Behaviour.Recording.NONE).build());

    post(HELLO);

    assertThat(endpoint.total()).isEqualTo(1);
    assertThat(endpoint.calls()).isEmpty();
    assertThat(endpoint.byTrace()).isEmpty();
  }

  @Test
  void shouldHoldCallsUntilTheyAreReleased() {
    endpoint.hang();
    List<CompletableFuture<HttpResponse<String>>> answers =
        IntStream.range(0, 5).mapToObj(i -> postLater(HELLO)).toList();
    await().until(() -> endpoint.open() == 5);
    assertThat(answers).noneMatch(CompletableFuture::isDone);
    assertThat(endpoint.calls()).allSatisfy(call -> assertThat(call.endedAt()).isNull());

    endpoint.release();

    assertThat(answers).allSatisfy(a -> assertThat(a.join().statusCode()).isEqualTo(200));
    assertThat(endpoint.open()).isZero();
    assertThat(endpoint.peakOpen()).isEqualTo(5);
  }

  @Test
  void shouldEndACallWhoseClientHasGone() {
    endpoint.behave(Behaviour.builder().respondWith(call -> Reply.silence()).build());
    HttpRequest impatient =
        HttpRequest.newBuilder(request(HELLO), (name, value) -> true)
            .timeout(Duration.ofMillis(200))
            .build();

    assertThatThrownBy(() -> client.send(impatient, BodyHandlers.ofString()))
        .isInstanceOf(IOException.class);

    await().until(() -> endpoint.open() == 0);
    assertThat(endpoint.byStatus()).containsEntry(0, 1L);
  }

  @Test
  void shouldRefuseWhatIsOverTheLimitAndSayWhenToComeBack() throws Exception {
    endpoint.behave(Behaviour.builder().rateLimit(2, Duration.ofDays(1)).build());

    HttpResponse<String> first = post(HELLO);
    post(HELLO);
    HttpResponse<String> third = post(HELLO);

    assertThat(first.headers().firstValue("x-ratelimit-limit-requests")).contains("2");
    assertThat(first.headers().firstValue("x-ratelimit-remaining-requests")).contains("1");
    assertThat(third.statusCode()).isEqualTo(429);
    assertThat(third.headers().firstValueAsLong("retry-after-ms").orElseThrow()).isPositive();
    assertThat(third.headers().firstValueAsLong("retry-after").orElseThrow()).isPositive();
    assertThat(third.headers().firstValue("x-ratelimit-remaining-requests")).contains("0");
    assertThat(third.body()).contains("\"code\":\"rate_limit_exceeded\"");
  }

  @Test
  void shouldRepeatItsFaultsWithTheSameSeed() throws Exception {
    List<Integer> first = statusesWithSeed(7, 30);
    List<Integer> again = statusesWithSeed(7, 30);
    List<Integer> other = statusesWithSeed(8, 30);

    assertThat(first).isEqualTo(again).isNotEqualTo(other).contains(200, 429, 500, 503);
  }

  @Test
  void shouldThrowTheNewDiceFromTheFirstCallOn() throws Exception {
    Set<Integer> statuses = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      statuses.add(statusesWithSeed(7, 1).get(0));
    }

    assertThat(statuses).hasSize(1);
  }

  @Test
  void shouldBreakConnectionsWhenToldTo() {
    endpoint.behave(Behaviour.builder().errors(only(1, 0)).build());
    assertThatThrownBy(() -> post(HELLO)).isInstanceOf(IOException.class);

    endpoint.behave(Behaviour.builder().errors(only(0, 1)).build());
    assertThatThrownBy(() -> post(HELLO)).isInstanceOf(IOException.class);

    assertThat(endpoint.byStatus()).containsEntry(0, 1L).containsEntry(200, 1L);
  }

  @Test
  void shouldFollowAScript() throws Exception {
    endpoint.behave(
        Behaviour.builder()
            .respondWith(
                call ->
                    call.text("/user").equals("u-1")
                        ? Reply.error(401, "auth", "03", "no").withHeader("x-extra", "1")
                        : Reply.completion())
            .build());

    HttpResponse<String> refused = post(HELLO);

    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.headers().firstValue("x-extra")).contains("1");
    assertThat(post(HELLO.replace("u-1", "u-2")).statusCode()).isEqualTo(200);
  }

  @Test
  void shouldWaitForItsLatency() throws Exception {
    endpoint.behave(Behaviour.builder().latency(Latency.fixed(Duration.ofMillis(150))).build());

    long start = System.nanoTime();
    post(HELLO);

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(140));
  }

  @Test
  void shouldRefuseNonsense() throws Exception {
    assertThat(post("hello").statusCode()).isEqualTo(400);
    assertThat(post("{\"model\":\"m\",\"messages\":[]}").statusCode()).isEqualTo(400);
    assertThat(post(HELLO.replaceFirst("\\{", "{\"temperature\":3,")).body())
        .contains("invalid_request_error", "temperature");
    assertThat(post(HELLO.replaceFirst("\\{", "{\"n\":0,")).statusCode()).isEqualTo(400);
  }

  @Test
  void shouldStreamWhenAskedTo() throws Exception {
    String streamed =
        HELLO.replaceFirst("\\{", "{\"stream\":true,\"stream_options\":{\"include_usage\":true},");

    HttpResponse<String> whole = post(streamed);
    endpoint.behave(Behaviour.builder().errors(only(0, 1)).build());
    HttpResponse<String> late = post(streamed);
    HttpResponse<String> cut = post(streamed);

    assertThat(whole.headers().firstValue("content-type")).contains("text/event-stream");
    assertThat(whole.body()).contains("\"finish_reason\":\"stop\"").endsWith("data: [DONE]\n\n");
    assertThat(whole.body()).containsOnlyOnce("\"total_tokens\"");
    assertThat(cut.statusCode()).isEqualTo(200);
    assertThat(cut.body()).startsWith("data: ").doesNotContain("[DONE]", "\"stop\"");
    assertThat(late.statusCode()).isEqualTo(200);
    assertThat(late.body()).contains("\"total_tokens\"").doesNotContain("[DONE]");
  }

  private List<Integer> statusesWithSeed(long seed, int calls) throws Exception {
    ErrorMix mix = new ErrorMix(0.2, 0.2, 0.2, 0, 0, Duration.ofMillis(1));
    endpoint.behave(Behaviour.builder().errors(mix).seed(seed).build());
    List<Integer> statuses = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      statuses.add(post(HELLO).statusCode());
    }
    return statuses;
  }

  private static ErrorMix only(double reset, double truncated) {
    return new ErrorMix(0, 0, 0, reset, truncated, Duration.ZERO);
  }

  private HttpResponse<String> post(String body) throws IOException, InterruptedException {
    return client.send(request(body), BodyHandlers.ofString());
  }

  private CompletableFuture<HttpResponse<String>> postLater(String body) {
    return client.sendAsync(request(body), BodyHandlers.ofString());
  }

  private HttpRequest request(String body) {
    return HttpRequest.newBuilder(java.net.URI.create(endpoint.url() + "/chat/completions"))
        .header("x-portkey-trace-id", "t-1")
        .POST(BodyPublishers.ofString(body))
        .build();
  }
}
