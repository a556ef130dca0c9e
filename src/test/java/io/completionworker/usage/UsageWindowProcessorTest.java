// SPDX-License-Identifier: Apache-2.0
package io.completionworker.usage;

import static io.completionworker.usage.Rows.row;
import static io.completionworker.usage.SumUsage.GRACE;
import static io.completionworker.usage.SumUsage.LENGTH;
import static io.completionworker.usage.SumUsage.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.completionworker.avro.UsageWindow;
import io.completionworker.usage.WindowSums.WindowKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UsageWindowProcessorTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final long LENGTH_MS = LENGTH.toMillis();

  private final SumUsage step = new SumUsage("model");

  @Test
  void shouldWriteASumForEachGroupWhenItsWindowHasEnded() {
    step.add(row("a"), row("a"));
    step.add(row("b").setModelServed("b-2"));
    step.pass(LENGTH);
    assertThat(step.forwarded()).as("a second is left to outcomes on their way").isEmpty();

    step.pass(Duration.ofSeconds(2));

    assertThat(step.forwarded())
        .extracting(UsageWindow::getModel, UsageWindow::getCalls, UsageWindow::getRevision)
        .containsExactly(tuple("a", 2L, 0), tuple("b-2", 1L, 0));
    assertThat(step.forwarded())
        .allSatisfy(window -> assertThat(window.getWindowStart()).isEqualTo(at(START)))
        .allSatisfy(window -> assertThat(window.getWindowEnd()).isEqualTo(at(START + LENGTH_MS)));
    assertThat(step.keys())
        .containsExactly(
            "2026-01-31T12:00:00Z/PT1M/requests/0?model=a",
            "2026-01-31T12:00:00Z/PT1M/requests/0?model=b-2");
  }

  @Test
  void shouldWriteAWindowOnceWhenNothingMoreComes() {
    step.add(row("a"));
    step.pass(LENGTH.multipliedBy(3));

    assertThat(step.forwarded()).hasSize(1);
  }

  @Test
  void shouldLeaveOutAWindowThatCannotBeWrittenAndForgetItLikeAnyOther() {
    step.unwritable = true;
    step.add(row("a"));
    step.pass(LENGTH.plusSeconds(5));
    step.unwritable = false;
    step.add(row("b"));
    step.pass(LENGTH.multipliedBy(2));

    assertThat(step.forwarded()).extracting(UsageWindow::getModel).containsExactly("b");
    assertThat(step.counted("left-out")).isEqualTo(1);
    step.pass(GRACE.plus(LENGTH));
    assertThat(windows()).isZero();
  }

  @Test
  void shouldWriteAWindowAgainWithAHigherRevisionWhenARowComesLate() {
    step.add(row("a"));
    step.pass(LENGTH.plusSeconds(5));
    step.addAt(START + 1, row("a"));
    step.pass(Duration.ofSeconds(2));

    assertThat(step.forwarded())
        .extracting(UsageWindow::getRevision, UsageWindow::getCalls)
        .containsExactly(tuple(0, 1L), tuple(1, 2L));
    assertThat(step.keys())
        .as("one key, for compaction")
        .hasSize(2)
        .containsOnly(step.keys().get(0));
  }

  @Test
  void shouldCountWindowsThatAreWrittenAndRowsThatComeLate() {
    step.add(row("a"), row("b"));
    step.pass(LENGTH.plusSeconds(5));
    step.addAt(START + 1, row("a"));
    step.pass(Duration.ofSeconds(2));

    assertThat(step.counted("emitted")).isEqualTo(3);
    assertThat(step.counted("late")).isEqualTo(1);
  }

  @Test
  void shouldWriteAWindowAgainWhenARowCameWhileItWasEncoded() {
    step.add(row("a"));
    step.pass(LENGTH);
    step.beat(SECOND); // with the codec now
    step.addAt(START + 1, row("a"));
    step.pass(Duration.ofSeconds(4));

    assertThat(step.forwarded())
        .extracting(UsageWindow::getRevision, UsageWindow::getCalls)
        .containsExactly(tuple(0, 1L), tuple(1, 2L));
  }

  @Test
  void shouldAddEachAttemptToTheWindowInWhichItEnded() {
    step.pass(LENGTH.plusSeconds(10));
    step.addAt(START + 5_000, row("a"));
    step.addAt(START + LENGTH_MS + 5_000, row("a").setAttempt(2));
    step.pass(LENGTH);

    assertThat(step.forwarded())
        .extracting(UsageWindow::getWindowStart, UsageWindow::getCalls, UsageWindow::getRetries)
        .containsExactly(tuple(at(START), 1L, 0L), tuple(at(START + LENGTH_MS), 1L, 1L));
  }

  @Test
  void shouldAddWhatIsTooLateToTheOldestWindowThatIsKept() {
    step.pass(GRACE.plus(LENGTH));
    step.addAt(START - 1, row("a"));
    step.pass(Duration.ofSeconds(3));

    assertThat(step.forwarded())
        .extracting(UsageWindow::getWindowStart, UsageWindow::getCalls)
        .containsExactly(tuple(at(START + LENGTH_MS), 1L));
  }

  @Test
  void shouldForgetAWindowAfterItsGrace() {
    step.add(row("a"));
    step.pass(GRACE.plus(LENGTH).minusSeconds(1));
    assertThat(windows()).isEqualTo(1);

    step.pass(Duration.ofSeconds(2));

    assertThat(windows()).isZero();
  }

  @Test
  void shouldNotBeginAForgottenWindowAgainWhenTheClockGoesBack() {
    step.add(row("a"));
    step.pass(GRACE.plus(LENGTH).plusSeconds(1));
    step.restart();
    step.setClock(START + 2);
    step.add(row("a"));
    step.pass(LENGTH.multipliedBy(2).plusSeconds(5));

    assertThat(step.forwarded())
        .as("the horizon is in the store")
        .extracting(UsageWindow::getWindowStart, UsageWindow::getRevision)
        .containsExactly(tuple(at(START), 0), tuple(at(START + LENGTH_MS), 0));
  }

  @Test
  void shouldWriteAfterARestartWhatWasNotWritten() {
    step.add(row("a"));
    step.restart();
    step.add(row("a"));
    step.pass(LENGTH.plusSeconds(2));

    assertThat(step.forwarded()).extracting(UsageWindow::getCalls).containsExactly(2L);
  }

  @Test
  void shouldFailOnceItRunsAndNotWhileItsTaskIsInitialized() {
    WindowKey key = new WindowKey(START, START + LENGTH_MS, "model=a");
    step.store.put(key.stored(), new byte[] {99});

    step.restart();

    assertThatThrownBy(() -> step.beat(SECOND)).hasMessageContaining("run the newer version again");
  }

  @Test
  void shouldNotWriteAgainAfterARestartWhatWasWritten() {
    step.add(row("a"));
    step.pass(LENGTH.plusSeconds(2));
    step.restart();
    step.pass(LENGTH);

    assertThat(step.forwarded()).hasSize(1);
  }

  @Test
  void shouldWriteWhatItHasAndAddNothingWhenWindowsAreTurnedOff() {
    step.add(row("a"));
    step.length = Duration.ZERO;
    step.restart();
    step.add(row("a"));
    step.pass(LENGTH.plusSeconds(2));

    assertThat(step.forwarded()).extracting(UsageWindow::getCalls).containsExactly(1L);
  }

  @Test
  void shouldEndWindowsOfAnotherLengthAsTheyWereBegun() {
    step.add(row("a"));
    step.length = LENGTH.multipliedBy(2);
    step.restart();
    step.add(row("a"));
    step.pass(LENGTH.multipliedBy(2).plusSeconds(2));

    assertThat(step.keys())
        .containsExactly(
            "2026-01-31T12:00:00Z/PT1M/requests/0?model=a",
            "2026-01-31T12:00:00Z/PT2M/requests/0?model=a");
  }

  @Test
  void shouldDropWhatWasEncodedForAnEarlierInitialization() {
    step.add(row("a"));
    step.pass(LENGTH);
    step.tick(SECOND); // encoded, not forwarded
    step.revive();
    step.beat(SECOND);
    assertThat(step.forwarded()).isEmpty();

    step.pass(Duration.ofSeconds(2));

    assertThat(step.forwarded())
        .extracting(UsageWindow::getRevision, UsageWindow::getCalls)
        .containsExactly(tuple(0, 1L));
  }

  @Test
  void shouldLoseNothingWhileTheRegistryIsDown() {
    step.registryDown = true;
    step.add(row("a"));
    step.pass(GRACE.plus(LENGTH.multipliedBy(2)));
    step.add(row("a"));
    assertThat(step.forwarded()).isEmpty();
    assertThat(windows()).as("not written, so not forgotten").isEqualTo(2);

    step.registryDown = false;
    step.pass(LENGTH.plusSeconds(5));

    assertThat(step.forwarded())
        .extracting(UsageWindow::getRevision, UsageWindow::getCalls)
        .containsExactly(tuple(0, 1L), tuple(0, 1L));
    assertThat(windows()).isEqualTo(1);
  }

  @Test
  void shouldWriteNothingAfterAStallUntilItsThreadMustHavePolled() {
    step.add(row("a"));
    step.pass(LENGTH);
    step.tick(SECOND); // encoded, not forwarded
    step.tick(Duration.ofSeconds(30));
    step.tick(SECOND);
    assertThat(step.forwarded()).isEmpty();

    step.tick(SECOND);

    assertThat(step.forwarded()).hasSize(1);
  }

  @Test
  void shouldHaveEveryRowInTheLastRevisionsWhateverHappens() {
    for (int seed = 0; seed < 20; seed++) {
      SumUsage random = new SumUsage("model");
      long rows = happen(random, new Random(seed));
      random.registryDown = false;
      random.pass(LENGTH.plusSeconds(10));

      Map<String, UsageWindow> last = new HashMap<>();
      for (int i = 0; i < random.keys().size(); i++) {
        UsageWindow window = random.forwarded().get(i);
        UsageWindow before = last.put(random.keys().get(i), window);
        assertThat(window.getRevision()).isEqualTo(before == null ? 0 : before.getRevision() + 1);
      }
      assertThat(last.values().stream().mapToLong(UsageWindow::getCalls).sum())
          .as("seed %s", seed)
          .isEqualTo(rows);
    }
  }

  /** Rows of any age, restarts, revivals, outages and stalls; returns the number of rows. */
  private static long happen(SumUsage step, Random random) {
    long rows = 0;
    long now = START;
    for (int i = 0; i < 300; i++) {
      switch (random.nextInt(12)) {
        case 0 -> step.restart();
        case 1 -> step.revive();
        case 2 -> step.registryDown = random.nextBoolean();
        case 3 -> {
          step.tick(Duration.ofSeconds(30));
          now += 30_000;
        }
        case 4, 5, 6, 7 -> {
          step.addAt(now - random.nextLong(2 * GRACE.toMillis()), row("m-" + random.nextInt(3)));
          rows++;
        }
        default -> {
          step.pass(Duration.ofSeconds(5));
          now += 5_000;
        }
      }
    }
    return rows;
  }

  private static Instant at(long millis) {
    return Instant.ofEpochMilli(millis);
  }

  /** Windows in the store. */
  private int windows() {
    int[] count = {0};
    new WindowStore(step.store).forEach((key, sums) -> count[0]++);
    return count[0];
  }
}
