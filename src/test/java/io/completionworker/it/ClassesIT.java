// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.ControlKind;
import io.completionworker.completion.BatchRequestId;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.RecordedCall;
import io.completionworker.metrics.HealthMeters;
import io.completionworker.metrics.RequestMeters;
import io.completionworker.secrets.SearchedWorker;
import io.micrometer.core.instrument.Gauge;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Classes of requests have topics of their own, and share the calls. */
class ClassesIT {

  private static final Duration LONG = Duration.ofMinutes(2);
  private static final List<String> CLASSES = List.of("urgent", "standard", "bulk");
  private static final int KEYS = 51;
  private static final int IN_FLIGHT = 4;
  private static final int PENDING = 400;
  private static final int PER_SECOND = 20;

  private final Stand stand = new Stand(Behaviour.instant(), 4);
  private final Operator operator = new Operator(stand);
  private final Outcomes outcomes = new Outcomes(stand);
  private int published;

  @BeforeEach
  void createTopics() {
    Map<String, String> configs = Map.of("max.message.bytes", "8454144");
    stand.broker.createTopics(List.of(topic("urgent"), topic("bulk")), 4, configs);
  }

  @AfterEach
  void close() {
    outcomes.close();
    operator.close();
    stand.close();
  }

  @Test
  void shouldCallUrgentRequestsBehindThousandsOfOthersFirst() {
    stand.endpoint.hang();
    publish("standard", 3_000);
    publish("bulk", 1_000);
    try (SearchedWorker worker = stand.start(settings(Map.of()))) {
      await().atMost(LONG).until(() -> stand.endpoint.open() == IN_FLIGHT);
      publish("urgent", 20);
      awaitPending(worker, "urgent", 20);
      stand.endpoint.release();
      awaitOutcomes(4_020);

      assertThat(worker.pages())
          .contains("completion_worker_pending_records{class=\"urgent\"")
          .contains("completion_worker_permit_wait_seconds_count{class=\"urgent\"");
    }
    assertThat(outcomes.repeated()).isEmpty();
    assertThat(classesOfCalls().lastIndexOf("urgent"))
        .as("20 and the least shares of the others, and those that were open or on their way")
        .isLessThanOrEqualTo(20 * 100 / 70 + 4 * IN_FLIGHT);
  }

  @Test
  void shouldGiveEachClassItsLeastShareWhileMoreUrgentOnesHaveRequests() {
    stand.endpoint.hang();
    publish("urgent", PENDING);
    publish("standard", PENDING);
    publish("bulk", PENDING);
    try (SearchedWorker worker = stand.start(settings(Map.of()))) {
      for (String one : CLASSES) {
        awaitPending(worker, one, PENDING);
      }
      stand.endpoint.release();
      awaitOutcomes(3 * PENDING);
    }
    List<String> first = classesOfCalls().subList(2 * IN_FLIGHT, 200 + 2 * IN_FLIGHT);
    assertThat(Collections.frequency(first, "standard")).isBetween(35, 45);
    assertThat(Collections.frequency(first, "bulk")).isBetween(17, 23);
  }

  @Test
  @Tag("long")
  void shouldKeepTheLimitsOfTheAccountOverAllClassesAndInstances() {
    CLASSES.forEach(one -> publish(one, 100));
    Map<String, String> settings =
        settings(
            Map.of(
                "rate.limit.requests.per.second",
                String.valueOf(PER_SECOND),
                "rate.limit.share.lend.after.ms",
                "0"));
    Instant from = Instant.now();
    try (SearchedWorker first = stand.start(settings);
        SearchedWorker second = stand.start(settings)) {
      await().atMost(LONG).until(() -> share(first) == 0.5 && share(second) == 0.5);
      awaitOutcomes(300);
    }
    assertThat(outcomes.repeated()).isEmpty();
    assertThat(outcomes.all()).allMatch(outcome -> outcome.kind().equals("response"));
    assertCallsWithin(from);
  }

  @Test
  void shouldLoseNothingAndAnswerOnceInEachClassOverAStop() {
    stand.endpoint.hang();
    CLASSES.forEach(one -> publish(one, 60));
    try (SearchedWorker first = stand.start(settings(Map.of()))) {
      for (String one : CLASSES) {
        awaitPending(first, one, 60);
      }
      await().atMost(LONG).until(() -> stand.endpoint.open() == IN_FLIGHT);
    }
    stand.endpoint.release();

    try (SearchedWorker second = stand.start(settings(Map.of()))) {
      awaitOutcomes(180);
      assertThat(second.live()).isTrue();
    }
    assertThat(outcomes.repeated()).isEmpty();
    assertThat(outcomes.all()).allMatch(outcome -> outcome.kind().equals("response"));
  }

  @Test
  @Tag("long")
  void shouldLoseNothingAndAnswerOnceInEachClassOverTheDeathOfAnInstance() {
    CLASSES.forEach(one -> publish(one, 300));
    try (WorkerProcess first = new WorkerProcess(stand, settings(Map.of()))) {
      await().atMost(LONG).until(() -> outcomes.poll().distinct() > 50);
      first.kill();
    }
    try (WorkerProcess second = new WorkerProcess(stand, settings(Map.of()))) {
      awaitOutcomes(900);
      assertThat(second.alive()).isTrue();
    }
    assertThat(outcomes.repeated()).isEmpty();
  }

  @Test
  void shouldCancelABatchInAllClasses() {
    for (String one : CLASSES) {
      publish(one, 20, "wrong");
      publish(one, 20, "right");
    }
    operator.put("cancel-1", Operator.control(ControlKind.CANCEL).setBatchId("wrong"));

    try (SearchedWorker worker = stand.start(settings(Map.of()))) {
      awaitOutcomes(120);
      assertThat(worker.live()).isTrue();
    }
    assertThat(outcomes.all())
        .allMatch(
            outcome ->
                outcome
                    .kind()
                    .equals(outcome.requestId().contains(":wrong:") ? "CANCELLED" : "response"));
    assertThat(stand.endpoint.total()).isEqualTo(60);
  }

  private void publish(String requestClass, int count) {
    publish(requestClass, count, "");
  }

  /** Publishes requests whose user is the class; of a batch, if it has a name. */
  private void publish(String requestClass, int count, String batch) {
    int from = published;
    published += count;
    stand.publish(
        topic(requestClass),
        from,
        published,
        KEYS,
        number ->
            CompletionRequest.newBuilder(Stand.request(id(batch, number)))
                .setUser(requestClass)
                .build());
  }

  private static String id(String batch, int number) {
    return batch.isEmpty()
        ? "r-" + number
        : new BatchRequestId(batch, number + 1L, "c-" + number).toString();
  }

  private static String topic(String requestClass) {
    return requestClass.equals("standard")
        ? "completion-requests"
        : "completion-requests-" + requestClass;
  }

  /** Waits until so many requests are pending, and all that were read are decoded. */
  private static void awaitPending(SearchedWorker worker, String requestClass, int count) {
    await()
        .atMost(LONG)
        .until(
            () ->
                pending(worker, requestClass) >= count
                    && Stand.gauge(worker, RequestMeters.CODEC_QUEUE.name()) == 0);
  }

  private static double pending(SearchedWorker worker, String requestClass) {
    Gauge gauge =
        worker
            .meters()
            .find(RequestMeters.PENDING_RECORDS.name())
            .tag("class", requestClass)
            .gauge();
    return gauge == null ? 0 : gauge.value();
  }

  private static double share(SearchedWorker worker) {
    return Stand.gauge(worker, HealthMeters.LIMIT_SHARE.name());
  }

  private void awaitOutcomes(int count) {
    await().atMost(LONG).until(() -> outcomes.poll().distinct() == count);
    outcomes.poll();
  }

  /** The classes of all calls, in the order in which they came. */
  private List<String> classesOfCalls() {
    return stand.endpoint.calls().stream().map(call -> call.text("/user")).toList();
  }

  /** Holds however slow the machine is: a call that arrives late is allowed all the more. */
  private void assertCallsWithin(Instant from) {
    List<Instant> arrivals =
        stand.endpoint.calls().stream().map(RecordedCall::startedAt).sorted().toList();
    for (int i = 0; i < arrivals.size(); i++) {
      double seconds = Duration.between(from, arrivals.get(i)).toMillis() / 1_000.0;
      assertThat(i + 1.0)
          .as("calls in the first %s s", seconds)
          .isLessThanOrEqualTo(seconds * PER_SECOND + PER_SECOND + 10);
    }
  }

  private static Map<String, String> settings(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("classes", String.join(",", CLASSES));
    settings.put("classes.least.share", "standard=20,bulk=10");
    settings.put("async.max.in.flight", String.valueOf(IN_FLIGHT));
    settings.put("async.max.pending.records", String.valueOf(PENDING));
    settings.put("shutdown.drain.ms", "0");
    return settings;
  }
}
