// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.flight;

import io.completionworker.async.chunk.ChunkStream;
import io.completionworker.async.loop.Loop;
import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.completion.CompletionCall.CallScope;
import io.completionworker.completion.Emission;
import io.completionworker.completion.Emission.Progress;
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
  private final Map<RecordPosition, AttemptRows> tallies = new HashMap<>();

  /** Flights that are no longer in the table, and have a call open or its row at the codec. */
  private final Set<Flight> replaced = new HashSet<>();

  private final RequestIds ids;

  /** Creates an empty table. */
  public Flights(Loop loop) {
    this.loop = loop;
    this.ids = new RequestIds(loop);
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
   * Keeps a flight without a task, whose outcome is known, so that a task can adopt it. After a
   * minute, or later if the instance has no task then, {@code leave} is called. An instance may
   * have no tasks for long in an outage of the brokers.
   */
  public void keepForAdoption(Flight flight, Consumer<Flight> leave) {
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

  /** Adds a flight. It replaces another flight of the same request. */
  public void put(Flight flight) {
    byPosition.put(flight.position(), flight);
  }

  /** Returns the tally of a request, from what this process and the store know about it. */
  public AttemptRows tally(RecordPosition position, Progress stored) {
    AttemptRows known = tallies.get(position);
    if (known == null) {
      return new AttemptRows(stored);
    }
    known.catchUp(stored);
    return known;
  }

  /** Keeps a busy flight that is about to be replaced by another one of its request. */
  public void replace(Flight busy) {
    keep(busy); // it keeps its slot and turn until it ends, and its costs count
    replaced.add(busy);
  }

  /** Whether a request may have a flight that was replaced, or that left a tally. */
  public boolean hasTally(RecordPosition position) {
    return tallies.containsKey(position);
  }

  /** Keeps the tally of a flight after the flight is removed. */
  public void keep(Flight flight) {
    tallies.put(flight.position(), flight.tally);
  }

  /**
   * Removes the tally of a removed flight that no task has adopted in time. A task that gets the
   * request later finds everything in the store.
   */
  private void forgetTally(Flight gone) {
    Flight current = at(gone.position());
    if (current == null || current.tally != gone.tally) {
      tallies.remove(gone.position(), gone.tally);
    }
  }

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
    ChunkStream stream = flight == null ? null : flight.stream;
    if (stream != null) {
      stream.emitted();
    }
  }

  /**
   * Removes a flight, unless another one has replaced it. Keeps a tally with rows for a while,
   * because the rows may have to be offered again.
   */
  public void remove(Flight flight) {
    byPosition.remove(flight.position(), flight);
    ids.left(flight);
    replaced.remove(flight);
    if (flight.tally.progress().rows() > 0 || !flight.tally.rows().isEmpty()) {
      loop.schedule(ADOPTION_NANOS, () -> forgetTally(flight));
    } else if (!tallies.isEmpty()) {
      forgetTally(flight); // there are no rows to offer again
    }
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

  /** Returns the ids of the requests in the table. */
  public RequestIds ids() {
    return ids;
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
    List<Flight> owned = new ArrayList<>();
    for (Flight flight : byPosition.values()) {
      if (flight.owner == owner) {
        owned.add(flight);
      }
    }
    return owned;
  }

  /**
   * The attempts of one request whose usage rows do not wait for its outcome. A tally outlives its
   * flight: a task that gets the request back is offered the rows again, and forwards those that
   * its store does not know. Dispatcher's loop only.
   */
  public static final class AttemptRows {

    private final List<Emission> rows = new ArrayList<>();
    private Progress progress;

    /** Creates a tally with the progress from the store. */
    public AttemptRows(Progress stored) {
      progress = stored;
    }

    public Progress progress() {
      return progress;
    }

    /**
     * Counts an attempt that gets a row.
     *
     * @param attempts number of attempts that the request has used up
     */
    public Progress add(int attempts) {
      progress = new Progress(attempts, progress.rows() + 1);
      return progress;
    }

    /** Counts attempts that get no row. */
    public Progress without(int attempts) {
      progress = new Progress(attempts, progress.rows());
      return progress;
    }

    /** Adds an encoded row. */
    public void written(Emission row) {
      rows.add(row);
    }

    /** Returns the rows that this process has encoded, in order. */
    public List<Emission> rows() {
      return rows;
    }

    /**
     * Takes over the progress from the store if that has more rows, because another process has
     * continued the request meanwhile.
     */
    public void catchUp(Progress stored) {
      if (stored.rows() > progress.rows()) {
        progress = stored;
        rows.clear();
      } else if (stored.attempts() > progress.attempts()) { // they were interrupted elsewhere
        progress = progress.atLeast(stored);
      }
    }
  }
}
