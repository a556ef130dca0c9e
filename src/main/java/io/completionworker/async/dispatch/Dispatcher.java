// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.async.dispatch.CallHistory.Deaths;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Emission;
import io.completionworker.completion.Emission.Progress;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.completion.port.Admission;
import io.completionworker.completion.port.RetryPolicy;
import io.completionworker.metrics.Meters;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes every accepted request to its one outcome: reads it, waits for its turn, has it called,
 * tries again, has the outcome encoded and puts it into the completion queue of its task. The
 * public methods may be called by every thread and return at once; all the rest runs on the loop.
 */
public final class Dispatcher {

  private final Loop loop;
  private final CodecStage codec;
  private final Meters meters;
  private final Flights flights;
  private final KeyOrder order;
  private final Deaths deaths;
  private final Attempts attempts;
  private final ScopeQuota quota;
  private final Arrivals arrivals;
  private final Retries retries;
  private final AtomicInteger unsettled = new AtomicInteger();
  private final AtomicLong outboxes = new AtomicLong();

  /** Over these stages. */
  public Dispatcher(
      Loop loop,
      Flights flights,
      CodecStage codec,
      Attempts.Stages stages,
      ScopeQuota quota,
      RetryPolicy retryPolicy,
      KeyOrder order,
      Deaths deaths,
      Meters meters) {
    this.loop = loop;
    this.codec = codec;
    this.flights = flights;
    this.order = order;
    this.deaths = deaths;
    this.quota = quota;
    this.meters = meters;
    attempts = new Attempts(loop, stages, meters, this::answered, this::expired);
    arrivals = new Arrivals(codec, attempts, quota, retryPolicy, this::finish);
    retries = new Retries(codec, attempts, retryPolicy, flights, meters, this::finish, this::leave);
  }

  /** The completion queue of a task that was just initialized, after what is known of before. */
  public TaskOutbox open(StreamThreadGate gate, CallHistory.Stored before) {
    flights.taskOpened();
    TaskOutbox task = new TaskOutbox(gate, outboxes.incrementAndGet(), loop.nanos());
    deaths.died(before).thenAccept(died -> loop.execute(() -> task.known(died)));
    return task;
  }

  /** Random name of this process. */
  public String process() {
    return deaths.process();
  }

  /** Monotonic time. */
  public long nanos() {
    return loop.nanos();
  }

  /** A request has been taken; {@code whole} reads its bytes, whenever they are needed. */
  public void accept(TaskOutbox owner, SourceRecord source, Supplier<SourceRecord> whole) {
    whenKnown(owner, () -> acceptOnLoop(owner, source, whole, null, null, null));
  }

  /**
   * The same of one that {@code init()} found in the store, or that is read once more.
   *
   * @param progress how far it has come, as far as the store knows
   * @param history what the process knew that had it before
   */
  public void recover(
      TaskOutbox owner,
      SourceRecord source,
      Supplier<SourceRecord> whole,
      Progress progress,
      CallHistory.Stored history) {
    CallHistory.Entry entry = history.of(source.position().offset());
    whenKnown(owner, () -> acceptOnLoop(owner, source, whole, progress, entry, null));
  }

  /** A record that no task survives: it is in the store, and its outcome is known. */
  public void condemn(TaskOutbox owner, SourceRecord source, Outcome outcome) {
    whenKnown(owner, () -> acceptOnLoop(owner, source, null, null, null, outcome));
  }

  /** The transactions were committed that have the outcomes of these requests. */
  public void committed(List<RecordPosition> positions) {
    loop.execute(() -> positions.forEach(at -> flights.done(at).ifPresent(this::forget)));
  }

  /** An outcome was not forwarded, since its request is not in the store. */
  public void dropped(RecordPosition position) {
    loop.execute(() -> flights.done(position).ifPresent(this::leave));
  }

  /** Chunks were forwarded, or dropped since their request is not in the store. */
  public void chunksEmitted(List<RecordPosition> positions) {
    loop.execute(() -> positions.forEach(flights::chunkEmitted));
  }

  /** The task has gone. What runs for it goes on, in case that its partition comes back. */
  public void close(TaskOutbox owner) {
    flights.taskClosed();
    owner.close();
    loop.execute(() -> closeOnLoop(owner));
  }

  /** Starts no attempt any more. */
  public void drain() {
    loop.execute(attempts::stop);
  }

  /** Whether no attempt is open and nothing is on its way to its queue. */
  public boolean drained() {
    return attempts.idle() && retries.idle() && unsettled.get() == 0;
  }

  /** Calls open at the endpoint. */
  public int inFlight() {
    return attempts.inFlight();
  }

  /** What waits, and for what. On the loop only. */
  public Waiting waiting() {
    return Waiting.of(flights, attempts, codec, loop.nanos());
  }

  private void whenKnown(TaskOutbox owner, Runnable accepting) {
    loop.execute(() -> owner.whenKnown(accepting));
  }

  private void acceptOnLoop(
      TaskOutbox owner,
      SourceRecord source,
      @Nullable Supplier<SourceRecord> whole,
      @Nullable Progress recovered,
      CallHistory.@Nullable Entry before,
      @Nullable Outcome known) {
    if (owner.closed()) {
      return; // it is in the store, and whoever owns the partition next finds it there
    }
    Progress stored = recovered == null ? Progress.NONE : recovered;
    Flight existing = flights.at(source.position());
    if (existing != null && takenOver(existing, owner, stored)) {
      return;
    }
    boolean again = recovered != null || existing != null;
    Flights.Tally tally = flights.tally(source.position(), stored);
    Flight flight = new Flight(owner, source, whole, again, tally, loop);
    if (before != null) {
      flight.remember(before, before.open() && owner.predecessorDied());
      flight.suspect = deaths.suspect(flight.deaths());
      flight.record(false);
    }
    flights.put(flight);
    tally.rows().forEach(owner::offer);
    order.join(flight);
    if (flight.recovered) {
      meters.recovered();
    }
    flight.outcome =
        deaths.condemn(flight.deaths()) ? Deaths.outcome(source, flight.deaths()) : known;
    if (flight.outcome == null) {
      arrivals.read(flight);
    } else {
      arrivals.proceed(flight);
    }
  }

  /** Whether this process has the request already, so that it need not begin once more. */
  private boolean takenOver(Flight existing, TaskOutbox owner, Progress stored) {
    if (existing.owner.newerThan(owner)) {
      return true; // by a task that lost its partition within this process, and does not know yet
    }
    existing.catchUp(stored);
    if (existing.landed() || (existing.adoptable() && !order.hasOthers(existing))) {
      existing.adoptedBy(owner);
      return true;
    }
    if (existing.isBusy()) {
      flights.keep(existing); // it keeps slot and turn until it ends, and what it costs counts
    } else {
      leave(existing);
    }
    return false;
  }

  private void closeOnLoop(TaskOutbox owner) {
    owner.close(); // again: something may have been offered since
    List<Flight> owned = flights.of(owner);
    for (Flight flight : owned) {
      if (!flight.adoptable()) {
        flight.become(FlightState.GONE); // all of them, before any gets its turn
      }
    }
    owned.forEach(this::orphan);
  }

  /** An attempt has ended without an answer, or with one. */
  private void answered(
      Flight flight, CompletionCall call, AttemptResult result, Admission.Toll toll) {
    if (flight.orphan() && flights.at(flight.position()) != flight) {
      retries.replaced(flight, call, result); // which drops an answer
    } else if (result instanceof AttemptResult.Rejected rejected) {
      retries.after(flight, call, rejected, toll);
    } else {
      retries.answered(flight, call);
    }
  }

  private void expired(Flight flight, @Nullable CompletionCall call) {
    if (call == null) {
      arrivals.readLate(flight);
    } else {
      finish(flight, attempts.deadlines().passed(flight, call));
    }
  }

  private void finish(Flight flight, Outcome outcome) {
    flight.become(FlightState.WRITING);
    flight.outcome = outcome;
    flight.record(false);
    quota.leave(flight, arrivals::placed);
    unsettled.incrementAndGet();
    codec.write(outcome, (written, emission) -> written(flight, written, emission));
  }

  private void written(Flight flight, Outcome outcome, Emission emission) {
    try {
      if (flight.is(FlightState.GONE)) {
        return;
      }
      flight.outcome = outcome;
      flight.whenCommitted = attempts.told(outcome);
      flight.land(emission);
      attempts.keep(flight, flights.at(flight.position()) == flight ? emission.bytes() : 0);
      if (flight.orphan()) {
        flights.keepForAdoption(flight, this::leave);
      } else {
        flight.owner.offer(emission);
      }
      nextInLine(flight);
    } finally {
      unsettled.decrementAndGet(); // last, so that nothing is drained before it is in its queue
    }
  }

  private void orphan(Flight flight) {
    flight.orphaned();
    if (!flight.adoptable()) {
      leave(flight);
    } else if (flight.is(FlightState.DONE)) {
      flights.keepForAdoption(flight, this::leave);
    }
  }

  private void forget(Flight flight) {
    leave(flight);
    meters.outcome(flight.outcomeName, flight.age(loop.nanos()));
    flight.whenCommitted.run();
  }

  private void leave(Flight flight) {
    flight.become(FlightState.GONE);
    quota.leave(flight, arrivals::placed);
    flights.remove(flight);
    attempts.keep(flight, 0);
    nextInLine(flight);
  }

  private void nextInLine(Flight flight) {
    Flight next = order.leave(flight);
    if (next != null) {
      arrivals.proceed(next);
    }
  }
}
