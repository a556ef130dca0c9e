// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.fixtures.Gates;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Requests that ask for the same share a call, but none waits for a tier that it has left. */
class TieredSharingTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Stage stage = Stage.tiered(100, Gates.NO_BREAKER);
  private final TaskOutbox task = stage.open();
  private long offset;

  @Test
  void shouldNotWaitForACallInACheaperTier() {
    accept("t-a=q");
    accept(due("t-b=q", SECOND)); // has no time for the first tier
    accept("c=q");

    assertThat(stage.client.open()).as("c waits for b").containsExactly("t-a=q", "t-b=q");
    stage.answer("t-b=q");

    assertThat(stage.emitted(task)).containsExactlyInAnyOrder("t-b=q attempts 1", "c=q attempts 0");
    assertThat(stage.client.open()).containsExactly("t-a=q");
  }

  @Test
  void shouldWaitForACallInADearerTier() {
    accept(due("t-a=q", SECOND));
    accept("t-b=q");
    assertThat(stage.client.open()).containsExactly("t-a=q");
    stage.answer("t-a=q");

    assertThat(stage.emitted(task))
        .containsExactlyInAnyOrder("t-a=q attempts 1", "t-b=q attempts 0");
  }

  @Test
  void shouldMakeOneCallForThoseThatLeaveTheirTierTogether() {
    accept("t-slow=q");
    for (int i = 0; i < 20; i++) {
      accept(due("t-" + i + "=q", Duration.ofMinutes(10)));
    }
    assertThat(stage.client.open()).containsExactly("t-slow=q");

    stage.advance(Duration.ofMinutes(10).minus(SECOND));

    assertThat(stage.client.open()).hasSize(2).contains("t-slow=q");
    stage.answer(stage.client.open().get(1));
    accept("t-later=q");
    assertThat(stage.client.started()).as("all others got the answer").hasSize(2);
    assertThat(stage.emitted(task)).hasSize(21).contains("t-later=q attempts 0");
  }

  private void accept(String text) {
    stage.accept(task, offset++, text);
  }

  private String due(String id, Duration in) {
    return id + "!" + (stage.loop.millis() + in.toMillis());
  }
}
