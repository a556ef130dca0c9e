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

  @Test
  void shouldNotRestoreWhatWasGivenUp() {
    startup.onRestoreStart(PARTITION, "pending", 0, 100);
    startup.onRestoreSuspended(PARTITION, "pending", 10);

    assertThat(startup.restoring()).isFalse();
  }
}
