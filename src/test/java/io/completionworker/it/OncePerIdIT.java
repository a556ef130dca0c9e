// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.Latency;
import io.completionworker.metrics.RequestMeters;
import io.completionworker.secrets.SearchedWorker;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** With {@code dedupe.by}, an id that is published three times is called and answered once. */
@Tag("long")
class OncePerIdIT {

  private static final Duration LONG = Duration.ofMinutes(2);
  private static final int IDS = 600;
  private static final int KEYS = 50;
  private static final int IN_FLIGHT = 40;
  private static final Map<String, String> SETTINGS =
      Map.of("dedupe.by", "request-id", "async.max.in.flight", String.valueOf(IN_FLIGHT));

  private final Stand stand =
      new Stand(Behaviour.builder().latency(Latency.fixed(Duration.ofMillis(200))).build(), 4);
  private final Outcomes outcomes = new Outcomes(stand);

  @AfterEach
  void close() {
    outcomes.close();
    stand.close();
  }

  @Test
  void shouldCallAndAnswerEachIdOnceThroughAKillAndARebalance() {
    publish(3 * IDS);
    long started;
    long killedAt;
    try (WorkerProcess killed = new WorkerProcess(stand, SETTINGS)) {
      await().atMost(LONG).until(() -> outcomes.poll().distinct() > IDS / 4);
      killed.kill();
      killedAt = System.currentTimeMillis();
      started = settled();
    }
    try (SearchedWorker first = stand.start(SETTINGS)) {
      await().atMost(LONG).until(() -> outcomes.poll().distinct() > IDS / 2);
      try (SearchedWorker second = stand.start(SETTINGS)) {
        await().atMost(LONG).until(() -> second.state().equals("RUNNING"));
        await().atMost(LONG).until(() -> outcomes.poll().distinct() == IDS);
      }
      await().atMost(LONG).until(() -> isDone(first));
      long calls = stand.endpoint.total();
      publish(IDS);
      await().atMost(LONG).until(() -> repeats(first) >= IDS && isDone(first));

      assertThat(stand.endpoint.total()).as("all of them are known").isEqualTo(calls);
      long committed = outcomes.all().stream().filter(one -> one.endedAt() <= killedAt).count();
      assertThat(calls - IDS)
          .as("only what was called and not committed, at the kill or a take-over, is called again")
          .isBetween(0L, started - committed + 2L * IN_FLIGHT);
    }
    outcomes.poll();
    assertThat(outcomes.all()).hasSize(IDS).allMatch(one -> one.kind().equals("response"));
    assertThat(outcomes.repeated()).isEmpty();
  }

  private void publish(int records) {
    stand.publish(0, records, KEYS, number -> Stand.request("r-" + number % IDS));
  }

  /** Calls that were started, when those are counted, too, which were on their way. */
  private long settled() {
    AtomicLong before = new AtomicLong(-1);
    await()
        .atMost(LONG)
        .pollInterval(Duration.ofMillis(300))
        .until(() -> before.getAndSet(stand.endpoint.total()) == before.get());
    return before.get();
  }

  private static boolean isDone(SearchedWorker worker) {
    return Stand.gauge(worker, RequestMeters.LAG.name()) == 0
        && Stand.gauge(worker, RequestMeters.PENDING_RECORDS.name()) == 0;
  }

  private static double repeats(SearchedWorker worker) {
    return worker.meters().get(RequestMeters.REPEATS.name()).counter().count();
  }
}
