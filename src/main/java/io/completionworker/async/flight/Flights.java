// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.flight;

import io.completionworker.async.chunk.ChunkStream;
import io.completionworker.async.flight.CallsMade.AttemptRows;
import io.completionworker.async.loop.Loop;
import io.completionworker.async.outbox.CallHistory;
import io.completionworker.async.outbox.CallHistory.PoisonRule;
import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.CompletionCall.CallScope;
import io.completionworker.completion.Emission;
import io.completionworker.completion.Emission.BilledAttempt;
import io.completionworker.completion.Emission.Progress;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.RequestPlace;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The table of flights: all requests of this instance whose outcomes are not committed yet. The
 * table belongs to the instance, not to a task, so that a partition that comes back finds its open
 * calls. Dispatcher's loop only.
 */
public final class Flights {

  private static final long ADOPTION_NANOS = Duration.ofMinutes(1).toNanos();

  private final Loop loop;
  private final AtomicInteger openTasks = new AtomicInteger();
  private final Map<RecordPosition, Flight> byPosition = new HashMap<>();
  private final Map<RecordPosition, AttemptRows> attemptRows = new HashMap<>();

  /** Flights that are no longer in the table, and have a call open or its row at the codec. */
  private final Set<Flight> replaced = new HashSet<>();

  private final RequestIds ids;
  private final KeyOrder order;

  /**
   * Creates an empty table.
   *
   * @param keyOrdered whether requests of one key are called one after the other
   */
  public Flights(Loop loop, boolean keyOrdered) {
    this.loop = loop;
    this.ids = new RequestIds(loop);
    this.order = new KeyOrder(keyOrdered);
  }

  /** Counts a task that was opened. Safe on every thread. */
  public void taskOpened() {
    openTasks.incrementAndGet();
  }

  /** Counts a task that was closed. Safe on every thread. */
  public void taskClosed() {
    openTasks.decrementAndGet();
  }

  /**
   * Begins the flight of a request, which replaces another one of the same request.
   *
   * @param again whether the request was accepted before, by this process or by another one
   * @param stored progress of the request, as far as the store knows
   * @param before what the previous process knew about its calls, or null
   * @param deaths says which requests may have killed processes
   */
  public Flight begin(
      TaskOutbox owner,
      SourceRecord source,
      SourceRecord.@Nullable Kept kept,
      boolean again,
      Progress stored,
      CallHistory.@Nullable Entry before,
      PoisonRule deaths) {
    AttemptRows known = attemptRows.get(source.position());
    AttemptRows rows = known == null ? new AttemptRows(stored) : known.catchUp(stored);
    Flight flight = new Flight(owner, source, kept, again, new CallsMade(rows), loop);
    if (before != null) {
      flight.calls.remember(before, before.open() && owner.predecessorDied());
      flight.suspect = deaths.suspect(flight.calls.deaths());
      flight.record(false);
    }
    flight.followsItsCall = known != null; // a call of it may be open in the flight before
    byPosition.put(source.position(), flight);
    rows.encoded().forEach(owner::offer);
    order.join(flight);
    return flight;
  }

  /**
   * Whether a task can use the flight that its request has already, and needs no new one. If so, it
   * adopts the flight, or has lost the request to a newer task.
   */
  public boolean serves(
      Flight existing, TaskOutbox task, Progress stored, CallHistory.@Nullable Entry before) {
    if (existing.owner().newerThan(task)) {
      return true; // the task does not know yet that a newer one here has its partition
    }
    existing.catchUp(stored, before);
    boolean adopts =
        existing.adoptable() && (existing.is(FlightState.DONE) || !order.hasOthers(existing));
    if (adopts) {
      existing.adoptedBy(task);
    }
    return adopts;
  }

  /**
   * Keeps a busy flight that is about to be replaced by another one of its request: it keeps its
   * slot and turn until it ends, and its costs count.
   */
  public void replace(Flight busy) {
    keep(busy);
    replaced.add(busy);
  }

  /** Returns the flight that has replaced another flight; null if there is none. */
  public @Nullable Flight successor(Flight flight) {
    Flight current = at(flight.position());
    return current != flight && sharesRows(current, flight) ? current : null;
  }

  private static boolean sharesRows(@Nullable Flight current, Flight flight) {
    return current != null && current.calls.rows == flight.calls.rows;
  }

  /** Takes the last attempt of a flight for a usage row, which does not wait for the outcome. */
  public BilledAttempt account(Flight flight, CompletionCall call) {
    flight.become(FlightState.ACCOUNTING);
    keep(flight);
    return flight.calls.account(call, flight.recovered());
  }

  /** Offers a row to the current owner of the request. The next owner is offered it again. */
  public void offerRow(Flight flight, Emission row) {
    flight.calls.rows.written(row);
    Flight current = at(flight.position());
    if (current != null && sharesRows(current, flight) && !current.orphan()) {
      current.offer(row);
    }
  }

  /** Offers a row of calls that were interrupted elsewhere to the task of the flight. */
  public void offerInterrupted(Flight flight, Emission row) {
    flight.calls.rows.written(row);
    keep(flight);
    if (!flight.orphan()) { // else the next owner is offered it
      flight.offer(row);
    }
  }

  /** Keeps the rows of a flight after the flight is removed. */
  private void keep(Flight flight) {
    attemptRows.put(flight.position(), flight.calls.rows);
  }

  /** Returns the flight of this request; null if there is none. */
  public @Nullable Flight at(RecordPosition position) {
    return byPosition.get(position);
  }

  /** Returns the flight of this request if its outcome is known and encoded. */
  public Optional<Flight> done(RecordPosition position) {
    return Optional.ofNullable(at(position)).filter(f -> f.is(FlightState.DONE));
  }

  /** Reports to the stream of this request that a chunk has left its outbox. */
  public void chunkEmitted(RecordPosition position) {
    Flight flight = at(position);
    ChunkStream stream = flight == null ? null : flight.stream();
    if (stream != null) {
      stream.emitted();
    }
  }

  /**
   * Returns the request that this one repeats, with {@code dedupe.by}. Null if there is none: then
   * this one has the id from now on.
   */
  public @Nullable RecordPosition repeated(Flight flight, CompletionCall call) {
    return ids.first(flight, call);
  }

  /**
   * Sets the encoded outcome of a flight, which says the id of an answered request.
   *
   * @param whenCommitted runs when the outcome is committed
   */
  public void encoded(Flight flight, Outcome outcome, Emission encoded, Runnable whenCommitted) {
    flight.outcome(outcome);
    flight.encoded(ids.answered(flight, encoded), whenCommitted);
  }

  /**
   * Keeps a flight without a task, whose outcome is known, so that a task can adopt it. After a
   * minute, or later if the instance has no task then, {@code leave} is called. An instance may
   * have no tasks for long in an outage of the brokers.
   */
  public void keepForAdoption(Flight flight, Consumer<Flight> leave) {
    TaskOutbox gone = flight.owner();
    loop.schedule(
        ADOPTION_NANOS,
        () -> {
          if (flight.owner() != gone || !flight.is(FlightState.DONE)) {
            return; // a task has adopted it
          }
          if (openTasks.get() == 0) {
            keepForAdoption(flight, leave);
          } else {
            leave.accept(flight);
          }
        });
  }

  /**
   * Removes a flight, unless another one has replaced it. Keeps its usage rows for a while, because
   * they may have to be offered again.
   */
  public void remove(Flight flight) {
    byPosition.remove(flight.position(), flight);
    ids.left(flight);
    replaced.remove(flight);
    if (flight.calls.rows.any()) {
      loop.schedule(ADOPTION_NANOS, () -> forgetRows(flight));
    } else if (!attemptRows.isEmpty()) {
      forgetRows(flight); // there are no rows to offer again
    }
  }

  /**
   * Removes the rows of a removed flight that no task has adopted in time. A task that gets the
   * request later finds everything in the store.
   */
  private void forgetRows(Flight gone) {
    if (!sharesRows(at(gone.position()), gone)) {
      attemptRows.remove(gone.position(), gone.calls.rows);
    }
  }

  /** Takes a flight from the queue of its key. Returns the one that gets the turn, or null. */
  public @Nullable Flight nextOfKey(Flight flight) {
    return order.leave(flight);
  }

  /**
   * Counts the flights that wait for an attempt or for their turn and are not paused, by {@link
   * CallScope#credential()} and by {@link CallScope#throttleKey()}.
   */
  public Map<String, Integer> waitingByScope() {
    Map<String, Integer> waiting = new HashMap<>();
    for (Flight flight : byPosition.values()) {
      CallScope scope = flight.scope();
      if (scope != null && flight.waits()) {
        waiting.merge(scope.credential(), 1, Integer::sum);
        waiting.merge(scope.throttleKey(), 1, Integer::sum);
      }
    }
    return waiting;
  }

  /** Looks up where a request is, by its id or position; empty if it has no flight. */
  public Optional<RequestPlace> place(String request) {
    return FlightPlace.of(request, this, loop);
  }

  public Collection<Flight> all() {
    return byPosition.values();
  }

  /** Returns a list of all flights, and of those that were replaced and have not ended yet. */
  public List<Flight> withReplaced() {
    List<Flight> all = new ArrayList<>(byPosition.values());
    all.addAll(replaced);
    return all;
  }

  public List<Flight> of(TaskOutbox owner) {
    return byPosition.values().stream().filter(flight -> flight.owner() == owner).toList();
  }
}
