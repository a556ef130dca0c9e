// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.AnswerMemoryLimit.Share;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bound to what answers take. A byte that comes in counts twice. */
class AnswerMemoryLimitTest {

  private static final long BOUND = 1_000_000;

  private final AnswerMemoryLimit room = new AnswerMemoryLimit(BOUND);
  private final List<String> resumed = new ArrayList<>();

  private Share open(String name) {
    return room.open(() -> resumed.add(name));
  }

  @Test
  void shouldStartCallsWhileAnswersLikeTheLastOnesHaveRoom() {
    for (int i = 0; i < 200; i++) {
      room.came(50_000);
    }

    assertThat(room.mayStart(8)).isTrue();
    assertThat(room.mayStart(10)).as("an eleventh of 100 000").isFalse();
    room.keep(500_000);
    assertThat(room.mayStart(3)).isTrue();
    assertThat(room.mayStart(5)).isFalse();
    room.keep(-500_000);
    assertThat(room.mayStart(8)).isTrue();
  }

  @Test
  void shouldExpectLargeAnswersAsSoonAsTheyComeAndSmallOnesSlowly() {
    for (int i = 0; i < 5; i++) {
      room.came(200_000);
    }
    assertThat(room.mayStart(3)).isFalse();

    for (int i = 0; i < 5; i++) {
      room.came(100);
    }
    assertThat(room.mayStart(3)).isFalse();
    for (int i = 0; i < 100; i++) {
      room.came(100);
    }
    assertThat(room.mayStart(100)).isTrue();
  }

  @Test
  void shouldStartOneCallWhateverItsAnswerMayBe() {
    for (int i = 0; i < 10; i++) {
      room.came(BOUND);
    }

    assertThat(room.mayStart(0)).isTrue();
    assertThat(room.mayStart(1)).isFalse();
    room.keep(1);
    assertThat(room.mayStart(0)).as("something is kept that will go").isFalse();
  }

  @Test
  void shouldLetOneAnswerComeInAfterTheOtherWhenTogetherTheyAreTooLarge() {
    Share a = open("a");
    Share b = open("b");
    Share c = open("c");
    assertThat(a.holds(200_000)).isTrue();
    assertThat(b.holds(200_000)).isTrue();
    assertThat(c.holds(200_000)).as("the first over the bound goes on beyond it").isTrue();
    assertThat(a.holds(210_000)).isFalse();
    assertThat(b.holds(210_000)).isFalse();
    assertThat(c.holds(900_000)).isTrue();
    assertThat(resumed).isEmpty();

    c.close();
    assertThat(resumed).as("there is room again").containsExactly("a", "b");
  }

  @Test
  void shouldResumeNoneWhileWhatHasComeInIsStillKept() {
    Share a = open("a");
    Share b = open("b");
    room.keep(600_000);
    assertThat(a.holds(300_000)).as("no answer goes beyond the bound").isFalse();
    assertThat(b.holds(1_000)).isFalse();

    room.keep(-50_000);
    assertThat(resumed).isEmpty();
    room.keep(-150_000);

    assertThat(resumed).as("one is let in, though there is no room").containsExactly("a");
    assertThat(a.holds(400_000)).isTrue();
    a.close();
    assertThat(resumed).containsExactly("a", "b");
  }

  @Test
  void shouldForgetWhatEndsWhileItIsPaused() {
    Share a = open("a");
    Share b = open("b");
    assertThat(a.holds(600_000)).isTrue();
    assertThat(b.holds(10)).isFalse();
    b.close();
    a.close();
    b.close();

    assertThat(resumed).isEmpty();
    assertThat(room.taken()).isZero();
  }
}
