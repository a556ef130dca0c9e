// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.RecordPosition;
import io.completionworker.completion.SourceRecord;
import io.completionworker.config.BreakerConfig;
import io.completionworker.fixtures.Results;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A failure for a passed deadline says what its request waited for. */
class DeadlinesTest {

  private static final Duration FIVE_SECONDS = Duration.ofSeconds(5);

  private final Stage stage = new Stage(1, true);
  private final TaskOutbox task = stage.open();

  @Test
  void shouldNameTheHoldThatItsRequestWaitedFor() {
    stage.accept(task, 0, "a");
    stage.end("a", Results.unauthorized());
    acceptWithDeadline("b");

    stage.advance(FIVE_SECONDS.plusSeconds(1));

    assertThat(message())
        .startsWith("The deadline passed after 0 attempts; no more are made. It waited ")
        .contains(" s for the hold of key default since ")
        .endsWith(
            "(UNAUTHORIZED, status 500, \"it went wrong\"). Fix the key where it was issued,"
                + " or set a new one and restart the worker.");
  }

  @Test
  void shouldNameTheCoolDownThatANewAttemptWouldWaitFor() {
    acceptWithDeadline("a");

    stage.end("a", Results.rateLimited(Duration.ofSeconds(30)));

    assertThat(message())
        .startsWith(
            "The deadline comes before another attempt may start, after 1 attempt; the last one"
                + " ended with RATE_LIMITED, status 500. That would be 30 s after the last one, for"
                + " the cool-down of key default, model model since ");
  }

  @Test
  void shouldNameTheBreaker() {
    Stage failing =
        new Stage(
            10,
            false,
            Stage.holdWithBrake(0),
            new BreakerConfig(50, 10, 2, Duration.ofSeconds(20), 1));
    TaskOutbox own = failing.open();
    failing.accept(own, 0, "a");
    failing.accept(own, 1, "b");
    failing.end("a", Results.serverError());
    failing.end("b", Results.serverError());
    failing.accept(own, 2, "c!" + (failing.loop.millis() + FIVE_SECONDS.toMillis()));

    failing.advance(FIVE_SECONDS.plusSeconds(1));

    assertThat(failing.codec.messages())
        .singleElement()
        .asString()
        .contains(" s for the breaker of key default since ")
        .contains("(SERVER_ERROR, status 500, 100 % of the last calls failed)");
  }

  @Test
  void shouldNameTheSlot() {
    stage.accept(task, 0, "a");
    acceptWithDeadline("b");

    stage.advance(FIVE_SECONDS.plusSeconds(1));

    assertThat(message())
        .contains(" s for a slot (async.max.in.flight): too many calls were open.");
  }

  @Test
  void shouldNameTheEarlierRequestOfItsKey() {
    stage.accept(task, 0, "key", "a", false);
    long deadline = stage.loop.millis() + FIVE_SECONDS.toMillis();
    stage.accept(task, 1, "key", "b!" + deadline, false);
    stage.advance(FIVE_SECONDS.plusSeconds(1));

    stage.answer("a");
    stage.advance(Duration.ofSeconds(1));

    assertThat(message()).contains(" s for an earlier request of its key.");
  }

  @Test
  void shouldSayHowLongItsRequestWasInItsTopic() {
    stage.advance(Duration.ofSeconds(100));
    long now = stage.loop.millis();
    byte[] value = ("a!" + now).getBytes(StandardCharsets.UTF_8);
    RecordPosition position = new RecordPosition("requests", 0, 0);

    stage.dispatcher.accept(
        task, new SourceRecord(position, null, value, List.of(), now - 60_000, now, 0));
    stage.loop.run();

    assertThat(message()).endsWith(". It waited 60 s in its topic until the worker took it.");
  }

  private void acceptWithDeadline(String id) {
    stage.accept(task, 1, id + "!" + (stage.loop.millis() + FIVE_SECONDS.toMillis()));
  }

  private String message() {
    assertThat(stage.codec.messages()).hasSize(1);
    return stage.codec.messages().get(0);
  }
}
