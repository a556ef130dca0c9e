// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.flight;

import io.completionworker.async.chunk.ChunkStream;
import io.completionworker.async.codec.Undecoded;
import io.completionworker.async.loop.Loop;
import io.completionworker.async.outbox.CallHistory;
import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.async.schedule.Candidate;
import io.completionworker.async.schedule.ClassOfRequests;
import io.completionworker.async.schedule.WaitClock;
import io.completionworker.completion.Attempt;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Emission;
import io.completionworker.completion.Emission.BilledAttempt;
import io.completionworker.completion.Emission.Progress;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.completion.port.CompletionClient;
import io.completionworker.control.Control;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One accepted request on its way to its outcome. Dispatcher's loop only. */
public final class Flight extends Candidate implements Undecoded, ChunkStream.Receiver {

  public final boolean recovered;
  public final Flights.AttemptRows tally;
  public final List<Attempt> attempts = new ArrayList<>(1);
  public SourceRecord source;

  /** Supplies the source with its stored bytes. Null once the bytes need not be read again. */
  public SourceRecord.@Nullable Kept kept;

  public TaskOutbox owner;
  private FlightState state = FlightState.READING;
  public boolean turn;

  /** The pause that selects the request, as far as is known; null if none does. */
  public Control.@Nullable Pause pausedBy;

  /** The cancellation that ends the request as soon as its attempt has ended. */
  public Control.@Nullable Cancel cancelledBy;

  /** The open call; null if there is none. */
  public CompletionClient.@Nullable OpenCall open;

  /**
   * Whether it may only end in its turn, after a call of the same request that another flight has
   * open. Otherwise the usage row of that call would come after the outcome, and be dropped.
   */
  public boolean followsItsCall;

  /** Whether the request may have killed processes. Only one such request is called at a time. */
  public boolean suspect;

  public @Nullable ChunkStream stream;
  public int streams;
  public int attemptsMade;

  /** What is known of calls of other processes. */
  public final KnownCalls known = new KnownCalls();

  private boolean rowToCome;
  public int calls;
  public long answerBytes;
  private long waitingSinceNanos;
  public final FlightTime time;
  public @Nullable CompletionCall call;
  public boolean read;
  public @Nullable Outcome outcome;
  public @Nullable Emission emission;
  public Runnable whenCommitted = () -> {};
  public String outcomeName = "";

  /** Whether it has ended without an outcome, since its request repeats another one. */
  public boolean repeats;

  public Flight(
      TaskOutbox owner,
      SourceRecord source,
      SourceRecord.@Nullable Kept kept,
      boolean recovered,
      Flights.AttemptRows tally,
      Loop loop) {
    super(WaitClock.of(source, recovered, tally.progress(), loop));
    this.owner = owner;
    this.source = source;
    this.kept = kept;
    this.recovered = recovered;
    this.tally = tally;
    this.time = new FlightTime(source.acceptedAt(), loop);
    this.attemptsMade = tally.progress().attempts();
  }

  @Override
  public ClassOfRequests ofClass() {
    return owner.ofClass();
  }

  @Override
  public @Nullable CompletionCall call() {
    return call;
  }

  @Override
  public boolean waitsInLane() {
    return state == FlightState.WAITING;
  }

  @Override
  public boolean isPaused() {
    return pausedBy != null;
  }

  @Override
  public boolean recovered() {
    return recovered;
  }

  @Override
  public long size() {
    SourceRecord.Kept stored = kept;
    return stored == null ? 0 : stored.size();
  }

  @Override
  public SourceRecord whole() {
    SourceRecord.Kept stored = kept;
    return stored == null ? source : stored.whole().get();
  }

  public RecordPosition position() {
    return source.position();
  }

  /** Changes the state. This is the only method that does. */
  public void become(FlightState next) {
    if (next != state) {
      if (!state.next().contains(next)) {
        throw new IllegalStateException(position() + " cannot become " + next + " from " + state);
      }
      state = next;
    }
  }

  public boolean is(FlightState asked) {
    return state == asked;
  }

  @Override
  public boolean isGone() {
    return state == FlightState.GONE;
  }

  @Override
  public void offer(Emission chunk) {
    owner.offer(chunk);
  }

  /** Whether its task was closed and no other task has adopted the flight. */
  @Override
  public boolean orphan() {
    return owner.closed();
  }

  /** Whether a task may adopt the flight: its result is there or on its way. A repeat has none. */
  public boolean adoptable() {
    return isBusy() || state == FlightState.WRITING || (state == FlightState.DONE && !repeats);
  }

  /** Whether an attempt is open, or its usage row is still being encoded. */
  public boolean isBusy() {
    return state == FlightState.RUNNING || state == FlightState.ACCOUNTING;
  }

  /** Whether the outcome is known, or the flight is gone. */
  public boolean settled() {
    return state == FlightState.WRITING || state == FlightState.DONE || state == FlightState.GONE;
  }

  /** Whether the flight waits for an attempt. */
  public boolean idle() {
    return FlightState.IDLE.contains(state);
  }

  /** Whether it waits for an attempt or for its turn, and is not paused. */
  public boolean waits() {
    return (idle() && pausedBy == null) || waitsForTurn();
  }

  /** Whether the record was read and an earlier request of its key has the turn. */
  public boolean waitsForTurn() {
    return state == FlightState.READING && !turn && (call != null || outcome != null);
  }

  /** Starts the wait in the lane. */
  public void waitInLane(long nowNanos) {
    if (state != FlightState.WAITING) {
      become(FlightState.WAITING);
      waitingSinceNanos = nowNanos;
    }
  }

  /** Returns how long the flight has waited in its lane since it could be called. */
  public Duration waited(long nowNanos) {
    return Duration.ofNanos(nowNanos - waitingSinceNanos);
  }

  /** Drops the decoded request of a waiting flight: it is large, and its bytes are kept. */
  public void dropDecodedCall() {
    if (kept != null) {
      source = source.withoutValue();
      call = null;
    }
  }

  /** Sets the encoded outcome, and drops everything that it was made of. */
  public void outcomeEncoded(Emission encoded) {
    become(FlightState.DONE);
    emission = encoded;
    outcomeName = encoded.deadLetters().isEmpty() ? Outcome.name(outcome) : "dead-letter";
    outcome = null;
    call = null;
    attempts.clear();
  }

  /** Takes the last attempt for a usage row of its own, which does not wait for the outcome. */
  public BilledAttempt account(CompletionCall made) {
    int last = attempts.size() - 1;
    Attempt attempt = attempts.get(last);
    attempts.set(last, attempt.asAccounted());
    return new BilledAttempt(made, attempt, tally.add(attemptsMade), recovered);
  }

  /** Counts the interrupted calls as attempts, which have no row. */
  public Progress countInterrupted() {
    attemptsMade = usedUp();
    known.counted();
    return tally.without(attemptsMade);
  }

  /** Returns the number of attempts used up, including those that never ended. */
  public int usedUp() {
    return attemptsMade + known.interrupted();
  }

  /** Makes the new task of the partition the owner, and offers it all emissions so far. */
  public void adoptedBy(TaskOutbox task) {
    owner = task;
    record(isBusy());
    tally.rows().forEach(task::offer); // first, since the outcome ends the request
    if (stream != null) {
      stream.adopted();
    }
    if (emission != null) {
      task.offer(emission);
    }
  }

  /**
   * Records that a call has ended.
   *
   * @param billed whether it may be billed. Then its cost is unknown to the next owner until its
   *     row is stored, after which {@link Progress#attempts} counts the call.
   */
  public void recordEnd(boolean billed) {
    rowToCome = billed;
    record(false);
    rowToCome = false; // not recorded before the next call: by then the row is stored
  }

  /** Records in the call history what the next owner of the request must know. */
  public void record(boolean open) {
    long offset = position().offset();
    int unknown = known.uncharged() + (open || rowToCome ? 1 : 0);
    if (settled() && !open) {
      owner.history().remove(offset);
    } else {
      owner.history().record(offset, usedUp(), known.deaths(), open, unknown);
    }
  }

  /**
   * Takes over what is known elsewhere about the calls of the request, which may be more. A call
   * that has a row by now has ended, so it is no longer counted as interrupted.
   *
   * @param before what the call history of an adopting task says, or null
   */
  public void catchUp(Progress stored, CallHistory.@Nullable Entry before) {
    int open = is(FlightState.RUNNING) ? 1 : 0; // counted when it ends
    int calls = Math.max(usedUp(), before == null ? 0 : before.calls() - open);
    tally.catchUp(stored);
    attemptsMade = Math.max(attemptsMade, stored.attempts());
    known.catchUp(calls, attemptsMade);
  }
}
