// SPDX-License-Identifier: Apache-2.0
package io.completionworker.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.PortkeyOptions;
import io.completionworker.avro.ResponseMessage;
import io.completionworker.container.RecordingProxy.Exchange;
import io.completionworker.container.Row.Sighting;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.RecordedCall;
import io.completionworker.demo.endpoint.Reply;
import io.completionworker.secrets.SearchedWorker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The worker with a broker, a registry and a gateway that nobody made for its tests. */
@Tag("long")
@Tag("heavy")
@ExtendWith(Images.Condition.class)
class RealGatewayIT {

  static final Path PAGE = Path.of("src", "docs", "endpoint-coverage.md");

  private static final Duration LONG = Duration.ofMinutes(1);
  private static final String WORDS = "/messages/0/content";
  private static final String MISTRAL = "Think.";
  private static final AtomicBoolean FAILED = new AtomicBoolean();

  private static final String MISTRAL_FAULT =
      """
      data: {"id":"x-1","object":"chat.completion.chunk","created":1,"model":"m",\
      "choices":[{"index":0,"delta":{"role":"assistant","content":"4"},"finish_reason":null}]}

      data: {"object":"error","message":"Service unavailable.","type":"internal_server_error"}

      """;

  private static final String MISTRAL_ANSWER =
      """
      data: {"id":"x-1","object":"chat.completion.chunk","created":1,"model":"m",\
      "choices":[{"index":0,"delta":{"content":[{"type":"thinking",\
      "thinking":[{"type":"text","text":"think hard"}]}]},"finish_reason":null}]}

      data: {"id":"x-1","object":"chat.completion.chunk","created":1,"model":"m",\
      "choices":[{"index":0,"delta":{"content":[{"type":"text","text":"42"}]},\
      "finish_reason":"stop"}],\
      "usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18}}

      data: [DONE]

      """;

  @TempDir private static Path directory;
  private static ContainerStand stand;
  private static SearchedWorker worker;

  @BeforeAll
  static void start() {
    stand = ContainerStand.start(Behaviour.builder().respondWith(RealGatewayIT::reply).build());
    worker = stand.startWorker(directory);
  }

  @AfterAll
  static void stop() {
    if (worker != null) {
      worker.close();
      stand.search(directory);
    }
    if (stand != null) {
      stand.close();
    }
  }

  @Test
  void shouldCarryEveryHeaderAndParameterToTheProviderAndTheOutputs() throws IOException {
    List<Row> rows = CoveragePage.rows(stand.providerUrl());
    Map<String, Sighting> sightings = seen(rows);
    List<String> faults = new ArrayList<>();
    String page =
        CoveragePage.markdown(
            stand.providerUrl(), row -> line(row, of(sightings, row.id()), faults));

    assertThat(faults).isEmpty();
    if (Boolean.getBoolean("pages.write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE).as("made by: " + CoveragePage.COMMAND).exists();
    assertThat(Files.readString(PAGE))
        .as("out of date, rewrite with: " + CoveragePage.COMMAND)
        .isEqualTo(page);
  }

  @Test
  void shouldShowTheSameTraceAndSpanIdsEverywhere() {
    String trace = "0af7651916cd43dd8448eb211c80319c";
    String span = "b7ad6b7169203331";
    Map<String, Map<String, String>> headers =
        Map.of(
            "given", Map.of("x-portkey-trace-id", trace, "x-portkey-span-id", span),
            "free text", Map.of("x-portkey-trace-id", "order 66", "x-portkey-span-id", "step 1"),
            "continued", Map.of("traceparent", "00-" + trace + "-" + span + "-01"),
            "made", Map.of());

    Map<String, Sighting> sightings = seen(requests(headers));

    assertThat(sightings.values()).hasSize(4).allSatisfy(RealGatewayIT::assertOneTrace);
    assertThat(of(sightings, "given").wire().requestHeaders())
        .containsEntry("x-portkey-trace-id", trace)
        .containsEntry("x-portkey-span-id", span)
        .containsEntry("traceparent", "00-" + trace + "-" + span + "-01");
    assertThat(of(sightings, "continued").wire().requestHeaders())
        .containsEntry("x-portkey-trace-id", trace)
        .containsEntry("x-portkey-parent-span-id", span);
  }

  @Test
  void shouldAnswerABatchOnceEach() {
    int size = 200;
    List<String> ids = IntStream.range(0, size).mapToObj(i -> "batch-" + i).toList();
    try (Inputs inputs = new Inputs(stand);
        Outputs outputs = new Outputs(stand)) {
      ids.forEach(id -> inputs.publish(Row.request(id, id).build(), Map.of()));
      await().atMost(LONG).until(() -> outputs.poll().ended() >= size);
      await().atMost(LONG).until(() -> outputs.poll().usage().size() >= size);

      assertThat(outputs.poll().responses())
          .extracting(output -> output.value().getRequestId())
          .containsExactlyInAnyOrderElementsOf(ids);
      assertThat(outputs.failures()).isEmpty();
      assertThat(outputs.deadLetters()).isZero();
      assertThat(outputs.usage()).hasSize(size);
      assertThat(stand.provider.calls())
          .filteredOn(call -> call.text(WORDS).startsWith("batch-"))
          .hasSize(size);
      assertThat(worker.notReadyReasons()).isEmpty();
    }
  }

  /** Mistral's own words: thinking in parts, and the first time an error in the middle. */
  @Test
  void shouldTryAgainWhenAProviderFailsInTheMiddleOfAStream() {
    CompletionRequest request =
        Row.request("mistral", MISTRAL)
            .setStream(true)
            .setPortkey(PortkeyOptions.newBuilder().setProvider("mistral-ai").build())
            .build();
    try (Inputs inputs = new Inputs(stand);
        Outputs outputs = new Outputs(stand)) {
      inputs.publish(request, Map.of());
      await().atMost(LONG).until(() -> outputs.poll().ended() >= 1);
      await().atMost(LONG).until(() -> outputs.poll().usage().size() >= 2);

      assertThat(outputs.failures()).isEmpty();
      CompletionResponse response = outputs.responses().get(0).value();
      assertThat(response.getCallDetails().getAttempts()).isEqualTo(2);
      ResponseMessage message = response.getChoices().get(0).getMessage();
      assertThat(message.getContent()).isEqualTo("42");
      assertThat(message.getReasoningContent()).isEqualTo("think hard");
      assertThat(response.getUsage().getTotalTokens()).isEqualTo(18L);
    }
  }

  private static Reply reply(RecordedCall call) {
    if (call.text(WORDS).equals(MISTRAL)) {
      boolean failed = FAILED.getAndSet(true);
      return Reply.json(200, failed ? MISTRAL_ANSWER : MISTRAL_FAULT)
          .withHeader("content-type", "text/event-stream");
    }
    if (!call.text(WORDS).startsWith(Row.ECHO)) {
      return Reply.completion();
    }
    ObjectNode asked = (ObjectNode) Places.json(call.body());
    asked.remove(List.of("model", "messages"));
    ObjectNode answer = Places.JSON.createObjectNode().put("id", "chatcmpl-echo");
    answer.put("object", "chat.completion").put("created", 1).put("model", "gpt-4o-mini");
    ObjectNode choice = answer.putArray("choices").addObject().put("index", 0);
    choice.put("finish_reason", "stop");
    choice.putObject("message").put("role", "assistant").put("content", asked.toString());
    return Reply.json(200, answer.toString());
  }

  private static List<Row> requests(Map<String, Map<String, String>> headers) {
    return headers.entrySet().stream()
        .map(
            entry ->
                new Row(
                    entry.getKey(),
                    "",
                    Row.request(entry.getKey(), entry.getKey()).build(),
                    entry.getValue(),
                    sighting -> "",
                    sighting -> "",
                    sighting -> ""))
        .toList();
  }

  /** Sends the rows' requests and waits until each was answered. */
  private static Map<String, Sighting> seen(List<Row> rows) {
    try (Inputs inputs = new Inputs(stand);
        Outputs outputs = new Outputs(stand)) {
      rows.forEach(row -> inputs.publish(row.request(), row.headers()));
      await().atMost(LONG).until(() -> outputs.poll().ended() >= rows.size());
      await().atMost(LONG).until(() -> outputs.poll().usage().size() >= rows.size());
      assertThat(outputs.failures()).isEmpty();
      assertThat(outputs.deadLetters()).isZero();

      Map<String, Sighting> sightings = new LinkedHashMap<>();
      rows.forEach(row -> sightings.put(row.id(), sighting(row, outputs)));
      return sightings;
    }
  }

  private static Sighting of(Map<String, Sighting> sightings, String id) {
    return Objects.requireNonNull(sightings.get(id), id);
  }

  private static Sighting sighting(Row row, Outputs outputs) {
    String words = Places.json(row.request().toString()).at(WORDS).asText();
    return new Sighting(
        one(
            stand.proxy.exchanges(),
            (Exchange e) -> Places.json(e.requestBody()).at(WORDS).asText().equals(words)),
        one(stand.provider.calls(), (RecordedCall c) -> c.text(WORDS).equals(words)),
        one(outputs.responses(), o -> o.value().getRequestId().equals(row.id())),
        one(outputs.usage(), o -> o.value().getRequestId().equals(row.id())));
  }

  private static <T> T one(List<T> all, Predicate<T> wanted) {
    List<T> found = all.stream().filter(wanted).toList();
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  private static String line(Row row, Sighting sighting, List<String> faults) {
    try {
      return row.line(sighting);
    } catch (AssertionError | RuntimeException e) {
      faults.add(row.id() + ": " + e.getMessage());
      return "";
    }
  }

  private static void assertOneTrace(Sighting sighting) {
    Map<String, String> sent = sighting.wire().requestHeaders();
    String trace = sent.getOrDefault("x-portkey-trace-id", "");
    assertThat(trace).isNotEmpty();
    assertThat(sighting.wire().answerHeaders()).containsEntry("x-portkey-trace-id", trace);
    assertThat(sighting.response().value().getGateway().getTraceId()).isEqualTo(trace);
    assertThat(sighting.usage().value().getTraceId()).isEqualTo(trace);
    for (String name : List.of("x-portkey-trace-id", "x-portkey-span-id", "traceparent")) {
      String value = sent.getOrDefault(name, "none was sent");
      assertThat(sighting.response().headers()).containsEntry(name, value);
      assertThat(sighting.usage().headers()).containsEntry(name, value);
    }
  }
}
