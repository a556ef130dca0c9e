// SPDX-License-Identifier: Apache-2.0
package io.completionworker.usage;

import static io.completionworker.usage.Rows.row;
import static io.completionworker.usage.SumUsage.GRACE;
import static io.completionworker.usage.SumUsage.LENGTH;
import static io.completionworker.usage.SumUsage.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.completionworker.avro.UsageWindow;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;

/**
 * Windows under wall clocks that are set forward and back, and under those of instances that do not
 * agree.
 */
class WindowClocksTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration DAY = Duration.ofDays(1);
  private static final long LENGTH_MS = LENGTH.toMillis();

  /** Where a store keeps which windows it has deleted. */
  private static final Bytes DELETED = Bytes.wrap(new byte[] {(byte) 0xff});

  @Test
  void shouldKeepWindowsWhereTheyAreWhenOneBeatIsADayAhead() {
    SumUsage step = new SumUsage("model");
    step.add(row("a"));
    step.pass(LENGTH.plusSeconds(5));
    assertThat(step.forwarded()).as("written, so it may be deleted").hasSize(1);

    step.jump(DAY);
    step.tick(SECOND);
    step.jump(DAY.negated());
    step.add(row("a"));
    step.addAt(START, row("a"));
    step.pass(LENGTH.plusSeconds(5));

    assertThat(step.forwarded())
        .extracting(UsageWindow::getWindowStart, UsageWindow::getRevision, UsageWindow::getCalls)
        .containsExactly(
            tuple(at(START), 0, 1L), tuple(at(START), 1, 2L), tuple(at(START + LENGTH_MS), 0, 1L));
  }

  @Test
  void shouldPutARowIntoItsOwnWindowWhenTheClockIsADayAheadForAMoment() {
    SumUsage step = new SumUsage("model");
    step.jump(DAY);
    step.addAt(START + 1, row("a"));
    step.jump(DAY.negated());
    step.pass(LENGTH.plusSeconds(5));

    assertThat(step.forwarded()).extracting(UsageWindow::getWindowStart).containsExactly(at(START));
  }

  @Test
  void shouldForgetWindowsWhenTheClockStaysAhead() {
    SumUsage step = new SumUsage("model");
    step.add(row("a"));
    step.jump(DAY);
    step.pass(Duration.ofMinutes(2));

    assertThat(step.starts()).isEmpty();

    step.addAt(START, row("a"));
    assertThat(step.starts())
        .as("too late, so in the oldest window that is kept")
        .allSatisfy(start -> assertThat(start).isGreaterThan(START + DAY.minus(GRACE).toMillis()));
  }

  @Test
  void shouldNotMoveRowsBehindWindowsOfAnInstanceWhoseClockIsADayAhead() {
    SumUsage step = new SumUsage("model");
    step.jump(DAY);
    step.restart();
    step.add(row("a"));
    step.pass(GRACE.plus(LENGTH.multipliedBy(2)));
    assertThat(step.starts()).as("written and deleted").isEmpty();

    step.jump(DAY.negated());
    step.restart();
    long now = step.now();
    step.add(row("a"));

    assertThat(step.starts()).containsExactly(now - now % LENGTH_MS);
  }

  @Test
  void shouldNotBeginWindowsAgainThatTwoInstancesDeletedADayApart() {
    SumUsage step = new SumUsage("model");
    step.add(row("a"));
    step.jump(DAY);
    step.restart();
    step.add(row("a"));
    step.pass(GRACE.plus(LENGTH.multipliedBy(2)));
    assertThat(step.starts()).isEmpty();

    step.setClock(START + DAY.toMillis());
    step.restart();
    step.add(row("a"));
    step.setClock(START);
    step.restart();
    step.add(row("a"));

    assertThat(step.starts())
        .containsExactlyInAnyOrder(START + LENGTH_MS, START + DAY.toMillis() + LENGTH_MS);
  }

  @Test
  void shouldForgetNothingByAClockThatSaysNineteenSeventy() {
    SumUsage step = new SumUsage("model");
    step.add(row("a"));
    step.pass(LENGTH.plusSeconds(5));

    step.setClock(SECOND.toMillis());
    step.pass(Duration.ofSeconds(5));

    assertThat(step.starts()).containsExactly(START);
  }

  /** Instances of two versions share a changelog during a rolling upgrade. */
  @Test
  void shouldUnderstandAndBeUnderstoodByTheVersionThatKeptTheLatestEndAlone() {
    SumUsage step = new SumUsage("model");
    long latest = START + 3 * LENGTH_MS;
    step.store.put(DELETED, ByteBuffer.allocate(Long.BYTES).putLong(latest).array());
    step.restart();
    step.add(row("a"));
    assertThat(step.starts()).containsExactly(latest);

    step.pass(GRACE.plus(LENGTH.multipliedBy(5)));

    byte[] written = step.store.get(DELETED);
    assertThat(ByteBuffer.wrap(written).getLong()).isEqualTo(latest + LENGTH_MS);
  }

  @Test
  void shouldRememberDeletedWindowsInLittleRoom() {
    SumUsage step = new SumUsage("model");
    for (int hour = 0; hour < 100; hour++) {
      step.add(row("a"));
      step.pass(LENGTH.plusSeconds(5));
      step.jump(Duration.ofHours(1));
      step.restart();
      step.tick(SECOND);
    }

    assertThat(step.store.get(DELETED)).hasSizeLessThan(600);
    step.setClock(START);
    step.restart();
    step.add(row("a"));
    assertThat(step.starts()).as("never begun again").isNotEmpty().doesNotContain(START);
  }

  private static Instant at(long millis) {
    return Instant.ofEpochMilli(millis);
  }
}
