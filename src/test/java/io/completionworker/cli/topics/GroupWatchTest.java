// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.cli.topics.GroupWatch.Seen;
import io.completionworker.cli.topics.WorkerGroup.State;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class GroupWatchTest {

  private static final Duration NOW = Duration.ZERO;
  private static final Duration LONG = Duration.ofSeconds(45);

  @Test
  void shouldSayAtOnceThatNobodyWorks() {
    Seen nobody = new Seen(Optional.of(state(0, 7)), OptionalLong.of(0), Optional.of("not ready"));

    assertThat(GroupWatch.words(nobody, NOW)).isEqualTo("waiting: no worker is in group g");
  }

  @Test
  void shouldSayWhyAWorkerIsNotReadyWhenNothingComes() {
    Optional<String> why = Optional.of("the worker at h:1 is not ready: on hold");
    Seen held = new Seen(Optional.of(state(1, 0)), OptionalLong.empty(), why);

    assertThat(GroupWatch.words(held, NOW)).isEmpty();
    assertThat(GroupWatch.words(held, LONG))
        .isEqualTo("waiting: the worker at h:1 is not ready: on hold");
    assertThat(GroupWatch.words(new Seen(Optional.empty(), OptionalLong.empty(), why), LONG))
        .isEqualTo("waiting: the worker at h:1 is not ready: on hold");
  }

  @Test
  void shouldSayHowTheGroupStandsWhenNothingHasComeForLong() {
    Seen busy = new Seen(Optional.of(state(2, 130)), OptionalLong.of(4), Optional.empty());

    assertThat(GroupWatch.words(busy, Duration.ofSeconds(20))).isEmpty();
    assertThat(GroupWatch.words(busy, LONG))
        .isEqualTo("waiting: no outcome for 45 s, group g has 2 members, lag 130, 4/s");
  }

  @Test
  void shouldSayNothingOfWhatItMayNotSee() {
    Seen nothing = new Seen(Optional.empty(), OptionalLong.empty(), Optional.empty());
    State hidden = new State("g", 1, OptionalLong.empty(), 0);

    assertThat(GroupWatch.words(nothing, LONG)).isEmpty();
    assertThat(hidden.words(OptionalLong.empty())).isEqualTo("group g has 1 member");
    assertThat(hidden.perSecond(state(1, 3), LONG)).isEmpty();
    assertThat(state(1, 3).perSecond(new State("g", 1, OptionalLong.of(9), 80), LONG)).hasValue(0);
    assertThat(state(1, 3).perSecond(new State("other", 1, OptionalLong.of(9), 80), LONG))
        .as("no rate from two groups")
        .isEmpty();
  }

  private static State state(int members, long lag) {
    return new State("g", members, OptionalLong.of(lag), 100);
  }
}
