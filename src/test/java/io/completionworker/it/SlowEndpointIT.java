// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.Latency;
import io.completionworker.secrets.SearchedWorker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A slow or dead endpoint never makes the worker leave its group. */
class SlowEndpointIT {

  private static final Duration LONG = Duration.ofMinutes(2);
  private static final Duration MAX_POLL_INTERVAL = Duration.ofSeconds(4);

  @Test
  void shouldStayInItsGroupWhenTheEndpointHangsForLongerThanThePollInterval() throws Exception {
    try (Stand stand = new Stand(Behaviour.instant(), 6);
        Outcomes outcomes = new Outcomes(stand)) {
      stand.endpoint.hang();
      stand.publish(0, 1_000, 50);
      Map<String, String> settings =
          Map.of(
              "async.max.in.flight", "50",
              "async.max.pending.records", "100",
              "kafka.max.poll.interval.ms", String.valueOf(MAX_POLL_INTERVAL.toMillis()));
      try (SearchedWorker worker = stand.start(settings)) {
        await().atMost(LONG).until(() -> stand.endpoint.open() == 50);
        List<String> members = stand.members();
        await()
            .atMost(LONG)
            .pollDelay(MAX_POLL_INTERVAL.multipliedBy(2))
            .until(() -> stand.endpoint.open() == 50);

        assertThat(stand.members()).as("members before and after").isEqualTo(members);
        assertThat(Stand.gauge(worker, "completion.worker.pending.records"))
            .as("the intake has stopped near its bound")
            .isLessThan(300);
        assertThat(outcomes.poll().all()).isEmpty();

        stand.endpoint.release();
        await().atMost(LONG).until(() -> outcomes.poll().distinct() == 1_000);
        assertThat(worker.state()).isEqualTo("RUNNING");
        assertThat(stand.members()).isEqualTo(members);
      }
      assertThat(outcomes.poll().repeated()).isEmpty();
      assertThat(outcomes.all()).allMatch(outcome -> outcome.kind().equals("response"));
      assertThat(stand.endpoint.total()).isEqualTo(1_000);
    }
  }

  @Test
  void shouldPollOftenWhileASlowEndpointWorksOffABacklog() {
    Behaviour tenPerSecond =
        Behaviour.builder().latency(Latency.fixed(Duration.ofMillis(100))).build();
    try (Stand stand = new Stand(tenPerSecond, 12);
        Outcomes outcomes = new Outcomes(stand)) {
      stand.publish(0, 3_000, 50);
      Map<String, String> settings =
          Map.of("async.max.in.flight", "1", "async.max.pending.records", "20");
      try (SearchedWorker worker = stand.start(settings)) {
        await().atMost(LONG).until(() -> outcomes.poll().distinct() > 80);

        assertThat(Stand.gauge(worker, "kafka.consumer.time.between.poll.max"))
            .as("longest time between two polls, in ms")
            .isPositive()
            .isLessThan(5_000);
        assertThat(Stand.gauge(worker, "completion.worker.pending.records"))
            .as("pending with twelve tasks on one thread and a bound of 20")
            .isLessThan(100);
        assertThat(worker.state()).isEqualTo("RUNNING");
      }
      assertThat(stand.log())
          .as("a close that takes in what is buffered")
          .noneMatch(line -> line.contains("cannot stop completely"));
    }
  }
}
