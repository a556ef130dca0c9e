// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.Latency;
import io.completionworker.secrets.SearchedWorker;
import java.time.Duration;
import java.util.Map;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In a living process nothing is paid for twice, whatever becomes of its transactions. */
class CommitIT {

  private static final Duration LONG = Duration.ofMinutes(3);
  private static final int BETWEEN_ABORTS = 40;

  private final Stand stand =
      new Stand(Behaviour.builder().latency(Latency.fixed(Duration.ofMillis(30))).build(), 6);
  private final Outcomes outcomes = new Outcomes(stand);

  @AfterEach
  void close() {
    outcomes.close();
    stand.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "streams"})
  void shouldCallNothingAgainWhenTransactionsAreAborted(String protocol) throws Exception {
    abort(3, protocol);
  }

  @Tag("long")
  @Test
  void shouldCallNothingAgainWhenFiftyTransactionsAreAborted() throws Exception {
    abort(50, "classic");
  }

  @Test
  void shouldCommitAnAnswerAtOnceWhenThereIsLittleToDo() {
    Map<String, String> seldom =
        Map.of(
            "kafka.commit.interval.ms", "600000",
            "kafka.producer.transaction.timeout.ms", "660000");
    try (SearchedWorker worker = stand.start(seldom)) {
      stand.publish(0, 1, 50);
      patiently().until(() -> outcomes.poll().distinct() == 1);
      patiently().until(() -> worker.state().equals("RUNNING")); // its other tasks may take longer
    }
  }

  private void abort(int times, String protocol) throws Exception {
    int requests = 0;
    Map<String, String> settings =
        Map.of("kafka.group.protocol", protocol, "kafka.num.stream.threads", "2");
    try (OwnProducers own = new OwnProducers(stand);
        SearchedWorker worker = stand.start(settings)) {
      for (int aborted = 0; aborted < times; aborted++) {
        stand.publish(requests, requests + 2 * BETWEEN_ABORTS, 50);
        int enough = requests + BETWEEN_ABORTS;
        requests += 2 * BETWEEN_ABORTS;
        patiently().until(() -> stand.endpoint.total() >= enough);
        own.fence();
      }
      int all = requests;
      patiently().until(() -> outcomes.poll().distinct() == all);
      patiently().until(() -> worker.state().equals("RUNNING"));
    }
    assertThat(outcomes.poll().repeated()).isEmpty();
    assertThat(outcomes.all()).allMatch(outcome -> outcome.kind().equals("response"));
    assertThat(stand.endpoint.total()).as("calls").isEqualTo(requests);
  }

  /** A stream thread that could not commit may die, and is replaced. */
  private static ConditionFactory patiently() {
    return await().dontCatchUncaughtExceptions().atMost(LONG);
  }

  @Tag("long")
  @Test
  void shouldCallNothingAgainAndLoseNoTimeWhenTheWallClockIsSetBack() {
    assumeTrue(FakedClock.isThere(), "no libfaketime: the test of a clock set back is skipped");
    FakedClock clock = new FakedClock(stand.directory.resolve("clock"));
    int requests = 600;
    try (WorkerProcess worker =
        new WorkerProcess(
            stand, Map.of("rate.limit.requests.per.second", "20"), clock.environment())) {
      stand.publish(0, requests, 50);
      patiently().until(() -> outcomes.poll().distinct() >= 100);

      clock.set(Duration.ofHours(-1));
      patiently().until(() -> worker.output().contains("The wall clock was set back by"));
      patiently().until(() -> outcomes.poll().distinct() == requests);
      assertThat(worker.alive()).isTrue();
    }
    assertThat(outcomes.poll().repeated()).isEmpty();
    assertThat(outcomes.all()).allMatch(outcome -> outcome.kind().equals("response"));
    assertThat(stand.endpoint.total()).as("calls").isEqualTo(requests);
  }
}
