// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static io.completionworker.fixtures.SampleControls.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.Chunk.ChunkDelta;
import io.completionworker.completion.RequestPlace;
import io.completionworker.completion.Wait.WaitingFor;
import io.completionworker.completion.Waits.Kind;
import io.completionworker.fixtures.Results;
import io.completionworker.fixtures.SampleControls;
import io.completionworker.fixtures.TextCodec;
import io.completionworker.metrics.RequestMeters;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests whose prompts begin alike follow the first of them. */
class WarmUpsTest {

  private static final Duration A_MOMENT = Duration.ofSeconds(1);
  private static final Duration MOST = TextCodec.PROMPTS.maxWait();

  private final Stage stage = new Stage(10, false);
  private final TaskOutbox task = stage.open();

  @Test
  void shouldCallTheFirstAndThenTheOthersInTheirOrder() {
    accept("a&s", "b&s", "c", "d&other", "e&s");
    assertThat(stage.client.open()).containsExactly("a&s", "c", "d&other");
    assertThat(stage.dispatcher.waiting().count(WaitingFor.PREFIX)).isEqualTo(2);
    assertThat(place("b&s").words()).contains("waits for a call whose prompt begins alike");
    stage.advance(A_MOMENT);
    stage.answer("a&s");

    assertThat(stage.client.open()).containsExactly("c", "d&other", "b&s", "e&s");
    assertThat(stage.dispatcher.waiting().count(WaitingFor.PREFIX)).isZero();
    assertThat(calls("cold")).isEqualTo(2);
    assertThat(calls("warm")).isEqualTo(2);
  }

  @Test
  void shouldSayHowLongARequestWaited() {
    accept("a&s", "b&s");
    stage.advance(A_MOMENT);
    stage.answer("a&s");
    stage.answer("b&s");
    stage.emitted(task);

    assertThat(stage.codec.accounted())
        .extracting(attempt -> attempt.waits().millis(Kind.PREFIX))
        .containsExactly(0L, A_MOMENT.toMillis());
  }

  @Test
  void shouldTakeNoSlotWhileItWaits() {
    Stage small = new Stage(2, false);
    TaskOutbox own = small.open();
    List<String> requests = List.of("a&s", "b&s", "c&s", "d");
    for (int i = 0; i < requests.size(); i++) {
      small.accept(own, i, requests.get(i));
    }
    assertThat(small.client.open()).containsExactly("a&s", "d");
    small.answer("a&s");

    assertThat(small.client.open()).containsExactly("d", "b&s");
  }

  @Test
  void shouldLetThoseThatShareLessWaitForWhatTheyShare() {
    accept("a&s&one", "b&s&two", "c&s&two", "d&s&one");
    assertThat(stage.client.open()).containsExactly("a&s&one");
    stage.answer("a&s&one");
    assertThat(stage.client.open()).containsExactly("b&s&two", "d&s&one");
    stage.answer("b&s&two");

    assertThat(stage.client.open()).containsExactly("d&s&one", "c&s&two");
  }

  @ParameterizedTest
  @MethodSource("failures")
  void shouldCallAllAtOnceWhenTheFirstFails(AttemptResult failure) {
    accept("a&s", "b&s", "c&s", "d&s");
    stage.end("a&s", failure);

    assertThat(stage.client.open()).containsExactly("b&s", "c&s", "d&s");
    assertThat(calls("warming")).isEqualTo(2);
  }

  static List<AttemptResult> failures() {
    return List.of(
        Results.badRequest(),
        Results.serverError(),
        Results.billed(),
        Results.cancelled(true),
        Results.unansweredWithUsage());
  }

  @Test
  void shouldNotWaitTwiceWhenTheFirstFails() {
    accept("a&s", "b&s", "c&s", "d&s");
    stage.end("a&s", Results.rateLimited(A_MOMENT)); // all cool down, and so have a turn again
    assertThat(stage.client.open()).isEmpty();
    stage.advance(A_MOMENT.multipliedBy(5));

    assertThat(stage.client.open()).contains("b&s", "c&s", "d&s");
  }

  @Test
  void shouldCallAllAtOnceWhenTheFirstIsCancelled() {
    accept("a&s", "b&s", "c&s");
    stage.cancel(request("a&s"));

    assertThat(stage.client.open()).containsExactly("b&s", "c&s");
  }

  @Test
  void shouldGoOnAfterTheTaskOfTheFirstIsGone() {
    accept("a&s", "b&s");
    stage.close(task);
    TaskOutbox next = stage.open();
    stage.accept(next, 1, null, "b&s", true);
    assertThat(stage.client.open()).containsExactly("a&s");
    stage.answer("a&s");

    assertThat(stage.client.open()).containsExactly("b&s");
    assertThat(calls("warm")).isEqualTo(1);
  }

  @Test
  void shouldNotWaitLongerThanAllowed() {
    accept("a&s");
    stage.advance(MOST.minus(A_MOMENT));
    accept("b&s", "c&s");
    assertThat(stage.client.open()).containsExactly("a&s");
    stage.advance(A_MOMENT);
    assertThat(stage.client.open()).containsExactly("a&s", "b&s", "c&s");
    accept("d&s");

    assertThat(stage.client.open()).as("the first takes too long").contains("d&s");
    assertThat(calls("warming")).isEqualTo(3);
  }

  @Test
  void shouldKeepTheGreaterPartOfTheTimeToADeadlineForTheCall() {
    long deadline = stage.loop.millis() + A_MOMENT.toMillis() * 4;
    accept("a&s", "b&s!" + deadline);
    stage.advance(A_MOMENT.dividedBy(2));
    assertThat(stage.client.open()).containsExactly("a&s");
    stage.advance(A_MOMENT.dividedBy(2));

    assertThat(stage.client.open()).containsExactly("a&s", "b&s");
  }

  @Test
  void shouldCancelOneThatWaitsAndNotTheFirst() {
    accept("a&s", "b&s", "c&s");
    stage.cancel(request("b&s"));
    assertThat(stage.client.open()).containsExactly("a&s");
    stage.answer("a&s");

    assertThat(stage.client.open()).containsExactly("c&s");
    assertThat(stage.emitted(task)).containsExactlyInAnyOrder("b&s CANCELLED", "a&s attempts 1");
  }

  @Test
  void shouldKeepOneThatIsPausedWhileItWaits() {
    accept("a&s", "b&s");
    stage.control(SampleControls.pause("pause-1", request("b&s")));
    assertThat(stage.dispatcher.waiting().count(WaitingFor.PREFIX)).isZero();
    stage.answer("a&s");
    assertThat(stage.client.open()).isEmpty();
    stage.withdraw("pause-1");

    assertThat(stage.client.open()).containsExactly("b&s");
  }

  @Test
  void shouldWaitAgainForTheRestAfterAPause() {
    accept("a&s", "b&s");
    stage.control(SampleControls.pause("pause-1", request("b&s")));
    stage.withdraw("pause-1");

    assertThat(stage.dispatcher.waiting().count(WaitingFor.PREFIX)).isEqualTo(1);
    assertThat(stage.client.open()).containsExactly("a&s");
  }

  @Test
  void shouldNotWaitForOneThatIsPaused() {
    stage.control(SampleControls.pause("pause-1", request("a&s")));
    accept("a&s", "b&s");

    assertThat(stage.client.open()).containsExactly("b&s");
  }

  @Test
  void shouldFollowAStreamedAnswerAsSoonAsItBegins() {
    accept("a&s~", "b&s");
    stage.client.delta("a&s", new ChunkDelta("id", "model", 1, List.of(), null, 1, 1), () -> {});
    stage.loop.run();
    assertThat(stage.client.open()).containsExactly("a&s", "b&s");
    stage.end("a&s", Results.serverError());
    accept("c&s");

    assertThat(stage.client.open()).containsExactly("b&s", "c&s");
    assertThat(calls("warm")).isEqualTo(2);
  }

  @Test
  void shouldKeepTheOrderOfKeys() {
    Stage ordered = new Stage(10, true);
    TaskOutbox own = ordered.open();
    ordered.accept(own, 0, "k", "a&s", false);
    ordered.accept(own, 1, "k", "b&s", false);
    ordered.accept(own, 2, "l", "c&s", false);
    ordered.accept(own, 3, "l", "d", false);
    assertThat(ordered.client.open()).containsExactly("a&s");
    ordered.answer("a&s");
    ordered.emitted(own);

    assertThat(ordered.client.open()).containsExactly("c&s", "b&s");
  }

  @Test
  void shouldGiveAnAnswerToThoseThatAskTheSame() {
    accept("a=q&s", "b=other&s", "c=other&s", "d=q&s");
    assertThat(stage.client.open()).containsExactly("a=q&s");
    stage.answer("a=q&s");

    assertThat(stage.client.open()).as("d got the answer to a").containsExactly("b=other&s");
    assertThat(stage.dispatcher.waiting().count(WaitingFor.ANSWER)).isEqualTo(1);
  }

  @Test
  void shouldWarmAPrefixAgainThatWasNotUsedForLong() {
    accept("a&s", "b&s");
    stage.advance(TextCodec.PROMPTS.warm());
    stage.answer("a&s");
    stage.answer("b&s");
    stage.advance(TextCodec.PROMPTS.warm().plus(A_MOMENT));
    accept("c&s", "d&s");

    assertThat(stage.client.open()).as("the cache is cold by now").containsExactly("c&s");
  }

  private int offset;

  private void accept(String... requests) {
    for (String request : requests) {
      stage.accept(task, offset++, request);
    }
  }

  private RequestPlace place(String id) {
    var place = stage.dispatcher.place(id);
    stage.loop.run();
    return place.join().orElseThrow();
  }

  private double calls(String prefix) {
    var counter =
        stage.registry.find(RequestMeters.PREFIX_CALLS.name()).tag("prefix", prefix).counter();
    return counter == null ? 0 : counter.count();
  }
}
