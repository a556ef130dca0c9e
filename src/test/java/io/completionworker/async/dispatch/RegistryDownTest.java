// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.outbox.TaskOutbox;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What waits for the schema registry: requests to be read, answers to be written. */
class RegistryDownTest {

  private final Stage stage = new Stage(2, false);

  @Test
  void shouldKeepWhatCannotBeReadNowUntilTheRegistryIsBack() {
    TaskOutbox task = stage.open();
    stage.codec.registryDown(true);
    stage.accept(task, 0, "a");
    stage.advance(Duration.ofMinutes(10));
    assertThat(stage.client.started()).isEmpty();

    stage.codec.registryDown(false);
    stage.advance(Duration.ofSeconds(3));

    assertThat(stage.client.open()).containsExactly("a");
  }

  @Test
  void shouldKeepAnAnswerThatCannotBeWrittenNowUntilTheRegistryIsBack() {
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "a");
    stage.codec.registryDown(true);
    stage.answer("a");
    stage.advance(Duration.ofMinutes(1));
    assertThat(stage.emitted(task)).isEmpty();
    assertThat(stage.dispatcher.drained()).isFalse();

    stage.codec.registryDown(false);
    stage.advance(Duration.ofSeconds(3));

    assertThat(stage.emitted(task)).containsExactly("a attempts 1");
    assertThat(stage.client.started()).hasSize(1);
  }

  @Test
  void shouldNotLetARequestWhoseSchemaNeverComesHoldUpAnother() {
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "stuck");
    stage.advance(Duration.ofMillis(600));
    stage.accept(task, 1, "a");
    assertThat(stage.client.open()).as("the registry fails at once after a call in vain").isEmpty();

    stage.advance(Duration.ofMinutes(2));

    assertThat(stage.client.open()).containsExactly("a");
  }

  @Test
  void shouldTryOneOfThoseThatWaitForTheRegistryAndThenAll() {
    TaskOutbox task = stage.open();
    stage.codec.registryDown(true);
    for (int i = 0; i < 100; i++) {
      stage.accept(task, i, "r" + i);
    }
    long before = stage.codec.reads();
    stage.advance(Duration.ofSeconds(10));
    assertThat(stage.codec.reads() - before).as("reads in 10 s").isBetween(10L, 30L);

    stage.codec.registryDown(false);
    stage.advance(Duration.ofSeconds(3));

    assertThat(stage.codec.reads() - before).isGreaterThanOrEqualTo(100);
    assertThat(stage.client.open()).hasSize(2);
  }
}
