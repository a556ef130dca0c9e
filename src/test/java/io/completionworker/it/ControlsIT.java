// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.ControlKind;
import io.completionworker.completion.BatchRequestId;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.Latency;
import io.completionworker.secrets.SearchedWorker;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What operators write to the topic of controls holds on all instances, and after restarts. */
class ControlsIT {

  private static final Duration LONG = Duration.ofMinutes(2);
  private static final String CANCELLED = "CANCELLED";
  private static final String RESPONSE = "response";

  private final Stand stand = new Stand(Behaviour.instant(), 2);
  private final Operator operator = new Operator(stand);
  private final Outcomes outcomes = new Outcomes(stand);

  @AfterEach
  void close() {
    outcomes.close();
    operator.close();
    stand.close();
  }

  @Test
  void shouldCallNothingOfABatchThatWasCancelledBeforeItIsRead() {
    stand.publish(0, 40, 10, number -> ofBatch("wrong", number));
    stand.publish(40, 60, 10, number -> ofBatch("right", number));
    operator.put("cancel-1", Operator.control(ControlKind.CANCEL).setBatchId("wrong"));

    try (SearchedWorker worker = stand.start(Map.of())) {
      awaitOutcomes(60);

      assertThat(worker.live()).isTrue();
    }
    assertThat(ended("wrong")).containsOnlyKeys(CANCELLED);
    assertThat(ended("right")).containsOnlyKeys(RESPONSE);
    assertThat(stand.endpoint.total()).isEqualTo(20);
    assertThat(outcomes.usage()).as("usage rows").hasSize(20);
  }

  @Test
  void shouldCloseOpenCallsOfABatchThatIsCancelledAndLeaveOthers() {
    stand.endpoint.hang();
    stand.publish(0, 10, 5, number -> ofBatch("wrong", number));
    stand.publish(10, 30, 5, number -> ofBatch("right", number));

    try (SearchedWorker worker = stand.start(Map.of())) {
      await().atMost(LONG).until(() -> stand.endpoint.open() == 30);
      operator.put("cancel-1", Operator.control(ControlKind.CANCEL).setBatchId("wrong"));

      await().atMost(LONG).until(() -> stand.endpoint.open() == 20);
      awaitOutcomes(10);
      assertThat(ended("wrong")).containsOnlyKeys(CANCELLED);

      stand.endpoint.release();
      awaitOutcomes(30);
      assertThat(worker.live()).isTrue();
    }
    assertThat(ended("right")).containsOnlyKeys(RESPONSE);
    assertThat(stand.endpoint.total()).isEqualTo(30);
  }

  /** The paused ones come first, so they were read when the others have their answers. */
  @Test
  void shouldHoldBackWhatIsPausedUntilThePauseIsWithdrawnAlsoAfterARestart() {
    operator.put("pause-1", Operator.control(ControlKind.PAUSE).setModel("gpt-paused*"));
    stand.publish(0, 20, 1, number -> ofModel("gpt-paused-mini", number));
    stand.publish(20, 30, 1, number -> ofModel("gpt-other", number));

    try (SearchedWorker first = stand.start(Map.of())) {
      awaitOutcomes(10);
      assertThat(first.live()).isTrue();
    }
    stand.publish(30, 40, 1, number -> ofModel("gpt-paused-mini", number));
    stand.publish(40, 50, 1, number -> ofModel("gpt-other", number));
    try (SearchedWorker second = stand.start(Map.of())) {
      awaitOutcomes(20);
      assertThat(stand.endpoint.total()).as("calls of others").isEqualTo(20);

      operator.withdraw("pause-1");

      awaitOutcomes(50);
      assertThat(second.live()).isTrue();
    }
    assertThat(stand.endpoint.total()).isEqualTo(50);
    assertThat(outcomes.all()).allMatch(outcome -> outcome.kind().equals(RESPONSE));
  }

  @Test
  void shouldCallWhatWasPausedWhenThePauseExpires() {
    Instant end = Instant.now().plusSeconds(5);
    operator.put(
        "pause-1", Operator.control(ControlKind.PAUSE).setEverything(true).setExpiresAt(end));
    stand.publish(0, 20, 5);

    try (SearchedWorker worker = stand.start(Map.of())) {
      awaitOutcomes(20);
      assertThat(worker.live()).isTrue();
    }
    assertThat(outcomes.all()).allMatch(outcome -> outcome.endedAt() >= end.toEpochMilli());
  }

  @Test
  void shouldCancelOnEveryInstance() {
    stand.endpoint.hang();
    try (SearchedWorker first = stand.start(Map.of());
        SearchedWorker second = stand.start(Map.of())) {
      await().atMost(LONG).until(this::eachInstanceHasAPartition);
      stand.publish(0, 60, 20);
      await().atMost(LONG).until(() -> stand.endpoint.open() == 60);

      operator.put("cancel-1", Operator.control(ControlKind.CANCEL).setEverything(true));

      await().atMost(LONG).until(() -> stand.endpoint.open() == 0);
      awaitOutcomes(60);
      assertThat(first.live() && second.live()).isTrue();
    }
    assertThat(outcomes.all()).allMatch(outcome -> outcome.kind().equals(CANCELLED));
    assertThat(stand.endpoint.total()).isEqualTo(60);
  }

  @Test
  void shouldGiveEachRequestOneOutcomeWhenKilledWhileABatchIsCancelled() {
    stand.endpoint.behave(
        Behaviour.builder().latency(Latency.fixed(Duration.ofSeconds(1))).build());
    Map<String, String> settings = Map.of("async.max.in.flight", "50");
    stand.publish(0, 300, 20, number -> ofBatch("wrong", number));
    stand.publish(300, 400, 20, number -> ofBatch("right", number));

    try (WorkerProcess first = new WorkerProcess(stand, settings)) {
      await().atMost(LONG).until(() -> outcomes.poll().distinct() > 50);
      stand.endpoint.hang(); // so that there is something to cancel, however late that comes
      operator.put("cancel-1", Operator.control(ControlKind.CANCEL).setBatchId("wrong"));
      await().atMost(LONG).until(() -> ended("wrong").containsKey(CANCELLED));
      first.kill();
    }
    stand.endpoint.release();
    try (WorkerProcess second = new WorkerProcess(stand, settings)) {
      awaitOutcomes(400);
      assertThat(second.alive()).isTrue();
    }
    assertThat(ended("wrong")).containsOnlyKeys(CANCELLED, RESPONSE);
    assertThat(ended("right")).containsOnlyKeys(RESPONSE);
  }

  @Test
  void shouldNameAControlThatCannotBeReadAndIgnoreIt() {
    operator.putText("garbage-1", "no control");
    operator.put("empty-1", Operator.control(ControlKind.CANCEL));
    operator.put("cancel-1", Operator.control(ControlKind.CANCEL).setBatchId("wrong"));
    stand.publish(0, 10, 5, number -> ofBatch("right", number));

    try (SearchedWorker worker = stand.start(Map.of())) {
      awaitOutcomes(10);

      assertThat(stand.log())
          .anyMatch(line -> line.contains("garbage-1") && line.contains("Unknown magic byte"))
          .anyMatch(line -> line.contains("empty-1") && line.contains("nothing is selected"))
          .noneMatch(line -> line.contains("cancel-1") && line.contains("cannot be read"));
      assertThat(worker.notReadyReasons()).isEmpty();
    }
    assertThat(ended("right")).containsOnlyKeys(RESPONSE);
  }

  @Test
  void shouldReadControlsInJson() {
    operator.putText(
        "cancel-1",
        "{\"kind\":\"CANCEL\",\"end_user\":\"u-1\",\"created_at\":\"%s\"}"
            .formatted(Instant.now().plusSeconds(60)));
    stand.publishRaw("k", json("r-1", "u-1"));
    stand.publishRaw("k", json("r-2", "u-2"));

    try (SearchedWorker worker = stand.start(Map.of("value.format", "json"));
        var found = stand.committed("completion-responses", "completion-failures")) {
      Map<String, String> texts = new HashMap<>();
      await()
          .atMost(LONG)
          .until(
              () -> {
                found
                    .poll(Duration.ofMillis(200))
                    .forEach(record -> texts.put(record.topic(), Stand.text(record.value())));
                return texts.size() == 2;
              });
      assertThat(texts.get("completion-failures")).contains("\"r-1\"").contains(CANCELLED);
      assertThat(texts.get("completion-responses")).contains("\"r-2\"");
      assertThat(worker.live()).isTrue();
    }
    assertThat(stand.endpoint.total()).isEqualTo(1);
  }

  /** Both are in one place: what is limited is called, a few at a time. */
  @Test
  void shouldLimitCallsUntilTheLimitIsWithdrawn() {
    stand.endpoint.hang();
    operator.put(
        "limit-1", Operator.control(ControlKind.LIMIT).setEverything(true).setMaxInFlight(3));
    stand.publish(0, 20, 5);

    try (SearchedWorker worker = stand.start(Map.of())) {
      await().atMost(LONG).until(() -> stand.endpoint.open() == 3);
      operator.withdraw("limit-1");

      await().atMost(LONG).until(() -> stand.endpoint.open() == 20);
      stand.endpoint.release();
      awaitOutcomes(20);
      assertThat(worker.live()).isTrue();
    }
  }

  private void awaitOutcomes(int count) {
    await().atMost(LONG).until(() -> outcomes.poll().distinct() == count);
    assertThat(outcomes.repeated()).isEmpty();
  }

  /** Requests of a batch by how they have ended. */
  private Map<String, Set<String>> ended(String batch) {
    return outcomes.poll().all().stream()
        .filter(outcome -> outcome.requestId().startsWith("batch:" + batch + ":"))
        .collect(
            groupingBy(
                Outcomes.Outcome::kind,
                Collectors.mapping(Outcomes.Outcome::requestId, Collectors.toSet())));
  }

  private boolean eachInstanceHasAPartition() throws Exception {
    try (Admin admin = stand.broker.admin()) {
      var group = admin.describeConsumerGroups(List.of("completion-worker")).all().get().values();
      return group.stream().flatMap(all -> all.members().stream()).count() == 2
          && group.stream()
              .flatMap(all -> all.members().stream())
              .allMatch(member -> member.assignment().topicPartitions().size() == 1);
    }
  }

  private static CompletionRequest ofBatch(String batch, int number) {
    return Stand.request(new BatchRequestId(batch, number + 1L, "c-" + number).toString());
  }

  private static CompletionRequest ofModel(String model, int number) {
    return CompletionRequest.newBuilder(Stand.request("r-" + number)).setModel(model).build();
  }

  private static byte[] json(String id, String user) {
    return "{\"request_id\":\"%s\",\"user\":\"%s\",\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
        .formatted(id, user)
        .getBytes(UTF_8);
  }
}
