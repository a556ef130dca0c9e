// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class StartupTest {

  private static final TopicPartition PARTITION = new TopicPartition("changelog", 0);

  private final Startup startup = new Startup();

  @Test
  void shouldNotHaveStartedBeforeItHasWork() {
    assertThat(startup.started()).isFalse();
    startup.running();
    assertThat(startup.started()).isTrue();
  }

  /** However long it takes: an orchestrator must not begin it anew. */
  @Test
  void shouldHaveStartedWhileItRestores() {
    startup.onRestoreStart(PARTITION, "pending", 0, 100);

    assertThat(startup.started()).isTrue();
    assertThat(startup.restoring()).isTrue();

    startup.onRestoreEnd(PARTITION, "pending", 100);
    assertThat(startup.restoring()).isFalse();
    assertThat(startup.started()).isTrue();
  }

  /** They are read before it joins its group, and in bounded time. */
  @Test
  void shouldNotHaveStartedWhileItReadsControls() {
    startup.onRestoreStart(new TopicPartition("controls", 0), "controls", 0, 100);

    assertThat(startup.started()).isFalse();
    assertThat(startup.restoring()).isFalse();

    startup.onRestoreEnd(new TopicPartition("controls", 0), "controls", 100);
    startup.onRestoreStart(PARTITION, "pending", 0, 100);
    assertThat(startup.restoring()).isTrue();
  }

  @Test
  void shouldNotRestoreWhatWasGivenUp() {
    startup.onRestoreStart(PARTITION, "pending", 0, 100);
    startup.onRestoreSuspended(PARTITION, "pending", 10);

    assertThat(startup.restoring()).isFalse();
  }
}
