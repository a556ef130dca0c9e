// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.spending;

import io.completionworker.async.flight.Flight;
import io.completionworker.async.flight.Flights;
import io.completionworker.async.loop.Loop;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.completion.Charge;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Emission;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.control.budget.Budgets;
import io.completionworker.control.budget.SpendEntry;
import java.time.Duration;
import java.util.List;

/**
 * Takes what calls cost from the budgets.
 *
 * <p>Dispatcher's loop only, except {@link #published}, {@link #written} and {@link #closed}, which
 * may be called on any thread.
 */
public final class Spending {

  /** Longer than it takes to read what a task has committed at its end. */
  private static final long CLOSED_NANOS = Duration.ofSeconds(5).toNanos();

  private final Loop loop;
  private final Budgets budgets;
  private final Flights flights;

  /** Creates the charges of the flights of a table. */
  public Spending(Loop loop, Budgets budgets, Flights flights) {
    this.loop = loop;
    this.budgets = budgets;
    this.flights = flights;
  }

  Loop loop() {
    return loop;
  }

  /** Returns the flights that are charged. */
  public Flights flights() {
    return flights;
  }

  /** Whether there may be budgets. */
  public boolean on() {
    return budgets.on();
  }

  /** Returns the budgets. */
  public Budgets budgets() {
    return budgets;
  }

  /** Takes from the budgets what calls may have cost that were open when their process ended. */
  public void interrupted(Flight flight, CompletionCall call) {
    int calls = flight.followsItsCall() ? 0 : flight.calls.uncharged();
    List<Charge> charges =
        calls == 0 ? List.of() : budgets.chargeInterrupted(call.dearest(), calls);
    if (!charges.isEmpty()) {
      Emission.Role role = new Emission.Role.Interrupted(flight.calls.countInterrupted());
      Emission row = Emission.empty(call.source(), loop.millis(), role).charging(charges);
      flights.offerInterrupted(flight, row);
    }
  }

  /** Returns an outcome with what it takes from the budgets. */
  public Emission charged(Outcome outcome, Emission emission) {
    CompletionCall call =
        outcome instanceof Outcome.Completed completed
            ? completed.call()
            : outcome instanceof Outcome.Failed failed ? failed.call() : null;
    return call == null ? emission : charged(call, emission);
  }

  /** Gives back what is reserved for the call of a flight, if anything is. */
  public void released(Flight flight) {
    CompletionCall call = flight.call();
    if (call != null && budgets.on()) {
      budgets.released(call);
    }
  }

  /** Returns usage rows with what they take from the budgets. */
  public Emission charged(CompletionCall call, Emission emission) {
    if (!budgets.on()) {
      return emission;
    }
    List<CompletionUsage> rows = emission.rows();
    return emission.charging(budgets.charge(call, rows));
  }

  /** Drops what a flight has taken that is not added up: it is committed, or no longer needed. */
  public void gone(Flight flight) {
    if (!budgets.on()) {
      return;
    }
    released(flight);
    Flight current = flights.at(flight.position());
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
