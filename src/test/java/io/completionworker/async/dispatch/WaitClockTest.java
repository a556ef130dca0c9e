// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.completion.Attempt;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Emission.Progress;
import io.completionworker.completion.Wait.WaitingFor;
import io.completionworker.completion.port.Admission.AttemptCost;
import io.completionworker.config.BreakerConfig;
import io.completionworker.fixtures.Gates;
import io.completionworker.fixtures.Results;
import io.completionworker.resilience.AdmissionGate.Condition;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** An attempt knows what its request waited for, by kind. */
class WaitClockTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Stage stage = new Stage(1, true);
  private final TaskOutbox task = stage.open();

  @Test
  void shouldTellTheWaitForASlot() {
    stage.accept(task, 0, "a");
    stage.accept(task, 1, "b");
    stage.advance(Duration.ofSeconds(5));
    stage.answer("a");

    assertThat(stage.tracer.waited()).containsExactly("a: ", "b: slot 5000");
  }

  @Test
  void shouldTellTheWaitForAnEarlierRequestOfTheKeyAndThenForASlot() {
    stage.accept(task, 0, "key", "a", false);
    stage.accept(task, 1, "key", "b", false);
    stage.accept(task, 2, "c");
    stage.advance(Duration.ofSeconds(3));
    stage.answer("a");
    stage.advance(Duration.ofSeconds(2));
    stage.answer("c");

    assertThat(stage.tracer.waited())
        .containsExactly("a: ", "c: slot 3000", "b: order 3000, slot 2000");
  }

  @Test
  void shouldTellTheWaitForTheRegistry() {
    stage.codec.registryDown(true);
    stage.accept(task, 0, "a");
    stage.advance(Duration.ofSeconds(10));
    stage.codec.registryDown(false);
    while (stage.client.open().isEmpty()) {
      stage.advance(Duration.ofMillis(500));
    }

    assertThat(stage.tracer.waited()).singleElement().asString().matches("a: registry 1\\d{4}");
  }

  @Test
  void shouldTellTheWaitForAHold() {
    stage.accept(task, 0, "a");
    stage.end("a", Results.unauthorized());
    stage.advance(Duration.ofSeconds(4));
    stage.accept(task, 1, "b");
    stage.advance(Duration.ofSeconds(6));
    stage.answer("a");

    assertThat(stage.tracer.waited()).containsExactly("a: ", "a: hold 10000", "b: hold 6000");
  }

  @Test
  void shouldTellTheWaitForACoolDownAndThatForTheNextAttempt() {
    stage.accept(task, 0, "a");
    stage.end("a", Results.rateLimited(Duration.ofSeconds(30)));
    stage.accept(task, 1, "b");
    stage.advance(Duration.ofSeconds(30));
    stage.answer(stage.client.open().get(0));

    assertThat(stage.tracer.waited())
        .containsExactlyInAnyOrder("a: ", "a: backoff 30000", "b: cool_down 30000");
  }

  @Test
  void shouldTellTheWaitForABreaker() {
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
    failing.tracer.waited().clear();
    failing.accept(own, 2, "c");
    while (!failing.client.started().contains("c")) {
      failing.advance(Duration.ofMillis(500));
      failing.client.open().forEach(failing::answer);
    }

    assertThat(failing.tracer.waited()).anyMatch(told -> told.matches("c: breaker 2\\d{4}"));
  }

  @Test
  void shouldTellTheWaitForALimit() {
    Stage limited = new Stage(10, 1_000, OneASecond::new);
    TaskOutbox own = limited.open();
    limited.accept(own, 0, "a");
    limited.accept(own, 1, "b");
    limited.accept(own, 2, "c");
    limited.advance(Duration.ofSeconds(5));

    assertThat(limited.tracer.waited()).containsExactly("a: ", "b: limit 1000", "c: limit 2000");
  }

  @Test
  void shouldTellTheWaitForALimitThatOtherLanesShare() {
    Stage limited = new Stage(1, 1_000, nanos -> Gates.perSecond(1, nanos));
    TaskOutbox own = limited.open();
    List.of("a", "b", "c", "d").forEach(id -> limited.accept(own, id.charAt(0), id + "@" + id));
    limited.answer("a");
    limited.advance(SECOND); // b starts, and takes the only slot
    limited.advance(SECOND.multipliedBy(5));
    limited.answer("b");
    limited.answer("c");
    limited.advance(SECOND);

    assertThat(limited.tracer.waited())
        .containsExactly(
            "a: ", "b: limit 1000", "c: limit 1000, slot 5000", "d: limit 2000, slot 5000");
  }

  @Test
  void shouldTellWhatTheLaneOfAParkedRequestWaitedFor() {
    Stage limited = new Stage(10, 1, OneASecond::new);
    TaskOutbox own = limited.open();
    limited.accept(own, 0, "a");
    limited.answer("a");
    limited.accept(own, 1, "b");
    limited.accept(own, 2, "parked");
    limited.advance(SECOND);
    limited.answer("b");
    limited.advance(SECOND);

    assertThat(limited.tracer.waited())
        .containsExactly("a: ", "b: limit 1000", "parked: limit 2000");
  }

  @Test
  void shouldCountTheWaitForTheLeaseOfItsTaskAsThatForASlot() {
    stage.loop.advance(Stage.LEASE.plusSeconds(1));
    stage.accept(task, 0, "a");
    stage.loop.advance(Duration.ofSeconds(2));
    stage.advance(SECOND);

    assertThat(stage.tracer.waited()).singleElement().asString().matches("a: slot 2\\d{3}");
  }

  @Test
  void shouldTellWhatComesBetweenTwoAttempts() {
    stage.accept(task, 0, "a");
    stage.advance(Duration.ofSeconds(7));
    stage.end("a", Results.serverError());
    stage.advance(SECOND);

    assertThat(stage.tracer.waited()).containsExactly("a: ", "a: backoff 1000");
  }

  @Test
  void shouldTellInTheUsageRowAlsoWhatWasBeforeAttemptsWithoutOne() {
    stage.advance(Duration.ofSeconds(100));
    stage.inTopic = Duration.ofSeconds(60);
    stage.accept(task, 0, "a");
    stage.end("a", Results.serverError());
    stage.advance(SECOND);
    stage.end("a", Results.billed());
    stage.advance(SECOND);
    stage.answer("a");

    assertThat(rows()).containsExactly("in_topic 60000, backoff 1000", "backoff 1000");
    assertThat(stage.tracer.waited())
        .containsExactly("a: in_topic 60000", "a: backoff 1000", "a: backoff 1000");
  }

  @Test
  void shouldKeepWhatACallWaitedForThatAnotherTaskAdopts() {
    stage.accept(task, 0, "a");
    stage.accept(task, 1, "b");
    stage.advance(Duration.ofSeconds(5));
    stage.answer("a");
    stage.emitted(task);
    stage.close(task);
    stage.stored = Duration.ofSeconds(5);

    stage.recover(stage.open(), 1, "b", Progress.NONE);
    stage.answer("b");

    assertThat(rows()).containsExactly("", "slot 5000");
  }

  @Test
  void shouldTellHowLongItWasInItsTopicAndThenUntilItWasTakenOver() {
    stage.advance(Duration.ofSeconds(200));
    stage.inTopic = Duration.ofSeconds(60);
    stage.stored = Duration.ofSeconds(20);

    stage.recover(task, 0, "a", Progress.NONE);

    assertThat(stage.tracer.waited()).containsExactly("a: in_topic 60000, restart 20000");
  }

  @Test
  void shouldNotTellAgainWhatAUsageRowHasToldBeforeARestart() {
    stage.advance(Duration.ofSeconds(200));
    stage.inTopic = Duration.ofSeconds(60);
    stage.stored = Duration.ofSeconds(20);

    stage.recover(task, 0, "a", new Progress(1, 1));

    assertThat(stage.tracer.waited()).containsExactly("a: ");
  }

  @Test
  void shouldGoByAClockThatNobodySets() {
    stage.accept(task, 0, "a");
    stage.accept(task, 1, "b");
    stage.loop.jump(Duration.ofHours(5));
    stage.advance(Duration.ofSeconds(2));
    stage.loop.jump(Duration.ofHours(-10));
    stage.answer("a");

    assertThat(stage.tracer.waited()).containsExactly("a: ", "b: slot 2000");
  }

  private List<String> rows() {
    return stage.codec.accounted().stream().map(Attempt::waits).map(Object::toString).toList();
  }

  /** A limit. */
  private static final class OneASecond implements Condition {

    private final LongSupplier nanos;
    private long nextAt;

    OneASecond(LongSupplier nanos) {
      this.nanos = nanos;
      nextAt = nanos.getAsLong();
    }

    @Override
    public long wait(CompletionCall call) {
      return Math.max(0, nextAt - nanos.getAsLong());
    }

    @Override
    public WaitingFor waitingFor() {
      return WaitingFor.PERMIT;
    }

    @Override
    public void started(CompletionCall call) {
      nextAt = nanos.getAsLong() + SECOND.toNanos();
    }

    @Override
    public AttemptCost ended(CompletionCall call, AttemptResult result) {
      return AttemptCost.ATTEMPT;
    }
  }
}
