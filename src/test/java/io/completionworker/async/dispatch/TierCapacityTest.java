// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.AttemptResult.AttemptError.Details;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.fixtures.Gates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A cheap tier whose capacity comes and goes is used whenever it is there. */
class TierCapacityTest {

  private static final Duration STEP = Duration.ofMillis(50);
  private static final long DEADLINE_MILLIS = 45_000;
  private static final int A_SECOND = 40;
  private static final int AT_ONCE = 200;

  private final Stage stage = Stage.tiered(600, Gates.NO_BREAKER);
  private final TaskOutbox task = stage.open();
  private final long begin = stage.loop.millis();
  private final Set<String> seen = new HashSet<>();
  private final PriorityQueue<Open> open = new PriorityQueue<>(Comparator.comparing(Open::endAt));
  private final Map<String, Long> due = new HashMap<>();
  private final List<String> late = new ArrayList<>();
  private int flexOpen;
  private int flex;
  private int refused;
  private int last;

  private record Open(String id, boolean cheap, boolean refused, long endAt) {}

  @Test
  void shouldServeNearlyAllRequestsThatHaveTime() {
    stage.accept(task, 0, "t-first!" + (begin + 1_000)); // teaches the time of the last tier
    run(0, 120_000);

    assertThat(late).isEmpty();
    assertThat(100.0 * flex / (flex + last)).as("percent").isGreaterThan(95);
    assertThat(refused).isLessThan(flex / 4);
  }

  @Test
  void shouldMissNoDeadlineWhenTheCapacityStaysAway() {
    stage.accept(task, 0, "t-first!" + (begin + 1_000));
    run(1_000_000, 150_000);

    assertThat(late).isEmpty();
    assertThat(last).isGreaterThan(3_500);
    assertThat(refused).isLessThan(40);
  }

  /**
   * @param offMillis what is added to the time of the capacity; beyond all turns it stays away
   */
  private void run(long offMillis, long millis) {
    int number = 1;
    for (long at = 0; at < millis; at += STEP.toMillis()) {
      while (number < at * A_SECOND / 1_000 && at < millis - 20_000) {
        String id = "t-" + number;
        due.put(id, stage.loop.millis() + DEADLINE_MILLIS);
        stage.accept(task, number++, id + "!" + due.get(id));
      }
      answer(at, offMillis);
      stage.advance(STEP);
      stage.emitted(task);
    }
  }

  private void answer(long at, long off) {
    for (String id : stage.client.open()) {
      if (seen.add(id)) {
        boolean cheap = stage.client.call(id).scope().tier() != null;
        boolean there = off == 0 && at % 24_000 >= 8_000;
        boolean none = cheap && (!there || flexOpen >= AT_ONCE);
        flexOpen += cheap && !none ? 1 : 0;
        open.add(new Open(id, cheap, none, at + took(id, cheap, none)));
      }
    }
    while (!open.isEmpty() && open.element().endAt <= at) {
      Open next = open.remove();
      seen.remove(next.id);
      if (!stage.client.open().contains(next.id)) {
        flexOpen -= next.cheap && !next.refused ? 1 : 0; // given up
        continue;
      }
      if (next.refused) {
        refused++;
        stage.end(next.id, refusal());
      } else {
        flexOpen -= next.cheap ? 1 : 0;
        flex += next.cheap ? 1 : 0;
        last += next.cheap ? 0 : 1;
        stage.answer(next.id);
        if (stage.loop.millis() > due.getOrDefault(next.id, Long.MAX_VALUE)) {
          late.add(next.id);
        }
      }
    }
  }

  private static long took(String id, boolean cheap, boolean none) {
    int mean = cheap ? 1_600 : 800;
    return none ? 50 : mean / 2 + Math.floorMod(31 * id.hashCode(), mean);
  }

  private static AttemptResult refusal() {
    return new AttemptResult.Rejected(
        new AttemptError(
            FailureReason.OVERLOADED,
            Disposition.RETRY,
            false,
            498,
            "no capacity",
            Details.NONE,
            null));
  }
}
