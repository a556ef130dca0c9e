// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.completion.CompletionCall.CallScope;
import io.completionworker.completion.Emission;
import io.completionworker.completion.Emission.Progress;
import io.completionworker.completion.SourceRecord.RecordPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The in-flight table: every request of this instance whose outcome is not committed yet. It
 * belongs to the instance, not to a task, so that a partition that comes back finds its running
 * calls. Dispatcher's loop only.
 */
public final class Flights {

  private static final long ADOPTION_NANOS = Duration.ofMinutes(1).toNanos();

  private final Loop loop;
  private final AtomicInteger openTasks = new AtomicInteger();
  private final Map<RecordPosition, Flight> byPosition = new HashMap<>();
  private final Map<RecordPosition, Tally> tallies = new HashMap<>();

  /** An empty table. */
  public Flights(Loop loop) {
    this.loop = loop;
  }

  /** Every thread: a task of this instance begins. */
  void taskOpened() {
    openTasks.incrementAndGet();
  }

  /** Every thread: it has gone. */
  void taskClosed() {
    openTasks.decrementAndGet();
  }

  /**
   * Keeps a flight whose task has gone and whose outcome is known: for a minute in which there are
   * tasks, since there are none for long in an outage of the brokers.
   */
  void keepForAdoption(Flight flight, Consumer<Flight> leave) {
    TaskOutbox gone = flight.owner;
    loop.schedule(
        ADOPTION_NANOS,
        () -> {
          if (flight.owner != gone || !flight.is(FlightState.DONE)) {
            return; // a task has adopted it
          }
          if (openTasks.get() == 0) {
            keepForAdoption(flight, leave);
          } else {
            leave.accept(flight);
          }
        });
  }

  /** Enters a flight; another one of the same request loses its place. */
  void put(Flight flight) {
    byPosition.put(flight.position(), flight);
  }

  /**
   * The attempts of a request that have rows already, by what this process and the store know of
   * them.
   */
  Tally tally(RecordPosition position, Progress stored) {
    Tally known = tallies.get(position);
    if (known == null) {
      return new Tally(stored);
    }
    known.catchUp(stored);
    return known;
  }

  /** Keeps the tally of a flight beyond it. */
  void keep(Flight flight) {
    tallies.put(flight.position(), flight.tally);
  }

  /** Nobody has come for a request that had gone: whoever comes now finds all in the store. */
  private void forgetTally(Flight gone) {
    Flight current = at(gone.position());
    if (current == null || current.tally != gone.tally) {
      tallies.remove(gone.position(), gone.tally);
    }
  }

  @Nullable Flight at(RecordPosition position) {
    return byPosition.get(position);
  }

  /** The flight of this request, when its outcome is known and encoded. */
  Optional<Flight> done(RecordPosition position) {
    return Optional.ofNullable(at(position)).filter(f -> f.is(FlightState.DONE));
  }

  /** A chunk of this request is out of its queue. */
  void chunkEmitted(RecordPosition position) {
    Flight flight = at(position);
    ChunkStream stream = flight == null ? null : flight.stream;
    if (stream != null) {
      stream.emitted();
    }
  }

  /** Takes a flight out, unless another one has its place; its rows may be asked for again. */
  void remove(Flight flight) {
    byPosition.remove(flight.position(), flight);
    if (flight.tally.progress().rows() > 0) {
      loop.schedule(ADOPTION_NANOS, () -> forgetTally(flight));
    } else if (!tallies.isEmpty()) {
      forgetTally(flight); // it has nothing to be offered again
    }
  }

  /**
   * Counts the flights that wait for an attempt or for their turn, by {@link
   * CallScope#credential()} and by {@link CallScope#throttled()}.
   */
  public Map<String, Integer> waitingByScope() {
    Map<String, Integer> waiting = new HashMap<>();
    for (Flight flight : byPosition.values()) {
      CallScope scope = flight.scope;
      if (scope != null && (flight.idle() || flight.waitsForTurn())) {
        waiting.merge(scope.credential(), 1, Integer::sum);
        waiting.merge(scope.throttled(), 1, Integer::sum);
      }
    }
    return waiting;
  }

  Collection<Flight> all() {
    return byPosition.values();
  }

  List<Flight> of(TaskOutbox owner) {
    List<Flight> owned = new ArrayList<>();
    for (Flight flight : byPosition.values()) {
      if (flight.owner == owner) {
        owned.add(flight);
      }
    }
    return owned;
  }

  /**
   * The attempts of one request whose usage rows do not wait for its outcome. It outlives the
   * flight: a task that comes back is offered the rows again, and takes those that its store does
   * not know. Dispatcher's loop only.
   */
  static final class Tally {

    private final List<Emission> rows = new ArrayList<>();
    private Progress progress;

    /** Begins with what the store remembers. */
    Tally(Progress stored) {
      progress = stored;
    }

    Progress progress() {
      return progress;
    }

    /**
     * Another attempt has a row.
     *
     * @param attempts that the request has used up
     */
    Progress add(int attempts) {
      progress = new Progress(attempts, progress.rows() + 1);
      return progress;
    }

    /** A row is encoded. */
    void written(Emission row) {
      rows.add(row);
    }

    /** Rows of this process, in order. */
    List<Emission> rows() {
      return rows;
    }

    /** The store may know more, since another process has gone on with the request meanwhile. */
    void catchUp(Progress stored) {
      if (stored.rows() > progress.rows()) {
        progress = stored;
        rows.clear();
      }
    }
  }
}
