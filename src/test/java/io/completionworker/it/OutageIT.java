// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.ErrorMix;
import io.completionworker.demo.endpoint.Reply;
import io.completionworker.demo.endpoint.SimulatedEndpoint;
import io.completionworker.metrics.RequestMeters;
import io.completionworker.secrets.SearchedWorker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * An endpoint that answers nobody, or refuses everything, does not empty the topic into failures.
 */
class OutageIT {

  private static final Duration LONG = Duration.ofMinutes(2);
  private static final Duration MAX_POLL_INTERVAL = Duration.ofSeconds(4);
  private static final Duration SHORT = MAX_POLL_INTERVAL.multipliedBy(3);
  private static final Duration TEN_TIMES = MAX_POLL_INTERVAL.multipliedBy(10);
  private static final int REQUESTS = 2_000;
  private static final int PENDING = 100;

  private final Stand stand = new Stand(Behaviour.instant(), 6);
  private final Outcomes outcomes = new Outcomes(stand);

  @AfterEach
  void close() {
    outcomes.close();
    stand.close();
  }

  @Test
  void shouldTurnNoRequestIntoAFailureWhileTheEndpointRefusesConnections() throws Exception {
    outlive(SHORT, SimulatedEndpoint::stopListening, SimulatedEndpoint::listenAgain);
  }

  @Tag("long")
  @Test
  void shouldTurnNoRequestIntoAFailureHoweverLongTheEndpointRefusesConnections() throws Exception {
    outlive(TEN_TIMES, SimulatedEndpoint::stopListening, SimulatedEndpoint::listenAgain);
  }

  @Tag("long")
  @Test
  void shouldTurnNoRequestIntoAFailureWhileTheEndpointAnswersWithErrors() throws Exception {
    ErrorMix onlyErrors = new ErrorMix(1, 0, 0, 0, 0, Duration.ZERO);
    outlive(
        TEN_TIMES,
        endpoint -> endpoint.behave(Behaviour.builder().errors(onlyErrors).build()),
        endpoint -> endpoint.behave(Behaviour.instant()));
  }

  @Test
  void shouldWaitWithTheRestWhenEveryRequestFailsForTheSameReason() {
    int window = 20;
    int inFlight = 10;
    stand.endpoint.behave(
        Behaviour.builder()
            .respondWith(call -> Reply.error(404, "invalid_request_error", "model_not_found", "no"))
            .build());
    stand.publish(0, 500, 50);
    Map<String, String> settings =
        Map.of(
            "hold.brake.window",
            String.valueOf(window),
            "async.max.in.flight",
            String.valueOf(inFlight),
            "hold.probe.initial.ms",
            "200",
            "hold.probe.max.ms",
            "200");

    try (SearchedWorker worker = stand.start(settings)) {
      await().atMost(LONG).until(() -> worker.notReadyReasons().toString().contains("NOT_FOUND"));
      await().atMost(LONG).until(() -> stand.endpoint.total() > window + inFlight + 5);
      assertThat(outcomes.poll().distinct())
          .as("failures until the rest waits; probes make none")
          .isLessThanOrEqualTo(window + inFlight);

      stand.endpoint.behave(Behaviour.instant());
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == 500);
      await().atMost(LONG).until(() -> worker.notReadyReasons().isEmpty());
    }
    assertThat(outcomes.poll().repeated()).isEmpty();
    assertThat(outcomes.all())
        .filteredOn(outcome -> !outcome.kind().equals("response"))
        .hasSizeBetween(1, window + inFlight)
        .allMatch(failure -> failure.kind().equals("NOT_FOUND"));
  }

  private void outlive(
      Duration outage, Consumer<SimulatedEndpoint> down, Consumer<SimulatedEndpoint> up)
      throws Exception {
    stand.publish(0, REQUESTS, 50);
    down.accept(stand.endpoint);
    Map<String, String> settings =
        Map.of(
            "async.max.in.flight", "20",
            "async.max.pending.records", String.valueOf(PENDING),
            "kafka.max.poll.interval.ms", String.valueOf(MAX_POLL_INTERVAL.toMillis()));
    try (SearchedWorker worker = stand.start(settings)) {
      await().atMost(LONG).until(() -> pending(worker) >= PENDING);
      List<String> members = stand.members();
      await()
          .during(outage)
          .atMost(outage.plus(LONG))
          .until(() -> outcomes.poll().all().isEmpty() && pending(worker) < 3 * PENDING);
      assertThat(stand.members()).as("members before and after").isEqualTo(members);
      assertThat(worker.state()).isEqualTo("RUNNING");

      up.accept(stand.endpoint);
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == REQUESTS);
      assertThat(stand.members()).isEqualTo(members);
    }
    assertThat(outcomes.poll().repeated()).isEmpty();
    assertThat(outcomes.all()).allMatch(outcome -> outcome.kind().equals("response"));
  }

  private static double pending(SearchedWorker worker) {
    return Stand.gauge(worker, RequestMeters.PENDING_RECORDS.name());
  }
}
