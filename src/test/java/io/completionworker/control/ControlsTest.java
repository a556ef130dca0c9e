// SPDX-License-Identifier: Apache-2.0
package io.completionworker.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.CompletionCall;
import io.completionworker.fixtures.SampleControls;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the controls that hold say about a call. */
class ControlsTest {

  private static final CompletionCall CALL = SelectorTest.call("batch:b:1:x", null, null, 1_000);

  private final Controls controls = new Controls(call -> Map.of());

  @Test
  void shouldCancelOnlyWhatWasPublishedBefore() {
    Control.Cancel cancel = SampleControls.cancel("c", SampleControls.batch("b"), 1_001);
    controls.put(cancel);
    assertThat(controls.cancelling(CALL)).isEqualTo(cancel);

    controls.put(SampleControls.cancel("c", SampleControls.batch("b"), 1_000));

    assertThat(controls.cancelling(CALL)).isNull();
  }

  @Test
  void shouldFindTheControlOfARequestAmongManyAndBesideThoseOfOthers() {
    for (int i = 0; i < 1_000; i++) {
      controls.put(SampleControls.pause("p" + i, SampleControls.request("r" + i)));
    }
    assertThat(controls.pausing(CALL)).isNull();
    assertThat(controls.pausing(SelectorTest.call("r7", null, null)))
        .isEqualTo(SampleControls.pause("p7", SampleControls.request("r7")));

    Control.Pause all = SampleControls.pause("p", Selector.ALL);
    controls.put(all);

    assertThat(controls.pausing(CALL)).isEqualTo(all);
    assertThat(controls.cancelling(CALL)).isNull();
  }

  @Test
  void shouldEndAControlWithItsWithdrawalOrAtItsTime() {
    controls.put(SampleControls.pause("p1", Selector.ALL, 5_000));
    controls.put(SampleControls.pause("p2", Selector.ALL, 4_000));
    controls.put(SampleControls.limit("l", 10));
    assertThat(controls.nextExpiry()).isEqualTo(Instant.ofEpochMilli(4_000));

    assertThat(controls.expire(Instant.ofEpochMilli(3_999))).isFalse();
    assertThat(controls.expire(Instant.ofEpochMilli(4_000))).isTrue();
    assertThat(controls.active()).extracting(held -> held.origin().id()).containsExactly("l", "p1");
    assertThat(controls.limits()).containsExactly(SampleControls.limit("l", 10));
    assertThat(controls.withdraw("p1")).isTrue();
    assertThat(controls.withdraw("p1")).isFalse();

    assertThat(controls.pausing(CALL)).isNull();
    assertThat(controls.nextExpiry()).isNull();
  }
}
