// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static io.completionworker.fixtures.SampleControls.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.completion.RequestPlace;
import io.completionworker.completion.Wait.WaitingFor;
import io.completionworker.fixtures.Results;
import io.completionworker.fixtures.SampleControls;
import io.completionworker.fixtures.TextCodec;
import io.completionworker.metrics.CallMeters;
import io.completionworker.metrics.RequestMeters;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests that ask for the same are called once. */
class SharedAnswersTest {

  private static final Duration A_MOMENT = Duration.ofSeconds(1);

  private final Stage stage = new Stage(10, false);
  private final TaskOutbox task = stage.open();

  @Test
  void shouldGiveARememberedAnswerAgainWithoutACall() {
    stage.accept(task, 0, "a=q");
    stage.answer("a=q");
    stage.accept(task, 1, "b=q");
    stage.accept(task, 2, "c=other");
    stage.accept(task, 3, "d");

    assertThat(stage.client.started()).containsExactly("a=q", "c=other", "d");
    assertThat(stage.emitted(task)).containsExactly("a=q attempts 1", "b=q attempts 0");
    assertThat(cached("hit")).isEqualTo(1);
    assertThat(cached("miss")).as("d has no key").isEqualTo(2);
  }

  @Test
  void shouldCallOnceForRequestsThatComeTogether() {
    stage.accept(task, 0, "a=q");
    stage.accept(task, 1, "b=q");
    stage.accept(task, 2, "c=q");
    assertThat(stage.client.open()).containsExactly("a=q");
    assertThat(stage.dispatcher.waiting().count(WaitingFor.ANSWER)).isEqualTo(2);
    assertThat(place("b=q").words())
        .contains("waits for the answer to the same request, for which a call is open");

    stage.answer("a=q");

    assertThat(stage.client.started()).containsExactly("a=q");
    assertThat(stage.emitted(task))
        .containsExactlyInAnyOrder("a=q attempts 1", "b=q attempts 0", "c=q attempts 0");
    assertThat(cached("shared")).isEqualTo(2);
    assertThat(stage.dispatcher.waiting().count(WaitingFor.ANSWER)).isZero();
  }

  @Test
  void shouldForgetAnAnswerWhenItsTimeIsOver() {
    stage.accept(task, 0, "a=q");
    stage.answer("a=q");
    stage.advance(TextCodec.CACHE.ttl());
    stage.accept(task, 1, "b=q");

    assertThat(stage.client.open()).containsExactly("b=q");
  }

  @Test
  void shouldCallAgainToRenewAnAnswerAndGiveTheNewOneToTheNext() {
    stage.accept(task, 0, "a=q");
    stage.answer("a=q");
    stage.advance(TextCodec.CACHE.ttl().dividedBy(2));
    stage.accept(task, 1, "b=q^");
    assertThat(stage.client.open()).containsExactly("b=q^");
    stage.answer("b=q^");
    stage.advance(TextCodec.CACHE.ttl().dividedBy(2));
    stage.accept(task, 2, "c=q");

    assertThat(stage.client.open()).as("the answer to b is remembered still").isEmpty();
  }

  @Test
  void shouldRenewBesideAnOpenCall() {
    stage.accept(task, 0, "a=q");
    stage.accept(task, 1, "b=q^");
    assertThat(stage.client.open()).containsExactly("a=q", "b=q^");
    stage.answer("a=q");

    assertThat(stage.client.open()).as("it asked for a new one").containsExactly("b=q^");
  }

  @Test
  void shouldCallTheNextWhenTheFirstFails() {
    stage.accept(task, 0, "a=q");
    stage.accept(task, 1, "b=q");
    stage.accept(task, 2, "c=q");
    stage.end("a=q", Results.badRequest());
    assertThat(stage.client.open()).as("the failure is not theirs").containsExactly("b=q");
    stage.answer("b=q");

    assertThat(stage.emitted(task))
        .containsExactlyInAnyOrder("a=q BAD_REQUEST", "b=q attempts 1", "c=q attempts 0");
    assertThat(stage.client.started()).containsExactly("a=q", "b=q");
  }

  @Test
  void shouldGiveTheFirstTheAnswerThatAnotherGotDuringItsBackoff() {
    stage.accept(task, 0, "a=q");
    stage.accept(task, 1, "b=q");
    stage.end("a=q", Results.serverError());
    assertThat(stage.client.open()).containsExactly("b=q");
    stage.answer("b=q");
    stage.advance(Duration.ofMinutes(1));

    assertThat(stage.client.started()).containsExactly("a=q", "b=q");
    assertThat(stage.emitted(task)).containsExactlyInAnyOrder("a=q attempts 1", "b=q attempts 1");
  }

  @Test
  void shouldCallTheNextWhenTheFirstIsCancelled() {
    stage.accept(task, 0, "a=q");
    stage.accept(task, 1, "b=q");
    stage.cancel(request("a=q"));

    assertThat(stage.client.open()).containsExactly("b=q");
  }

  @Test
  void shouldCancelOneThatWaitsAndNotTheFirst() {
    stage.accept(task, 0, "a=q");
    stage.accept(task, 1, "b=q");
    stage.cancel(request("b=q"));
    assertThat(stage.client.open()).containsExactly("a=q");
    stage.answer("a=q");

    assertThat(stage.emitted(task)).containsExactlyInAnyOrder("b=q CANCELLED", "a=q attempts 1");
  }

  @Test
  void shouldEndOneThatWaitsAtItsOwnDeadline() {
    long deadline = stage.loop.millis() + A_MOMENT.toMillis();
    stage.accept(task, 0, "a=q");
    stage.accept(task, 1, "b=q!" + deadline);
    stage.advance(A_MOMENT.multipliedBy(2));
    stage.answer("a=q");

    assertThat(stage.emitted(task)).containsExactly("b=q DEADLINE_EXCEEDED", "a=q attempts 1");
    assertThat(stage.codec.messages().get(0)).contains("for the answer to the same request");
  }

  @Test
  void shouldKeepOneThatIsPausedAndGiveItTheAnswerAfterwards() {
    stage.accept(task, 0, "a=q");
    stage.accept(task, 1, "b=q");
    stage.control(SampleControls.pause("pause-1", request("b=q")));
    stage.answer("a=q");
    assertThat(stage.emitted(task)).containsExactly("a=q attempts 1");
    stage.withdraw("pause-1");

    assertThat(stage.emitted(task)).containsExactly("b=q attempts 0");
    assertThat(stage.client.started()).containsExactly("a=q");
  }

  @Test
  void shouldNotWaitForOneThatIsPaused() {
    stage.control(SampleControls.pause("pause-1", request("a=q")));
    stage.accept(task, 0, "a=q");
    stage.accept(task, 1, "b=q");

    assertThat(stage.client.open()).containsExactly("b=q");
  }

  @Test
  void shouldGiveTheAnswerToThoseWithoutASlot() {
    Stage small = new Stage(1, false);
    TaskOutbox own = small.open();
    small.accept(own, 0, "a=q");
    small.accept(own, 1, "x");
    small.accept(own, 2, "b=q");
    small.answer("a=q");

    assertThat(small.emitted(own)).containsExactlyInAnyOrder("a=q attempts 1", "b=q attempts 0");
    assertThat(small.client.open()).containsExactly("x");
  }

  @Test
  void shouldReadParkedOnesAgainAndGiveThemTheAnswer() {
    Stage small = new Stage(1, false, 1, false);
    TaskOutbox own = small.open();
    for (int i = 0; i < 5; i++) {
      small.accept(own, i, "r" + i + "=q");
    }
    small.answer("r0=q");

    assertThat(small.client.started()).containsExactly("r0=q");
    assertThat(small.emitted(own)).hasSize(5);
  }

  @Test
  void shouldEndWithAnAnswerOfACallWhoseTaskIsGone() {
    stage.accept(task, 0, "a=q");
    stage.accept(task, 1, "b=q");
    stage.close(task);
    TaskOutbox next = stage.open();
    stage.accept(next, 1, null, "b=q", true);
    assertThat(stage.client.open()).as("its call goes on, and b waits").containsExactly("a=q");
    stage.answer("a=q");

    assertThat(stage.emitted(next)).containsExactly("b=q attempts 0 again");
    assertThat(stage.client.started()).containsExactly("a=q");
  }

  @Test
  void shouldGiveChunksBeforeTheResponse() {
    stage.accept(task, 0, "a=q~");
    stage.answer("a=q");
    stage.emitted(task);
    stage.accept(task, 1, "b=q~");

    assertThat(stage.emitted(task))
        .containsExactly(
            "b=q attempt 1 chunk 0: id", "b=q attempt 1 chunk 1: last", "b=q attempts 0");
    assertThat(stage.registry.get(CallMeters.FIRST_CHUNK.name()).timer().count())
        .as("times to the first chunk of a call")
        .isZero();
  }

  @Test
  void shouldGiveAnAnswerToAsManyAsHaveRoomAndToTheOthersLater() {
    int waiting = 50;
    for (int i = 0; i <= waiting; i++) {
      stage.accept(task, i, "r" + i + "=q");
    }
    stage.room.keep(Stage.ROOM);
    stage.answer("r0=q");
    assertThat(stage.emitted(task)).containsExactly("r0=q attempts 1");
    assertThat(stage.dispatcher.waiting().count(WaitingFor.ROOM)).isEqualTo(waiting);

    long little = 7_700; // what a call is expected to need after r0, and a few answers
    stage.room.keep(-little);
    stage.advance(A_MOMENT);
    int some = stage.forwarded(task).size();
    assertThat(some).as("those that fit").isPositive().isLessThan(waiting);
    stage.end(true);
    stage.room.keep(little - Stage.ROOM);
    stage.advance(A_MOMENT);

    assertThat(stage.emitted(task)).hasSize(waiting - some);
    assertThat(stage.client.started()).containsExactly("r0=q");
    assertThat(stage.room.taken()).isZero();
  }

  @Test
  void shouldKeepOneWhoseAnswerIsRememberedUntilThereIsRoom() {
    stage.accept(task, 0, "a=q");
    stage.answer("a=q");
    stage.emitted(task);
    stage.room.keep(Stage.ROOM);
    stage.accept(task, 1, "b=q");
    assertThat(stage.emitted(task)).isEmpty();
    stage.room.keep(-Stage.ROOM);
    stage.advance(A_MOMENT);

    assertThat(stage.emitted(task)).containsExactly("b=q attempts 0");
    assertThat(stage.client.started()).containsExactly("a=q");
    assertThat(stage.room.taken()).isZero();
  }

  private RequestPlace place(String id) {
    var place = stage.dispatcher.place(id);
    stage.loop.run();
    return place.join().orElseThrow();
  }

  private long cached(String result) {
    return List.copyOf(
            stage
                .registry
                .find(RequestMeters.CACHE_REQUESTS.name())
                .tag("result", result)
                .counters())
        .stream()
        .mapToLong(counter -> (long) counter.count())
        .sum();
  }
}
