// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.outbox.CallHistory;
import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.completion.Charge;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Emission;
import io.completionworker.completion.Emission.Progress;
import io.completionworker.completion.IdHash;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.completion.port.RequestReader;
import io.completionworker.config.Budget;
import io.completionworker.config.Budget.Action;
import io.completionworker.config.Budget.Period;
import io.completionworker.config.BudgetConfig;
import io.completionworker.control.Control;
import io.completionworker.control.Selector;
import io.completionworker.control.budget.Budgets;
import io.completionworker.control.budget.Pricing;
import io.completionworker.control.budget.SpendEntry;
import io.completionworker.fixtures.ManualLoop;
import io.completionworker.fixtures.Results;
import io.completionworker.fixtures.SampleControls;
import io.completionworker.fixtures.TextCodec;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Budgets take what calls may have cost, and hold those requests that they have no money for. */
class SpendingTest {

  private static final String DEAD = "client/dead-process";

  private final Stage stage = stage(10);

  @Test
  void shouldTakeNothingForAttemptsThatEndedUnbilledWhenARequestIsTakenOver() {
    TaskOutbox first = stage.open();
    stage.accept(first, 0, "a/2");
    for (int i = 1; i < Stage.MAX_ATTEMPTS; i++) {
      stage.end("a/2", Results.serverError());
      stage.advance(Duration.ofSeconds(2));
    }
    stage.end("a/2", Results.serverError());
    CallHistory.Entry history = new CallHistory.Entry(3, 0, false, 0);

    TaskOutbox next = takenOver(stage, history, "b/2");

    assertThat(charges(next)).isEmpty();
  }

  @Test
  void shouldForgetAnUnbilledCallAndNotABilledOneWithoutARow() {
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "a/2");
    assertThat(unknown(task, false)).as("open").isEqualTo(1);
    assertThat(unknown(task, true)).as("given up when the worker stops").isEqualTo(1);

    stage.end("a/2", Results.serverError());
    assertThat(unknown(task, false)).isZero();

    stage.advance(Duration.ofSeconds(2));
    stage.end("a/2", Results.billed());
    assertThat(unknown(task, false)).as("its row may not be stored").isEqualTo(1);
    stage.advance(Duration.ofSeconds(2));
    assertThat(unknown(task, false)).as("the open one").isEqualTo(1);
  }

  @Test
  void shouldTakeACallOnceThatWasOpenWhenItsProcessEnded() {
    TaskOutbox task = takenOver(stage, new CallHistory.Entry(2, 0, true, 1), "a/2");

    assertThat(charges(task)).containsExactly("all 2");
    assertThat(unknown(task, false)).as("only the new call").isEqualTo(1);
  }

  @Test
  void shouldNotTakeACallAgainWhoseRowIsStored() {
    stage.before = history(new CallHistory.Entry(1, 0, false, 1));
    TaskOutbox task = stage.open();
    stage.recover(task, 0, "a/2", new Progress(1, 1));

    assertThat(charges(task)).isEmpty();
  }

  @Test
  void shouldTakeTheOpenCallOfARequestThatTurnsOutToBeARepeat() {
    stage.before = history(new CallHistory.Entry(1, 0, true, 1));
    TaskOutbox task = stage.open();
    task.compareIds(Duration.ofMinutes(1));
    task.answered(IdHash.of("a/2"), 7, stage.loop.millis());
    stage.recover(task, 0, "a/2", Progress.NONE);

    assertThat(stage.client.started()).isEmpty();
    assertThat(charges(task)).containsExactly("all 2");
  }

  @Test
  void shouldCallTheOthersWhenItHoldsOneThatMayHaveKilled() {
    stage.before = PoisonRuleTest.suspects(0);
    TaskOutbox task = stage.open();
    stage.recover(task, 0, "a/2", Progress.NONE);
    stage.recover(task, 1, "b/20", Progress.NONE);
    stage.recover(task, 2, "c/2", Progress.NONE);
    assertThat(stage.client.open()).containsExactly("a/2");

    stage.answer("a/2");

    assertThat(stage.client.open()).containsExactly("c/2");
  }

  @Test
  void shouldGoOnReadingWhileSmallerRequestsFit() {
    Stage small = stage(1);
    TaskOutbox task = small.open();
    small.accept(task, 0, "large/11");
    assertThat(small.client.open()).isEmpty();
    assertThat(small.quota.excused()).as("it stops no others: 10 are left").isEqualTo(1);

    small.accept(task, 1, "small/1");
    assertThat(small.client.open()).containsExactly("small/1");
  }

  @Test
  void shouldStopReadingWhenNothingIsLeftAndGoOnWhenThoseItHeldHaveExpired() {
    stage.budgets.published(spent("10"));
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "a/1!" + (stage.loop.millis() + 5_000));
    stage.accept(task, 1, "b/1");
    assertThat(stage.quota.excused()).as("nothing is left, for no request").isZero();

    stage.advance(Duration.ofSeconds(7));

    assertThat(stage.emitted(task)).containsExactly("a/1 DEADLINE_EXCEEDED");
    stage.cancel(SampleControls.request("b/1"));
    stage.advance(Duration.ofSeconds(1));
    stage.control(SampleControls.pause("pause-1", SampleControls.request("c/0")));
    stage.accept(task, 2, "c/0");
    assertThat(stage.quota.excused()).as("no budget holds any").isEqualTo(1);
    assertThat(stage.codec.messages().get(0))
        .contains("budget all of 10 USD in all has 0 USD left");
  }

  /** A charge is dropped with its request when the partition goes away. */
  @Test
  void shouldResumeWhenAChargeVanishesThatNoLedgerHas() {
    CompletionCall gone = call();
    stage.budgets.chargeInterrupted(gone, 1);
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "a/8");
    assertThat(stage.client.open()).isEmpty();

    stage.budgets.gone(gone.source().position());
    stage.advance(Duration.ofSeconds(1));

    assertThat(stage.client.open()).containsExactly("a/8");
  }

  @Test
  void shouldNotCallWhatAChangePausesThatAlsoRaisesTheBudget() {
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "a/11");
    stage.codec.controlsUnreadable(true);
    stage.control(raised("20"));
    stage.control(SampleControls.pause("pause-1", SampleControls.request("a/11")));

    stage.codec.controlsUnreadable(false);
    stage.advance(Duration.ofMinutes(2));
    assertThat(stage.client.started()).isEmpty();

    stage.withdraw("pause-1");
    assertThat(stage.client.open()).containsExactly("a/11");
  }

  @Test
  void shouldDropTheDecodedRequestThatItHolds() {
    Stage single = Stage.budgeted(1, 10, loop -> budgets(loop, "10"));
    TaskOutbox task = single.open();
    single.accept(task, 0, "a/8");
    single.accept(task, 1, "b/8");
    single.answer("a/8");
    single.advance(Duration.ofSeconds(1));
    assertThat(single.client.open()).as("a took 8").isEmpty();
    int copies = single.copies;

    single.control(raised("20"));

    assertThat(single.client.open()).containsExactly("b/8");
    assertThat(single.copies).as("it was read again").isEqualTo(copies + 1);
  }

  @Test
  void shouldTakeTheLastCallOfARequestThatKillsProcesses() {
    TaskOutbox task = takenOver(stage, new CallHistory.Entry(2, Stage.DEADLY - 1, true, 1), "a/2");

    assertThat(stage.client.started()).isEmpty();
    assertThat(charges(task)).containsExactly("all 2");
  }

  @Test
  void shouldTakeAnOpenCallFromBudgetsThatControlsSetALittleLater() {
    stage.codec.controlsUnreadable(true);
    stage.control(
        new Control.Allowance(
            new Control.Origin("budget-live", Instant.EPOCH, "ops", "", null),
            Selector.ALL,
            budget("live", "10")));
    TaskOutbox task = takenOver(stage, new CallHistory.Entry(1, 0, true, 1), "a/2");

    stage.codec.controlsUnreadable(false);
    stage.advance(Duration.ofMinutes(2));

    assertThat(charges(task)).containsExactly("all 2", "live 2");
    assertThat(stage.client.open()).containsExactly("a/2");
  }

  @Test
  void shouldGiveBackWhatWasReservedWhenNoOutcomeCanBeWritten() {
    stage.codec.breakAt("response failure");
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "a/8");
    stage.answer("a/8");
    stage.emitted(task);

    stage.accept(task, 1, "b/8");
    assertThat(stage.client.open()).containsExactly("b/8");
  }

  /** A row of another process that had the partition meanwhile has the number after it. */
  @Test
  void shouldNotTakeTheNumberOfAUsageRowForACallWithoutARow() {
    TaskOutbox task = takenOver(stage, new CallHistory.Entry(1, 0, true, 1), "a/2");
    stage.end("a/2", Results.billed());

    assertThat(task.poll())
        .extracting(Emission::role)
        .isEqualTo(new Emission.Role.Interrupted(new Progress(1, 0)));
    assertThat(task.poll())
        .extracting(Emission::role)
        .isEqualTo(new Emission.Role.Row(new Progress(2, 1)));
  }

  @Test
  void shouldKeepTheRowOfAnAdoptedCallThatAnotherProcessTookFromTheBudget() {
    TaskOutbox before = stage.open();
    stage.accept(before, 0, "a/2");
    stage.close(before);
    TaskOutbox after = stage.open();
    stage.recover(after, 0, "a/2", new Progress(1, 0));

    stage.end("a/2", Results.billed());

    assertThat(after.poll())
        .extracting(Emission::role)
        .isEqualTo(new Emission.Role.Row(new Progress(2, 1)));
  }

  /** A stage with a budget of 10 for all; a request costs at most what follows the slash. */
  private static Stage stage(int maxAtHand) {
    return Stage.budgeted(10, maxAtHand, loop -> budgets(loop, "10"));
  }

  private static Budgets budgets(ManualLoop loop, String amount) {
    Budgets budgets =
        new Budgets(
            new BudgetConfig(List.of(budget(amount)), true, false),
            new Pricing(
                "USD",
                call -> Optional.of(new BigDecimal(call.requestId().split("/", -1)[1])),
                call -> Map.of(),
                Duration.ofSeconds(1)),
            loop::millis,
            loop::nanos);
    budgets.share(1);
    loop.advance(Duration.ofSeconds(2));
    return budgets;
  }

  private static Budget budget(String amount) {
    return budget("all", amount);
  }

  private static Budget budget(String name, String amount) {
    return new Budget(
        name, new BigDecimal(amount), Period.TOTAL, ZoneOffset.UTC, Action.HOLD, Budget.Scope.ALL);
  }

  /** A call that some other request makes. */
  private static CompletionCall call() {
    RecordPosition position = new RecordPosition("requests", 0, 99);
    byte[] value = "gone/5".getBytes(StandardCharsets.UTF_8);
    SourceRecord source = new SourceRecord(position, null, value, List.of(), 0, 0, 0);
    return ((RequestReader.Reading.Ready) new TextCodec(() -> 0).read(source, false)).call();
  }

  private static SpendEntry spent(String amount) {
    return new SpendEntry(
        "requests-1",
        "all",
        "total",
        Long.MAX_VALUE,
        "USD",
        new BigDecimal(amount),
        BigDecimal.ZERO,
        "",
        0);
  }

  private static Control.Allowance raised(String amount) {
    return new Control.Allowance(
        new Control.Origin("budget-all", Instant.EPOCH, "ops", "", null),
        Selector.ALL,
        budget(amount));
  }

  private static TaskOutbox takenOver(Stage stage, CallHistory.Entry entry, String text) {
    stage.before = history(entry);
    TaskOutbox task = stage.open();
    stage.recover(task, 0, text, Progress.NONE);
    return task;
  }

  private static CallHistory.Stored history(CallHistory.Entry entry) {
    return new CallHistory.Stored(DEAD, Map.of(0L, entry));
  }

  /** What the next process knows of the ends of the calls of the request at offset 0. */
  private static int unknown(TaskOutbox task, boolean stopping) {
    CallHistory.Entry entry = CallHistory.decode(task.history().encode("process", stopping)).of(0);
    return entry == null ? 0 : entry.unknown();
  }

  /** What a task takes from budgets. */
  private static List<String> charges(TaskOutbox task) {
    List<Charge> charges = new ArrayList<>();
    for (Emission next = task.poll(); next != null; next = task.poll()) {
      charges.addAll(next.charges());
    }
    return charges.stream()
        .map(charge -> charge.budget() + " " + charge.amount().toPlainString())
        .toList();
  }
}
