// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.config.BreakerConfig;
import io.completionworker.fixtures.Results;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
  void shouldEndARequestThatWaitsForAnEarlierOneOfItsKey() {
    stage.accept(task, 0, "key", "a", false);
    stage.accept(task, 1, "key", "b!" + in(FIVE_SECONDS), false);
    stage.accept(task, 2, "key", "c", false);

    stage.advance(FIVE_SECONDS.plusSeconds(1));

    assertThat(stage.emitted(task)).containsExactly("b DEADLINE_EXCEEDED");
    assertThat(message())
        .startsWith("The deadline passed after 0 attempts")
        .endsWith("It waited 5 s for an earlier request of its key.");
    assertThat(stage.client.open()).as("one call of the key at a time").containsExactly("a");
    stage.answer("a");
    stage.answer("c");
    assertThat(stage.client.started()).containsExactly("a", "c");
    assertThat(stage.emitted(task)).containsExactly("a attempts 1", "c attempts 1");
  }

  @Test
  void shouldLeaveToItsTurnWhatHasItsOutcomeBeforeItsDeadline() {
    stage.accept(task, 0, "key", "a", false);
    stage.accept(task, 1, "key", "garbage", false);
    stage.advance(FIVE_SECONDS);

    stage.answer("a");

    assertThat(stage.emitted(task)).containsExactly("a attempts 1", "SerializationException");
  }

  @Test
  void shouldEndAtOnceAndWithoutACallWhatCouldNotBeReadBeforeItsDeadline() {
    stage.accept(task, 0, "key", "a", false);
    stage.codec.registryDown(true);
    stage.accept(task, 1, "key", "b!" + in(FIVE_SECONDS), false);
    stage.accept(task, 2, "other", "c!" + in(FIVE_SECONDS), false);
    stage.advance(Duration.ofMinutes(10));
    assertThat(stage.emitted(task)).as("nobody knows that it has a deadline").isEmpty();

    stage.codec.registryDown(false);
    while (stage.codec.messages().isEmpty()) {
      stage.advance(Duration.ofMillis(10));
    }

    assertThat(stage.emitted(task))
        .as("both at once")
        .containsExactlyInAnyOrder("b DEADLINE_EXCEEDED", "c DEADLINE_EXCEEDED");
    assertThat(stage.codec.messages())
        .hasSize(2)
        .allMatch(text -> text.endsWith(" s for the worker to read it (the schema registry)."));
    assertThat(stage.client.started()).containsExactly("a");
  }

  @ParameterizedTest
  @ValueSource(longs = {5, -5})
  void shouldKeepADeadlineWhenTheClockOnTheWallIsSet(long hours) {
    stage.accept(task, 0, "a");
    stage.accept(task, 1, "waits!" + in(FIVE_SECONDS));

    stage.loop.jump(Duration.ofHours(hours));
    stage.advance(Duration.ofMillis(4_900));
    assertThat(stage.emitted(task)).as("no sooner").isEmpty();
    stage.advance(Duration.ofMillis(400));

    assertThat(stage.emitted(task)).as("no later").containsExactly("waits DEADLINE_EXCEEDED");
    assertThat(message()).contains("It waited 5");
  }

  @ParameterizedTest
  @ValueSource(longs = {5, -5})
  void shouldCountTheTimeUntilARequestIsReadByAClockThatNobodySets(long hours) {
    stage.codec.registryDown(true);
    stage.accept(task, 0, "a!" + in(Duration.ofMinutes(2)));
    stage.loop.jump(Duration.ofHours(hours));
    stage.advance(Duration.ofMinutes(1));
    stage.codec.registryDown(false);
    stage.advance(FIVE_SECONDS);
    assertThat(stage.client.open()).as("it has another minute").containsExactly("a");

    stage.end("a", Results.rateLimited(Duration.ofMinutes(1)));

    assertThat(stage.emitted(task)).as("and no two").containsExactly("a DEADLINE_EXCEEDED");
  }

  @Test
  void shouldTryAgainBeforeADeadlineWhateverTheClockOnTheWallSays() {
    stage.accept(task, 0, "a!" + in(Duration.ofMinutes(1)));
    stage.loop.jump(Duration.ofHours(5));
    stage.end("a", Results.serverError());
    stage.advance(Duration.ofSeconds(2));

    assertThat(stage.client.open()).containsExactly("a");
  }

  @Test
  void shouldSayHowLongItsRequestWasInItsTopic() {
    stage.advance(Duration.ofSeconds(100));
    long now = stage.loop.millis();
    byte[] value = ("a!" + now).getBytes(StandardCharsets.UTF_8);
    RecordPosition position = new RecordPosition("requests", 0, 0);

    SourceRecord source = new SourceRecord(position, null, value, List.of(), now - 60_000, now, 0);
    stage.dispatcher.accept(task, source, new SourceRecord.Kept(0, () -> source));
    stage.loop.run();

    assertThat(message()).endsWith(". It waited 60 s in its topic until the worker took it.");
  }

  private void acceptWithDeadline(String id) {
    stage.accept(task, 1, id + "!" + in(FIVE_SECONDS));
  }

  private long in(Duration duration) {
    return stage.loop.millis() + duration.toMillis();
  }

  private String message() {
    assertThat(stage.codec.messages()).hasSize(1);
    return stage.codec.messages().get(0);
  }
}
