// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.fixtures.Results;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a tracer hears of a request on its way. */
class TracedDispatchTest {

  private final Stage stage = new Stage(10, false);
  private final TaskOutbox task = stage.open();

  @Test
  void shouldTellEveryAttemptAndTheOutcomeOnceItIsForwarded() {
    stage.accept(task, 7, "r");
    stage.end("r", Results.serverError());
    stage.advance(Duration.ofSeconds(2));
    stage.answer("r");

    assertThat(stage.tracer.take())
        .containsExactly(
            "attempt 0 of r begins",
            "attempt 0 of r ends",
            "attempt 1 of r begins",
            "attempt 1 of r ends");

    assertThat(stage.emitted(task)).hasSize(1);

    assertThat(stage.tracer.take()).containsExactly("outcome of requests-0-7");
  }

  /** Attempts that use none up are counted all the same. */
  @Test
  void shouldCountTheCallsOfARequestOnHold() {
    stage.accept(task, 7, "r");
    stage.end("r", Results.unauthorized());
    stage.advance(Duration.ofSeconds(11));

    assertThat(stage.tracer.take()).endsWith("attempt 1 of r begins");
  }

  @Test
  void shouldTellNoOutcomeOfATaskThatHasGone() {
    stage.accept(task, 7, "r");
    stage.close(task);
    stage.answer("r");
    stage.advance(Duration.ofMinutes(2));

    assertThat(stage.tracer.take()).containsExactly("attempt 0 of r begins", "attempt 0 of r ends");
  }

  @Test
  void shouldTellADeadLetter() {
    stage.accept(task, 7, "garbage");

    assertThat(stage.emitted(task)).hasSize(1);

    assertThat(stage.tracer.take()).containsExactly("outcome of requests-0-7");
  }
}
