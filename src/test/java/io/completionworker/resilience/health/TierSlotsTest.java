// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.CompletionCall;
import io.completionworker.resilience.ScopeAllowance;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Calls of tiers before the last leave slots free for the others. */
class TierSlotsTest {

  private final CompletionCall narrow = new Scene().call("a/narrow");
  private final CompletionCall wide = new Scene().call("a/wide");
  private final TierSlots slots =
      new TierSlots(
          20,
          call ->
              call.scope().model().equals("narrow")
                  ? new ScopeAllowance("narrow", 8, () -> 100)
                  : new ScopeAllowance("wide", Integer.MAX_VALUE, () -> 50));

  @Test
  void shouldLeaveAQuarterOfTheInstanceFree() {
    Stream.generate(() -> wide).limit(15).forEach(slots::taken);

    assertThat(slots.full(wide)).isTrue();
    slots.released("wide");
    assertThat(slots.full(wide)).isFalse();
  }

  @Test
  void shouldLeaveAQuarterOfALimitFree() {
    Stream.generate(() -> narrow).limit(6).forEach(slots::taken);

    assertThat(slots.full(narrow)).isTrue();
    assertThat(slots.full(wide)).as("another limit").isFalse();
    slots.released("narrow");
    assertThat(slots.full(narrow)).isFalse();
  }

  @Test
  void shouldCountOnWhatIsKeptFree() {
    long second = Duration.ofSeconds(1).toNanos();

    assertThat(slots.perSecond(narrow, second)).as("a quarter of 8").isEqualTo(2);
    assertThat(slots.perSecond(wide, second)).as("a quarter of 20").isEqualTo(5);
    assertThat(slots.perSecond(wide, second / 100)).as("the rate").isEqualTo(50);
    assertThat(slots.perSecond(narrow, 0)).as("nothing is known").isEqualTo(100);
  }
}
