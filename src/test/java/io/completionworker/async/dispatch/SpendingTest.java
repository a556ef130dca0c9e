// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.Charge;
import io.completionworker.completion.Emission;
import io.completionworker.completion.Emission.Progress;
import io.completionworker.config.Budget;
import io.completionworker.config.Budget.Action;
import io.completionworker.config.Budget.Period;
import io.completionworker.config.BudgetConfig;
import io.completionworker.control.budget.Budgets;
import io.completionworker.control.budget.Pricing;
import io.completionworker.fixtures.ManualLoop;
import io.completionworker.fixtures.Results;
import java.math.BigDecimal;
import java.time.Duration;
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

  /** A stage with a budget of 10 for all; a request costs at most what follows the slash. */
  private static Stage stage(int maxAtHand) {
    return Stage.budgeted(10, maxAtHand, loop -> budgets(loop, "10"));
  }

  private static Budgets budgets(ManualLoop loop, String amount) {
    Budget all =
        new Budget(
            "all",
            new BigDecimal(amount),
            Period.TOTAL,
            ZoneOffset.UTC,
            Action.HOLD,
            Budget.Scope.ALL);
    Budgets budgets =
        new Budgets(
            new BudgetConfig(List.of(all), true, false),
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
    CallHistory.Entry entry =
        CallHistory.decode(task.history().encode("process", stopping)).of(0);
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
