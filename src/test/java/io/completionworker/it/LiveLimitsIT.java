// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.avro.ControlKind;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.RecordedCall;
import io.completionworker.metrics.HealthMeters;
import io.completionworker.secrets.SearchedWorker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A limit that is changed under load holds on all instances, without a restart. */
class LiveLimitsIT {

  private static final Duration LONG = Duration.ofMinutes(4);
  private static final int REQUESTS = 10_000;
  private static final int CONFIGURED = 40;

  /** A burst of two instances that were held up together, and their open calls. */
  private static final double AT_ONCE = CONFIGURED + 10;

  private final Stand stand = new Stand(Behaviour.instant(), 2);
  private final Operator operator = new Operator(stand);

  @AfterEach
  void close() {
    operator.close();
    stand.close();
  }

  @Test
  @Tag("long")
  void shouldHalveAndDoubleALimitUnderLoadAndGoBackToWhatIsConfigured() {
    stand.publish(0, REQUESTS, REQUESTS);
    Map<String, String> settings =
        Map.of(
            "rate.limit.requests.per.second",
            String.valueOf(CONFIGURED),
            "rate.limit.share.lend.after.ms",
            "0");
    try (SearchedWorker first = stand.start(settings);
        SearchedWorker second = stand.start(settings)) {
      await().atMost(LONG).until(() -> share(first) == 0.5 && share(second) == 0.5);
      awaitCalls(100);

      limit(CONFIGURED / 2.0);
      await().atMost(LONG).until(() -> limited(first) && limited(second));
      Instant halved = Instant.now();
      awaitCalls(150);
      assertCallsWithin(halved, CONFIGURED / 2.0);

      limit(CONFIGURED * 2.0);
      // In so short a time, no lower limit lets so many start.
      await().atMost(LONG).until(() -> most(Duration.ofSeconds(5)) > 5 * CONFIGURED + AT_ONCE);

      operator.withdraw("limit-1");
      await().atMost(LONG).until(() -> !limited(first) && !limited(second));
      Instant withdrawn = Instant.now();
      awaitCalls(200);
      assertCallsWithin(withdrawn, CONFIGURED);
      assertThat(first.live() && second.live()).isTrue();
    }
  }

  private void limit(double perSecond) {
    operator.put(
        "limit-1",
        Operator.control(ControlKind.LIMIT).setEverything(true).setRequestsPerSecond(perSecond));
  }

  private void awaitCalls(int more) {
    long before = stand.endpoint.total();
    await().atMost(LONG).until(() -> stand.endpoint.total() >= before + more);
  }

  /** Holds however slow the machine is: a call that arrives late is allowed all the more. */
  private void assertCallsWithin(Instant since, double perSecond) {
    List<Instant> arrivals = arrivals().stream().filter(at -> at.isAfter(since)).toList();
    for (int i = 0; i < arrivals.size(); i++) {
      double seconds = Duration.between(since, arrivals.get(i)).toMillis() / 1_000.0;
      assertThat(i + 1.0)
          .as("calls in the first %s s at %s a second", seconds, perSecond)
          .isLessThanOrEqualTo(seconds * perSecond + AT_ONCE);
    }
  }

  /** The most calls that arrived within a time. */
  private int most(Duration within) {
    List<Instant> arrivals = arrivals();
    int most = 0;
    int first = 0;
    for (int last = 0; last < arrivals.size(); last++) {
      while (Duration.between(arrivals.get(first), arrivals.get(last)).compareTo(within) > 0) {
        first++;
      }
      most = Math.max(most, last - first + 1);
    }
    return most;
  }

  private List<Instant> arrivals() {
    return stand.endpoint.calls().stream().map(RecordedCall::startedAt).sorted().toList();
  }

  private static double share(SearchedWorker worker) {
    return Stand.gauge(worker, HealthMeters.LIMIT_SHARE.name());
  }

  private static boolean limited(SearchedWorker worker) {
    return worker.meters().get(HealthMeters.CONTROLS.name()).tag("kind", "limit").gauge().value()
        > 0;
  }
}
