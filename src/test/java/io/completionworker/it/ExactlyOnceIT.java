// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.Latency;
import io.completionworker.secrets.SearchedWorker;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One outcome for each request, and no more repeated calls than the promise allows. */
class ExactlyOnceIT {

  private static final int REQUESTS = 2_000;
  private static final int IN_FLIGHT = 500;
  private static final Duration LONG = Duration.ofMinutes(2);
  final Stand stand =
      new Stand(Behaviour.builder().latency(Latency.fixed(Duration.ofSeconds(1))).build(), 6);
  private final Outcomes outcomes = new Outcomes(stand);

  /** Which offset is committed. */
  String offsets() {
    return "accepted";
  }

  private Map<String, String> settings() {
    return Map.of("async.max.in.flight", String.valueOf(IN_FLIGHT), "async.offsets", offsets());
  }

  @AfterEach
  void close() {
    outcomes.close();
    stand.close();
  }

  @Test
  void shouldAnswerEachRequestOnceWhenKilledMidFlight() {
    stand.publish(0, REQUESTS, 50);
    long startedBefore;
    long killedAt;
    try (WorkerProcess first = new WorkerProcess(stand, settings())) {
      await().atMost(LONG).until(() -> outcomes.poll().distinct() > 100);
      await().atMost(LONG).until(() -> stand.endpoint.open() > IN_FLIGHT / 2);
      first.kill();
      killedAt = System.currentTimeMillis();
      startedBefore = settled();
    }
    try (WorkerProcess second = new WorkerProcess(stand, settings())) {
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == REQUESTS);
      assertThat(second.alive()).isTrue();
    }
    assertOneOutcomeEach();
    // What the first worker had called and not committed as an outcome, and nothing else, is called
    // again.
    long committed =
        outcomes.all().stream().filter(outcome -> outcome.endedAt() <= killedAt).count();
    assertThat(stand.endpoint.total() - REQUESTS)
        .as("calls repeated; %s started and %s committed before the kill", startedBefore, committed)
        .isPositive()
        .isLessThanOrEqualTo(startedBefore - committed);
    assertThat(committed).isPositive();
    assertThat(outcomes.all().stream().filter(Outcomes.Outcome::recovered).count())
        .as("outcomes that say they were called again")
        .isPositive();
  }

  @Test
  void shouldAnswerEachRequestOnceWhileASecondInstanceJoinsAndLeaves() {
    stand.publish(0, REQUESTS, 50);
    try (SearchedWorker first = worker()) {
      await().atMost(LONG).until(() -> outcomes.poll().distinct() > 50);
      try (SearchedWorker second = worker()) {
        await().atMost(LONG).until(() -> second.state().equals("RUNNING"));
        await().atMost(LONG).until(() -> outcomes.poll().distinct() > REQUESTS / 2);
      }
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == REQUESTS);
      assertThat(first.live()).isTrue();
    }
    assertOneOutcomeEach();
    assertThat(stand.endpoint.total() - REQUESTS).isBetween(0L, 2L * IN_FLIGHT);
  }

  @Test
  void shouldAnswerEachRequestOnceWhenTheBrokerRestarts() {
    stand.publish(0, REQUESTS, 50);
    try (SearchedWorker worker = worker()) {
      await().atMost(LONG).until(() -> outcomes.poll().distinct() > 100);
      stand.broker.restart();
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == REQUESTS);
      assertThat(worker.live()).isTrue();
    }
    assertOneOutcomeEach();
    assertThat(stand.endpoint.total() - REQUESTS).isBetween(0L, 2L * IN_FLIGHT);
  }

  @Test
  void shouldAdoptRunningCallsWhenItsTasksAreRevived() throws Exception {
    stand.endpoint.hang();
    stand.publish(0, 200, 50);
    try (OwnProducers own = new OwnProducers(stand);
        SearchedWorker worker = worker()) {
      await().atMost(LONG).until(() -> stand.endpoint.open() == 200);
      own.fence();
      stand.publish(200, 210, 10);
      await().atMost(LONG).until(() -> worker.state().equals("RUNNING"));
      stand.endpoint.release();
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == 210);
    }
    assertOneOutcomeEach();
    assertThat(stand.endpoint.total()).as("every call was adopted").isEqualTo(210);
  }

  /** Calls that were started, when those are counted, too, which were on their way at the kill. */
  private long settled() {
    AtomicLong before = new AtomicLong(-1);
    await()
        .atMost(LONG)
        .pollInterval(Duration.ofMillis(300))
        .until(() -> before.getAndSet(stand.endpoint.total()) == before.get());
    return before.get();
  }

  private SearchedWorker worker() {
    return stand.start(settings());
  }

  private void assertOneOutcomeEach() {
    outcomes.poll();
    assertThat(outcomes.repeated()).isEmpty();
    assertThat(outcomes.all()).allMatch(outcome -> outcome.kind().equals("response"));
  }
}
