// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.memory.PrefixMemory.Found;
import io.completionworker.config.PromptCacheConfig;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who waits for whose prefix, and how long. */
class PrefixMemoryTest {

  private static final long NO_DEADLINE = Long.MAX_VALUE;
  private static final Duration MOST = Duration.ofSeconds(10);
  private static final Duration WARM = Duration.ofMinutes(5);
  private static final List<String> SYSTEM = List.of("s");
  private static final List<String> FIRST = List.of("s", "s1");
  private static final List<String> SECOND = List.of("s", "s2");

  private long now = Long.MAX_VALUE - 1_000_000; // a monotonic clock may begin anywhere
  private final PrefixMemory<String> memory =
      new PrefixMemory<>(new PromptCacheConfig(true, 1, MOST, WARM, 1_000), () -> now);

  @Test
  void shouldLetTheFirstGoAndTheOthersWaitForIt() {
    assertThat(waits("a", SYSTEM)).isFalse();
    assertThat(memory.started("a", SYSTEM)).isEqualTo(Found.COLD);
    assertThat(waits("b", SYSTEM)).isTrue();
    assertThat(waits("c", SYSTEM)).isTrue();
    assertThat(waits("d", List.of("other"))).isFalse();

    assertThat(memory.ended("a", true)).containsExactly("b", "c");
    assertThat(waits("b", SYSTEM)).isFalse();
    assertThat(memory.started("b", SYSTEM)).isEqualTo(Found.WARM);
    assertThat(waits("c", SYSTEM)).isFalse();
  }

  @Test
  void shouldReleaseAllWhenTheWarmUpFailsAndKeepThemNoMore() {
    memory.started("a", SYSTEM);
    waits("b", SYSTEM);
    waits("c", SYSTEM);
    assertThat(memory.ended("a", false)).containsExactly("b", "c");

    assertThat(memory.started("b", SYSTEM)).as("the next warm-up").isEqualTo(Found.COLD);
    assertThat(waits("c", SYSTEM)).as("it waited in vain").isFalse();
    assertThat(memory.started("c", SYSTEM)).isEqualTo(Found.WARMING);
    assertThat(waits("d", SYSTEM)).as("it has come since").isTrue();
  }

  @Test
  void shouldReleaseOnceWhoIsAskedAboutWhileItWaits() {
    memory.started("a", SYSTEM);
    waits("b", SYSTEM);
    now += Duration.ofSeconds(1).toNanos();
    assertThat(memory.mustWait("b", SYSTEM, Duration.ofSeconds(2).toNanos())).isTrue();
    now += Duration.ofSeconds(2).toNanos();

    assertThat(memory.due()).containsExactly("b");
    assertThat(memory.nextNanos()).isEqualTo(Long.MAX_VALUE);
    assertThat(memory.ended("a", true)).isEmpty();
  }

  @Test
  void shouldWaitForTheCallThatHasNotTakenTooLong() {
    memory.started("a", FIRST);
    now += MOST.toNanos();
    memory.started("b", List.of("t"));

    assertThat(waits("c", List.of("t", "s1"))).as("s1 is overdue, t is not").isTrue();
    assertThat(memory.ended("b", true)).containsExactly("c");
  }

  @Test
  void shouldCountTheTimeOfAWaitThatWasEnded() {
    memory.started("a", SYSTEM);
    waits("b", SYSTEM);
    now += Duration.ofSeconds(6).toNanos();

    memory.stopsWaiting("b");

    assertThat(memory.waits("b")).isFalse();
    assertThat(memory.ended("a", false)).isEmpty();
    memory.started("c", SYSTEM);
    assertThat(waits("b", SYSTEM)).isTrue();
    assertThat(memory.nextNanos()).isEqualTo(Duration.ofSeconds(4).toNanos());
  }

  @Test
  void shouldWaitForTheLongestPrefixThatIsBeingWarmed() {
    memory.started("a", FIRST);
    assertThat(waits("b", FIRST)).isTrue();
    assertThat(waits("c", SECOND)).as("what they share is not warm").isTrue();
    assertThat(waits("d", SECOND)).isTrue();
    assertThat(memory.ended("a", true)).containsExactly("b", "c", "d");

    assertThat(waits("c", SECOND)).isFalse();
    assertThat(memory.started("c", SECOND)).isEqualTo(Found.WARM);
    assertThat(waits("d", SECOND)).as("for the rest of its prefix").isTrue();
    assertThat(waits("b", FIRST)).isFalse();
    assertThat(memory.ended("c", true)).containsExactly("d");
  }

  @Test
  void shouldNotWaitLongerThanAllowedInAll() {
    memory.started("a", FIRST);
    waits("b", SECOND);
    pass(MOST.minusSeconds(4));
    memory.ended("a", true);
    memory.started("c", SECOND);
    assertThat(waits("b", SECOND)).isTrue();
    assertThat(memory.nextNanos()).isEqualTo(Duration.ofSeconds(4).toNanos());
    pass(Duration.ofSeconds(4));

    assertThat(memory.due()).containsExactly("b");
    assertThat(waits("b", SECOND)).isFalse();
    assertThat(memory.nextNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void shouldNotWaitForACallThatTakesLong() {
    memory.started("a", SYSTEM);
    pass(MOST.minusSeconds(1));
    assertThat(waits("b", SYSTEM)).isTrue();
    pass(Duration.ofSeconds(1));
    assertThat(memory.due()).containsExactly("b");
    assertThat(waits("c", SYSTEM)).isFalse();
    assertThat(memory.started("c", SYSTEM)).isEqualTo(Found.WARMING);
    assertThat(memory.ended("c", true)).isEmpty();
    assertThat(memory.started("d", SYSTEM)).as("another call was faster").isEqualTo(Found.WARM);
    assertThat(memory.ended("a", false)).isEmpty();
    assertThat(memory.started("e", SYSTEM)).isEqualTo(Found.WARM);
  }

  @Test
  void shouldReleaseThoseThatWaitForAnotherCallThatIsSlower() {
    memory.started("a", SYSTEM);
    pass(MOST.minusSeconds(1));
    waits("b", SYSTEM);
    memory.started("c", SYSTEM);

    assertThat(memory.ended("c", true)).containsExactly("b");
  }

  @Test
  void shouldWaitOnlyAsLongAsADeadlineAllows() {
    memory.started("a", SYSTEM);
    assertThat(memory.mustWait("b", SYSTEM, 0)).isFalse();
    assertThat(memory.mustWait("b", SYSTEM, -1)).isFalse();
    assertThat(memory.mustWait("b", SYSTEM, 1_000)).isTrue();
    assertThat(memory.nextNanos()).isEqualTo(1_000);
  }

  @Test
  void shouldReleaseAsSoonAsTheAnswerBegins() {
    memory.started("a", SYSTEM);
    waits("b", SYSTEM);

    assertThat(memory.answering("a")).containsExactly("b");
    assertThat(memory.ended("a", false)).as("the prompt was read all the same").isEmpty();
    assertThat(memory.started("b", SYSTEM)).isEqualTo(Found.WARM);
  }

  @Test
  void shouldForgetAPrefixSomeTimeAfterTheLastCallWithIt() {
    memory.started("a", SYSTEM);
    memory.ended("a", true);
    pass(WARM.minusSeconds(1));
    memory.started("b", SYSTEM);
    memory.ended("b", true);
    pass(WARM.minusSeconds(1));
    assertThat(memory.started("c", SYSTEM)).isEqualTo(Found.WARM);
    memory.ended("c", false);
    pass(Duration.ofSeconds(1));

    assertThat(memory.started("d", SYSTEM)).isEqualTo(Found.COLD);
  }

  @Test
  void shouldForgetWhoLeaves() {
    memory.started("a", SYSTEM);
    waits("b", SYSTEM);
    waits("c", SYSTEM);
    memory.left("b");
    memory.left("a"); // its call is open

    assertThat(memory.waiting()).containsExactly("c");
    assertThat(memory.waits("b")).isFalse();
    assertThat(memory.ended("a", true)).containsExactly("c");
    assertThat(memory.waiting()).isEmpty();
  }

  @Test
  void shouldRememberNoMorePrefixesThanAllowed() {
    PrefixMemory<String> small =
        new PrefixMemory<>(new PromptCacheConfig(true, 1, MOST, WARM, 10), () -> now);
    for (int i = 0; i < 100; i++) {
      small.started("a", List.of("p" + i));
      small.ended("a", true);
    }
    long known = 0;
    for (int i = 0; i < 100; i++) {
      known += small.started("b", List.of("p" + i)) == Found.WARM ? 1 : 0;
      small.ended("b", false);
    }
    assertThat(known).isBetween(1L, 10L);
  }

  private boolean waits(String who, List<String> prefixes) {
    return memory.mustWait(who, prefixes, NO_DEADLINE);
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }
}
