// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.flight.Flight;
import io.completionworker.async.flight.SampleFlights;
import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.async.schedule.LaneQuota;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.fixtures.Results;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LaneQuotaTest {

  private static final int AT_HAND = 4;

  private final Stage stage = new Stage(100, false, AT_HAND, false);
  private final TaskOutbox task = stage.open();
  private final SampleFlights flights = new SampleFlights(stage.loop);

  private void accept(Stage to, TaskOutbox owner, int from, int count, String text) {
    IntStream.range(from, from + count)
        .forEach(i -> to.accept(owner, i, text.replace("#", "" + i)));
  }

  private List<String> open(String... ids) {
    assertThat(stage.client.open()).containsExactly(ids);
    return List.of(ids);
  }

  @Test
  void shouldCallTheRestInTheOrderTheyCame() {
    accept(stage, task, 0, 7, "r#@a");

    open("r0", "r1", "r2", "r3");
    stage.answer("r2");
    open("r0", "r1", "r3", "r4");
    stage.answer("r0");
    stage.answer("r1");
    open("r3", "r4", "r5", "r6");
    List.of("r3", "r4", "r5", "r6").forEach(stage::answer);

    assertThat(stage.emitted(task)).hasSize(7).allMatch(text -> text.endsWith(" attempts 1"));
    assertThat(stage.quota.excused()).isZero();
  }

  @Test
  void shouldReadWhatWasParkedAgain() {
    accept(stage, task, 0, 6, "r#@a");
    assertThat(stage.codec.reads()).isEqualTo(6);

    stage.answer("r0");

    assertThat(stage.codec.reads()).as("without its decoded form meanwhile").isEqualTo(7);
  }

  @Test
  void shouldGiveEveryLaneAQuotaOfItsOwn() {
    accept(stage, task, 0, 6, "r#@a");
    accept(stage, task, 10, 2, "r#@b");

    open("r0", "r1", "r2", "r3", "r10", "r11");
  }

  @Test
  void shouldExcuseWhatIsParkedOnlyWhileAnotherLaneHasLittleToDo() {
    accept(stage, task, 0, 10, "r#@a");
    assertThat(stage.quota.excused()).as("nobody else is known").isZero();

    stage.accept(task, 20, "r20@b");
    assertThat(stage.quota.excused()).as("the other has enough").isZero();

    stage.answer("r20");
    assertThat(stage.quota.excused()).isEqualTo(6);

    stage.answer("r0");
    assertThat(stage.quota.excused()).isEqualTo(5);
  }

  @Test
  void shouldExcuseWhatIsParkedWhenNothingMoves() {
    accept(stage, task, 0, 10, "r#@a");

    stage.advance(Duration.ofSeconds(9));
    assertThat(stage.quota.excused()).isZero();

    stage.advance(Duration.ofSeconds(2));
    assertThat(stage.quota.excused()).isEqualTo(6);

    stage.answer("r0");
    assertThat(stage.quota.excused()).isZero();
  }

  @Test
  void shouldFailTheOverflowWhenAskedTo() {
    Stage failing = new Stage(100, false, 2, true);
    TaskOutbox owner = failing.open();
    accept(failing, owner, 0, 3, "r#@a");

    assertThat(failing.emitted(owner)).containsExactly("r2 SCOPE_OVERFLOW");
    failing.answer("r0");
    failing.accept(owner, 4, "r4@a");
    assertThat(failing.client.open()).containsExactly("r1", "r4");
  }

  @Test
  void shouldForgetWhatWasParkedForATaskThatHasGone() {
    TaskOutbox other = stage.open();
    accept(stage, task, 0, 6, "r#@a");
    accept(stage, other, 10, 2, "r#@a");

    stage.close(task);
    List.of("r0", "r1", "r2", "r3").forEach(stage::answer);

    open("r10", "r11");
    assertThat(stage.client.started()).doesNotContain("r4", "r5");
  }

  @Test
  void shouldEndWhatIsParkedAtItsDeadline() {
    long now = stage.loop.millis();
    accept(stage, task, 0, 4, "r#@a");
    stage.accept(task, 5, "r5@a!" + (now + 1_000));
    stage.accept(task, 6, "r6@a");

    stage.advance(Duration.ofSeconds(2));
    assertThat(stage.emitted(task)).containsExactly("r5 DEADLINE_EXCEEDED");

    stage.answer("r0");
    open("r1", "r2", "r3", "r6");
  }

  @Test
  void shouldLetGoOfWhatIsParkedWithADeadlineToo() {
    long late = stage.loop.millis() + 60_000;
    accept(stage, task, 0, 6, "r#@a!" + late);
    assertThat(stage.codec.reads()).isEqualTo(6);

    stage.answer("r0");
    assertThat(stage.codec.reads()).as("without its decoded form meanwhile").isEqualTo(7);
    assertThat(stage.emitted(task)).containsExactly("r0 attempts 1");

    stage.advance(Duration.ofSeconds(61));
    assertThat(stage.emitted(task)).containsExactly("r5 DEADLINE_EXCEEDED");
    List.of("r1", "r2", "r3", "r4").forEach(stage::answer);
    stage.accept(task, 7, "r7@a");
    open("r7");
    assertThat(stage.quota.parked()).isZero();
  }

  @Test
  void shouldNotPileUpWhatHasEndedBehindOneThatWaits() {
    accept(stage, task, 0, 5, "r#@a");
    for (int i = 5; i < 1_000; i++) {
      stage.accept(task, i, "r" + i + "@a!" + (stage.loop.millis() + 100));
      stage.advance(Duration.ofMillis(500));
      stage.emitted(task);
    }

    assertThat(stage.quota.kept("a")).isLessThan(200);
  }

  @Test
  void shouldHoldUpOnlyItsOwnKeyWhileItIsParked() {
    Stage ordered = new Stage(100, true, 1, false);
    TaskOutbox owner = ordered.open();
    ordered.accept(owner, 0, "k0", "r0@a", false);
    ordered.accept(owner, 1, "k1", "r1@a", false); // parked, with its turn
    ordered.accept(owner, 2, "k1", "r2@b", false); // behind it
    ordered.accept(owner, 3, "k2", "r3@b", false);

    assertThat(ordered.client.open()).containsExactly("r0", "r3");
    ordered.answer("r3");
    ordered.answer("r0");
    assertThat(ordered.client.open()).containsExactly("r1");
    ordered.answer("r1");
    assertThat(ordered.client.open()).containsExactly("r2");
  }

  @Test
  void shouldKeepThePlaceOfARequestThatIsTriedAgain() {
    accept(stage, task, 0, 5, "r#@a");

    stage.end("r0", Results.serverError());
    open("r1", "r2", "r3");
    stage.advance(Duration.ofSeconds(2));
    open("r1", "r2", "r3", "r0");
  }

  @Test
  void shouldNotTakeMoreBecauseAFullLaneHasLostOne() {
    LaneQuota quota = new LaneQuota(stage.loop, 8, 8, false, true, 0);
    List<Flight> flights = IntStream.range(0, 8).mapToObj(this::flight).toList();
    flights.forEach(flight -> assertThat(quota.place(flight, "a")).isTrue());
    assertThat(quota.satisfied(true)).isTrue();

    quota.leave(flights.get(0));
    assertThat(quota.satisfied(true)).as("what is on its way will do").isTrue();

    flights.subList(1, 4).forEach(quota::leave);
    assertThat(quota.satisfied(true)).as("half empty").isFalse();
  }

  private Flight flight(int offset) {
    return flights.begin(new RecordPosition("requests", 0, offset), null);
  }
}
