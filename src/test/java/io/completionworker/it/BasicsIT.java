// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.Latency;
import io.completionworker.metrics.HealthMeters;
import io.completionworker.secrets.SearchedWorker;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BasicsIT {

  private static final Duration LONG = Duration.ofMinutes(1);

  @ParameterizedTest
  @ValueSource(strings = {"classic", "streams"})
  void shouldAnswerEveryRequestOnceUnderEitherGroupProtocol(String protocol) {
    Behaviour behaviour = Behaviour.builder().latency(Latency.fixed(Duration.ofMillis(50))).build();
    Map<String, String> settings =
        Map.of("kafka.group.protocol", protocol, "async.max.in.flight", "100");
    try (Stand stand = new Stand(behaviour, 6);
        Outcomes outcomes = new Outcomes(stand)) {
      stand.publish(0, 500, 20);
      try (SearchedWorker worker = stand.start(settings)) {
        await().atMost(LONG).until(() -> outcomes.poll().distinct() == 500);
        await().atMost(LONG).until(() -> outcomes.poll().usage().size() == 500);

        assertThat(worker.notReadyReasons()).isEmpty();
      }
      assertThat(outcomes.poll().repeated()).isEmpty();
      assertThat(stand.endpoint.total()).isEqualTo(500);
    }
  }

  /** By default Kafka Streams warms a task up first, and moves it minutes later. */
  @Tag("long")
  @Test
  void shouldGiveANewInstanceItsShareAtOnceHoweverLongTheChangelogIs() {
    int requests = 24_000; // an entry and a tombstone each: 24 000 records in each changelog
    Behaviour instant = Behaviour.builder().recording(Behaviour.Recording.NONE).build();
    // Without lending the share is that of the partitions alone.
    Map<String, String> settings =
        Map.of("async.max.in.flight", "200", "rate.limit.share.lend.after.ms", "0");
    try (Stand stand = new Stand(instant, 2);
        Outcomes outcomes = new Outcomes(stand)) {
      stand.publish(0, requests, 20);
      try (SearchedWorker first = stand.start(settings)) {
        await().atMost(LONG).until(() -> outcomes.poll().distinct() == requests);
        try (SearchedWorker second = stand.start(settings)) {
          await()
              .atMost(LONG)
              .until(() -> Stand.gauge(second, HealthMeters.LIMIT_SHARE.name()) == 0.5);
          assertThat(second.state()).isEqualTo("RUNNING");
        }
        assertThat(first.live()).isTrue();
      }
    }
  }
}
