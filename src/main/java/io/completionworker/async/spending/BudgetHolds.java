// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.spending;

import io.completionworker.async.flight.Flight;
import io.completionworker.async.flight.FlightState;
import io.completionworker.async.flight.Outcomes;
import io.completionworker.async.loop.Loop;
import io.completionworker.async.loop.WakeUp;
import io.completionworker.completion.CompletionCall;
import io.completionworker.config.Budget;
import io.completionworker.control.Control;
import io.completionworker.control.Selector;
import io.completionworker.control.budget.Budgets;
import io.completionworker.control.budget.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Keeps flights to the budgets: holds or fails those for which a budget has no money, and says when
 * it has. Dispatcher's loop only.
 */
public final class BudgetHolds {

  /** Time between two looks whether budgets have money again for the flights that they hold. */
  private static final long LOOK_NANOS = Duration.ofMillis(500).toNanos();

  private final Spending spending;
  private final Loop loop;
  private final Budgets budgets;
  private final Consumer<Flight> resumed;
  private final Runnable allPaused;
  private final WakeUp look;
  private final BudgetLevels levels;
  private final Map<String, Held> held = new HashMap<>();
  private List<Control.Allowance> controls = List.of();

  /**
   * Creates the rule. Nothing is held.
   *
   * @param resumed receives each flight that was held and is held no more
   * @param allPaused hears that it has changed whether a budget holds every request
   */
  public BudgetHolds(Spending spending, Consumer<Flight> resumed, Runnable allPaused) {
    this.spending = spending;
    this.loop = spending.loop();
    this.budgets = spending.budgets();
    this.resumed = resumed;
    this.allPaused = allPaused;
    this.look = new WakeUp(loop, this::look);
    this.levels = new BudgetLevels(loop, budgets);
  }

  /**
   * A budget that holds flights.
   *
   * @param least the least that it had when a flight had to stay
   */
  private record Held(Budget budget, Budgets.Unspent least) {

    /** Whether smaller requests have to stay, too. */
    boolean isEmpty() {
      return least.amount().signum() <= 0;
    }
  }

  /**
   * Takes over the budgets of the controls that hold now. Returns whether they have changed, so
   * that {@link #resumeAll} is needed.
   */
  public boolean controls(List<Control> all) {
    List<Control.Allowance> now =
        all.stream()
            .filter(Control.Allowance.class::isInstance)
            .map(Control.Allowance.class::cast)
            .toList();
    if (now.equals(controls)) {
      return false;
    }
    controls = now;
    budgets.replace(now);
    return true;
  }

  /** Resumes all held flights, so that each is checked against the budgets of now. */
  public void resumeAll() {
    List.copyOf(held.keySet()).forEach(this::resume);
  }

  /**
   * Whether a flight that could be called has to stay, or to end. It has the pause of a budget
   * then, or its outcome.
   */
  public boolean stops(Flight flight, CompletionCall call) {
    if (!budgets.on()) {
      return false;
    }
    spending.interrupted(flight, call); // unless that was done when it was read
    Verdict verdict = budgets.check(call);
    if (!(verdict instanceof Verdict.Stops stop)) {
      levels.mayChange(flight);
      return false;
    }
    if (stop.fails()) {
      flight.outcome(Outcomes.overBudget(flight, call, stop.why()));
    } else {
      hold(stop);
      flight.pausedBy(pause(stop));
    }
    return true;
  }

  private Control.Pause pause(Verdict.Stops stop) {
    Instant end =
        stop.untilMillis() == Long.MAX_VALUE ? null : Instant.ofEpochMilli(stop.untilMillis());
    Budget budget = stop.budget();
    return new Control.Pause(
        new Control.Origin(budget.name(), Instant.ofEpochMilli(loop.millis()), "", stop.why(), end),
        Selector.of(budget.scope()),
        budget.name());
  }

  private void hold(Verdict.Stops stop) {
    boolean all = holdsAll();
    Budget budget = stop.budget();
    budgets
        .unspent(budget.name())
        .ifPresent(
            now ->
                held.merge(
                    budget.name(),
                    new Held(budget, now),
                    (before, after) ->
                        after.least().amount().compareTo(before.least().amount()) < 0
                            ? after
                            : before));
    look.in(LOOK_NANOS);
    if (all != holdsAll()) {
      allPaused.run();
    }
  }

  /**
   * Whether a budget for all requests holds some and has nothing left, so that reading more is of
   * no use. While it has anything left, a smaller request may fit.
   */
  public boolean holdsAll() {
    return held.values().stream()
        .anyMatch(one -> one.isEmpty() && one.budget().scope().equals(Budget.Scope.ALL));
  }

  private void look() {
    Set<String> holding = heldFlights().map(BudgetHolds::budgetOf).collect(Collectors.toSet());
    List<String> changed = new ArrayList<>();
    held.forEach(
        (name, before) -> {
          Budgets.Unspent now = budgets.unspent(name).orElse(null);
          if (now == null
              || !holding.contains(name) // those that it held have expired or were cancelled
              || !now.period().equals(before.least().period())
              || now.amount().compareTo(before.least().amount()) > 0) {
            changed.add(name);
          }
        });
    changed.forEach(this::resume);
    if (!held.isEmpty()) {
      look.in(LOOK_NANOS);
    }
  }

  private void resume(String budget) {
    boolean all = holdsAll();
    held.remove(budget);
    if (all != holdsAll()) {
      allPaused.run();
    }
    heldFlights()
        .filter(flight -> budget.equals(budgetOf(flight)))
        .sorted(Flight.BY_AGE)
        .toList()
        .forEach(resumed);
  }

  private Stream<Flight> heldFlights() {
    return spending.flights().all().stream()
        .filter(flight -> flight.is(FlightState.PAUSED) && !budgetOf(flight).isEmpty());
  }

  /** Returns the name of the budget that holds a flight; empty if none does. */
  private static String budgetOf(Flight flight) {
    Control.Pause pause = flight.pausedBy();
    String budget = pause == null ? null : pause.budget();
    return budget == null ? "" : budget;
  }
}
