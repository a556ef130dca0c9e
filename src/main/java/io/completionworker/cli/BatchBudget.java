// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import io.completionworker.avro.CompletionControl;
import io.completionworker.avro.ControlKind;
import io.completionworker.cli.control.ControlText;
import io.completionworker.cli.control.ControlTopic;
import io.completionworker.config.Budget;
import io.completionworker.config.BudgetConfig;
import io.completionworker.config.WorkerSettings;
import io.completionworker.control.Control;
import io.completionworker.control.ControlRecord;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a batch may cost: a control that is written before the batch is published, and expires when
 * no batch takes that long.
 */
record BatchBudget(BigDecimal amount, WorkerSettings settings) {

  /** Time after which the budget of a batch no longer holds. */
  private static final Duration KEPT = Duration.ofDays(30);

  /** Returns the budget that an option gives; empty without the option. */
  static Optional<BatchBudget> of(
      @Nullable String amount, WorkerSettings settings, CommonOptions common) {
    if (amount == null) {
      return Optional.empty();
    }
    BigDecimal money = BudgetConfig.amount(amount);
    if (money == null) {
      throw common.wrong("--budget must be " + BudgetConfig.AMOUNTS);
    }
    if (!settings.budgets().on()) {
      throw common.wrong(
          "--budget has no effect without a configured budget or "
              + BudgetConfig.LIVE_CONFIG
              + "=true in the settings of the workers and of this command");
    }
    return Optional.of(new BatchBudget(money, settings));
  }

  /** Sets the budget of a batch, under the id of the batch. Returns a line about it. */
  String write(String batch) {
    CompletionControl record = record(batch, amount);
    Control control = ControlRecord.control(id(batch), record); // first: it checks the record
    new ControlTopic(settings).write(id(batch), record);
    return ControlText.made(control, false);
  }

  private static String id(String batch) {
    return "budget-" + batch;
  }

  static CompletionControl record(String batch, BigDecimal amount) {
    Instant now = NewControlOptions.now();
    return CompletionControl.newBuilder()
        .setKind(ControlKind.BUDGET)
        .setBatchId(batch)
        .setBudget(batch)
        .setAmount(amount.setScale(Budget.SCALE))
        .setCreatedAt(now)
        .setExpiresAt(now.plus(KEPT))
        .setCreatedBy(System.getProperty("user.name", ""))
        .build();
  }
}
