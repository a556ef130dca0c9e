// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.async.flight.Flight;
import io.completionworker.async.flight.FlightState;
import io.completionworker.async.flight.Flights;
import io.completionworker.async.flight.Outcomes;
import io.completionworker.async.loop.Loop;
import io.completionworker.async.loop.WakeUp;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.completion.Charge;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Emission;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.config.Budget;
import io.completionworker.control.Control;
import io.completionworker.control.Selector;
import io.completionworker.control.budget.Budgets;
import io.completionworker.control.budget.SpendEntry;
import io.completionworker.control.budget.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps flights to the budgets: holds or fails those for which a budget has no money, resumes them
 * when it has, and takes what calls cost from the budgets.
 *
 * <p>Dispatcher's loop only, except {@link #published}, {@link #written} and {@link #closed}, which
 * may be called on any thread.
 */
public final class Spending {

  /** Time between two looks whether budgets have money again for the flights that they hold. */
  private static final long LOOK_NANOS = Duration.ofMillis(500).toNanos();

  /** Longer than it takes to read what a task has committed at its end. */
  private static final long CLOSED_NANOS = Duration.ofSeconds(5).toNanos();

  private final Loop loop;
  private final Budgets budgets;
  private final WakeUp look;
  private final BudgetLevels levels;
  private final Map<String, Held> held = new HashMap<>();
  private List<Control.Allowance> controls = List.of();
  private @Nullable Flights flights;
  private @Nullable Arrivals arrivals;
  private Runnable allPaused = () -> {};

  /** Creates the rule for flights, which needs {@link #begin} before the first of them. */
  public Spending(Loop loop, Budgets budgets) {
    this.loop = loop;
    this.budgets = budgets;
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
   * @param allPaused hears that it has changed whether a budget holds every request
   */
  void begin(Flights table, Arrivals resuming, Runnable allPaused) {
    this.flights = table;
    this.arrivals = resuming;
    this.allPaused = allPaused;
  }

  /** Whether there may be budgets. */
  boolean on() {
    return budgets.on();
  }

  /** Returns the budgets. */
  public Budgets budgets() {
    return budgets;
  }

  /**
   * Takes over the budgets of the controls that hold now. Returns whether they have changed, so
   * that {@link #resumeAll} is needed.
   */
  boolean controls(List<Control> all) {
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
  void resumeAll() {
    List.copyOf(held.keySet()).forEach(this::resume);
  }

  /** Whether a flight that could be called has to stay, or has to end; deals with it if so. */
  boolean stops(Flight flight, CompletionCall call) {
    if (!budgets.on()) {
      return false;
    }
    interrupted(flight, call); // unless that was done when it was read
    Verdict verdict = budgets.check(call);
    if (!(verdict instanceof Verdict.Stops stop)) {
      levels.mayChange(flight);
      return false;
    }
    Arrivals before = Objects.requireNonNull(arrivals);
    if (stop.fails()) {
      before.endEarly(flight, Outcomes.overBudget(flight, call, stop.why()));
    } else {
      hold(stop);
      flight.pausedBy(pause(stop));
      before.pause(flight);
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
  boolean holdsAll() {
    return held.values().stream()
        .anyMatch(one -> one.isEmpty() && one.budget().scope().equals(Budget.Scope.ALL));
  }

  private void look() {
    Set<String> holding = heldFlights().map(Spending::budgetOf).collect(Collectors.toSet());
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
    Arrivals resuming = Objects.requireNonNull(arrivals);
    heldFlights()
        .filter(flight -> budget.equals(budgetOf(flight)))
        .sorted(Flight.BY_AGE)
        .toList()
        .forEach(resuming::resume);
  }

  private Stream<Flight> heldFlights() {
    return Objects.requireNonNull(flights).all().stream()
        .filter(flight -> flight.is(FlightState.PAUSED) && !budgetOf(flight).isEmpty());
  }

  /** Returns the name of the budget that holds a flight; empty if none does. */
  private static String budgetOf(Flight flight) {
    Control.Pause pause = flight.pausedBy();
    String budget = pause == null ? null : pause.budget();
    return budget == null ? "" : budget;
  }

  /** Takes from the budgets what calls may have cost that were open when their process ended. */
  void interrupted(Flight flight, CompletionCall call) {
    int calls = flight.followsItsCall() ? 0 : flight.calls.uncharged();
    List<Charge> charges =
        calls == 0 ? List.of() : budgets.chargeInterrupted(call.dearest(), calls);
    if (!charges.isEmpty()) {
      Emission.Role role = new Emission.Role.Interrupted(flight.calls.countInterrupted());
      Emission row = Emission.empty(call.source(), loop.millis(), role).charging(charges);
      Objects.requireNonNull(flights).offerInterrupted(flight, row);
    }
  }

  /** Returns an outcome with what it takes from the budgets. */
  Emission charged(Outcome outcome, Emission emission) {
    CompletionCall call =
        outcome instanceof Outcome.Completed completed
            ? completed.call()
            : outcome instanceof Outcome.Failed failed ? failed.call() : null;
    return call == null ? emission : charged(call, emission);
  }

  /** Gives back what is reserved for the call of a flight, if anything is. */
  void released(Flight flight) {
    CompletionCall call = flight.call();
    if (call != null && budgets.on()) {
      budgets.released(call);
    }
  }

  /** Returns usage rows with what they take from the budgets. */
  Emission charged(CompletionCall call, Emission emission) {
    if (!budgets.on()) {
      return emission;
    }
    List<CompletionUsage> rows = emission.rows();
    return emission.charging(budgets.charge(call, rows));
  }

  /** Drops what a flight has taken that is not added up: it is committed, or no longer needed. */
  void gone(Flight flight) {
    if (!budgets.on()) {
      return;
    }
    released(flight);
    Flight current = Objects.requireNonNull(flights).at(flight.position());
    if (current == null || current == flight) { // else they are its successor's
      budgets.gone(flight.position());
    }
  }

  /** Takes an entry of the topic of what was spent. */
  public void published(SpendEntry entry) {
    loop.execute(() -> budgets.published(entry));
  }

  /** Takes what a task has added up and forwarded, see {@link Budgets#written}. */
  public void written(Object task, List<SpendEntry> entries, List<RecordPosition> positions) {
    loop.execute(() -> budgets.written(task, entries, positions));
  }

  /**
   * Drops what a closed task has written, when the topic must have what was committed of it. If a
   * task of this instance has the partition by then, nothing is dropped.
   */
  public void closed(Object task) {
    loop.execute(() -> loop.schedule(CLOSED_NANOS, () -> budgets.closed(task)));
  }
}
