// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import io.completionworker.avro.CompletionControl;
import io.completionworker.avro.ControlKind;
import io.completionworker.cli.terminal.CommandEnvironment;
import io.completionworker.config.Budget;
import io.completionworker.config.BudgetConfig;
import io.completionworker.config.WorkerSettings;
import io.completionworker.control.Selector;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sets what requests may cost. */
@Command(
    name = "budget",
    mixinStandardHelpOptions = true,
    description = {
      "Set what requests may cost, or raise a budget; docs: budgets.",
      "What was spent under the name counts. Without a selection, the terms of the configured budget"
          + " NAME stay, and only its amount is another. `control withdraw` ends the budget, or brings"
          + " the configured one back."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  completion-worker control budget nightly --amount 20",
      "  completion-worker control budget acme --amount 100 --period month --metadata tenant=acme",
      "  completion-worker control budget today --amount 5 --period day --everything --action fail"
    })
final class BudgetCommand implements Callable<Integer> {

  private final CommandEnvironment surroundings;

  @Mixin private final CommonOptions common = new CommonOptions();

  @Parameters(
      paramLabel = "NAME",
      description = "Name of the budget, under which its sums are kept.")
  private String name = "";

  @Option(
      names = "--amount",
      paramLabel = "AMOUNT",
      required = true,
      description = "What the requests may cost in a period, in the currency of the price file.")
  private String amount = "";

  @Option(
      names = "--period",
      paramLabel = "PERIOD",
      description = "total, day or month. Default: total.")
  private @Nullable String period;

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      description = "Where days and months begin, such as Europe/Berlin. Default: UTC.")
  private @Nullable String zone;

  @Option(
      names = "--action",
      paramLabel = "ACTION",
      description =
          "What becomes of requests without money: hold has them wait, fail ends them with"
              + " BUDGET_EXCEEDED. Default: hold.")
  private @Nullable String action;

  @Mixin private final SelectorOptions selecting = new SelectorOptions();
  @Mixin private final NewControlOptions making = new NewControlOptions();

  BudgetCommand(CommandEnvironment surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    BigDecimal money = BudgetConfig.amount(amount);
    if (money == null) {
      throw common.wrong("--amount must be " + BudgetConfig.AMOUNTS);
    }
    Optional<Budget> configured = configured();
    Selector selector =
        configured.map(budget -> Selector.of(budget.scope())).orElseGet(selecting::selector);
    CompletionControl record =
        making
            .begin(ControlKind.BUDGET, selector, NewControlOptions.now())
            .setBudget(name)
            .setAmount(money.setScale(Budget.SCALE))
            .setPeriod(configured.map(one -> Budget.text(one.period())).orElse(period))
            .setTimeZone(configured.map(one -> one.zone().getId()).orElse(zone))
            .setAction(
                action == null
                    ? configured.map(one -> Budget.text(one.action())).orElse(null)
                    : action)
            .build();
    making.write(record, "budget-" + name, common, surroundings);
    return ExitCode.DONE;
  }

  /** Returns the configured budget that is only to get another amount; empty if another is made. */
  private Optional<Budget> configured() {
    if (!selecting.isEmpty() || period != null || zone != null) {
      return Optional.empty();
    }
    WorkerSettings settings = common.settings(surroundings.environment());
    Optional<Budget> found =
        settings.budgets().all().stream().filter(one -> one.name().equals(name)).findFirst();
    if (found.isEmpty()) {
      throw common.wrong(
          "No budget "
              + name
              + " is configured, so say what it is for: --batch, --user, --virtual-key, --model,"
              + " --metadata or --everything");
    }
    return found;
  }
}
