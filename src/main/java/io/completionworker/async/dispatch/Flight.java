// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.completion.Attempt;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.CompletionCall.CallScope;
import io.completionworker.completion.Emission;
import io.completionworker.completion.Emission.BilledAttempt;
import io.completionworker.completion.Emission.Progress;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.completion.Waits.Kind;
import io.completionworker.completion.port.CompletionClient;
import io.completionworker.control.Control;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One accepted request on its way to its outcome. Dispatcher's loop only. */
final class Flight {

  /** Maximum number of kept attempts. See {@link #add} for which attempt is dropped first. */
  private static final int MAX_ATTEMPTS_KEPT = 50;

  final boolean recovered;
  final Flights.AttemptRows tally;
  final List<Attempt> attempts = new ArrayList<>(1);
  SourceRecord source;

  /** Supplies the source with its stored bytes. Null once the bytes need not be read again. */
  SourceRecord.@Nullable Kept kept;

  TaskOutbox owner;
  private FlightState state = FlightState.READING;
  boolean turn;
  boolean parked;

  /** The pause that selects the request, as far as is known; null if none does. */
  Control.@Nullable Pause pausedBy;

  /** Whether it waits for the end of its pause without a place in its lane. */
  boolean apart;

  /** Whether it goes before those in its lane that were behind it when it was paused. */
  boolean early;

  /** The cancellation that ends the request as soon as its attempt has ended. */
  Control.@Nullable Cancel cancelledBy;

  /** The open call; null if there is none. */
  CompletionClient.@Nullable OpenCall open;

  /**
   * Whether it may only end in its turn, after a call of the same request that another flight has
   * open. Otherwise the usage row of that call would come after the outcome, and be dropped.
   */
  boolean followsItsCall;

  /** Whether the request may have killed processes. Only one such request is called at a time. */
  boolean suspect;

  @Nullable String lane;
  @Nullable CallScope scope;
  Tenants.@Nullable Tenant tenant;
  final WaitClock stay;
  LaneQuota.@Nullable LaneState laneState;
  @Nullable ChunkStream stream;
  int streams;
  int attemptsMade;

  /** What is known of calls of other processes. */
  final KnownCalls known = new KnownCalls();

  private boolean rowToCome;
  int calls;
  long answerBytes;
  private long waitingSinceNanos;
  final FlightTime time;
  @Nullable CompletionCall call;
  boolean read;
  @Nullable Outcome outcome;
  @Nullable Emission emission;
  Runnable whenCommitted = () -> {};
  String outcomeName = "";

  /** Whether it has ended without an outcome, since its request repeats another one. */
  boolean repeats;

  Flight(
      TaskOutbox owner,
      SourceRecord source,
      SourceRecord.@Nullable Kept kept,
      boolean recovered,
      Flights.AttemptRows tally,
      Loop loop) {
    this.owner = owner;
    this.source = source;
    this.kept = kept;
    this.recovered = recovered;
    this.tally = tally;
    this.time = new FlightTime(source.acceptedAt(), loop);
    this.stay = WaitClock.of(source, recovered, tally.progress(), loop);
    this.attemptsMade = tally.progress().attempts();
  }

  SourceRecord whole() {
    SourceRecord.Kept stored = kept;
    return stored == null ? source : stored.whole().get();
  }

  RecordPosition position() {
    return source.position();
  }

  /** Changes the state. This is the only method that does. */
  void become(FlightState next) {
    if (next != state) {
      if (!state.next().contains(next)) {
        throw new IllegalStateException(position() + " cannot become " + next + " from " + state);
      }
      state = next;
    }
  }

  boolean is(FlightState asked) {
    return state == asked;
  }

  /** Whether its task was closed and no other task has adopted the flight. */
  boolean orphan() {
    return owner.closed();
  }

  /** Whether a task may adopt the flight: its result is there or on its way. A repeat has none. */
  boolean adoptable() {
    return isBusy() || state == FlightState.WRITING || (state == FlightState.DONE && !repeats);
  }

  /** Whether an attempt is open, or its usage row is still being encoded. */
  boolean isBusy() {
    return state == FlightState.RUNNING || state == FlightState.ACCOUNTING;
  }

  /** Whether the outcome is known, or the flight is gone. */
  boolean settled() {
    return state == FlightState.WRITING || state == FlightState.DONE || state == FlightState.GONE;
  }

  /** Whether the flight waits for an attempt. */
  boolean idle() {
    return FlightState.IDLE.contains(state);
  }

  /** Whether it waits for an attempt or for its turn, and is not paused. */
  boolean waits() {
    return (idle() && pausedBy == null) || waitsForTurn();
  }

  /** Whether the request waits for its turn to be called, not to end with a known outcome. */
  boolean waitsForTurnToBeCalled() {
    return waitsForTurn() && outcome == null;
  }

  /** Whether the record was read and an earlier request of its key has the turn. */
  boolean waitsForTurn() {
    return state == FlightState.READING && !turn && (call != null || outcome != null);
  }

  /** Whether the flight is out of its lane and its decoded request was dropped. */
  boolean undecoded() {
    return call == null && (state == FlightState.PARKED || state == FlightState.PAUSED);
  }

  /** Starts the wait in the lane. */
  void waitInLane(Lane.LaneClock clock, long nowNanos) {
    if (pausedBy == null) {
      stay.in(clock, nowNanos);
    } else {
      stay.at(Kind.PAUSE, nowNanos);
    }
    if (state != FlightState.WAITING) {
      become(FlightState.WAITING);
      waitingSinceNanos = nowNanos;
    }
  }

  /** Returns how long the flight has waited in its lane since it could be called. */
  Duration waited(long nowNanos) {
    return Duration.ofNanos(nowNanos - waitingSinceNanos);
  }

  /** Adds an attempt. If there are very many, drops the oldest one without a row to write. */
  void add(Attempt attempt) {
    attempts.add(attempt);
    if (attempts.size() > MAX_ATTEMPTS_KEPT) {
      attempts.stream()
          .filter(made -> made.accounted() || !made.result().maybeBilled())
          .findFirst()
          .ifPresent(attempts::remove);
    }
  }

  /** Drops the decoded request of a waiting flight: it is large, and its bytes are kept. */
  void dropDecodedCall() {
    if (kept != null) {
      source = source.withoutValue();
      call = null;
    }
  }

  /** Sets the encoded outcome, and drops everything that it was made of. */
  void outcomeEncoded(Emission encoded) {
    become(FlightState.DONE);
    emission = encoded;
    outcomeName = encoded.deadLetters().isEmpty() ? name(outcome) : "dead-letter";
    outcome = null;
    call = null;
    attempts.clear();
  }

  private static String name(@Nullable Outcome outcome) {
    return outcome instanceof Outcome.Failed failed ? failed.cause().reason().name() : "response";
  }

  /** Takes the last attempt for a usage row of its own, which does not wait for the outcome. */
  BilledAttempt account(CompletionCall made) {
    int last = attempts.size() - 1;
    Attempt attempt = attempts.get(last);
    attempts.set(last, attempt.asAccounted());
    return new BilledAttempt(made, attempt, tally.add(attemptsMade), recovered);
  }

  /** Counts the interrupted calls as attempts, which have no row. */
  Progress countInterrupted() {
    attemptsMade = usedUp();
    known.counted();
    return tally.without(attemptsMade);
  }

  /** Returns the number of attempts used up, including those that never ended. */
  int usedUp() {
    return attemptsMade + known.interrupted();
  }

  /** Makes the new task of the partition the owner, and offers it all emissions so far. */
  void adoptedBy(TaskOutbox task) {
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
  void recordEnd(boolean billed) {
    rowToCome = billed;
    record(false);
    rowToCome = false; // not recorded before the next call: by then the row is stored
  }

  /** Records in the call history what the next owner of the request must know. */
  void record(boolean open) {
    long offset = position().offset();
    int deaths = known.deaths();
    int unknown = known.uncharged() + (open || rowToCome ? 1 : 0);
    if (open) {
      owner.history().put(offset, new CallHistory.Entry(usedUp() + 1, deaths, true, unknown));
    } else if (!settled() && (usedUp() > 0 || deaths > 0)) {
      owner.history().put(offset, new CallHistory.Entry(usedUp(), deaths, false, unknown));
    } else {
      owner.history().remove(offset);
    }
  }

  /**
   * Takes over what is known elsewhere about the calls of the request, which may be more. A call
   * that has a row by now has ended, so it is no longer counted as interrupted.
   *
   * @param before what the call history of an adopting task says, or null
   */
  void catchUp(Progress stored, CallHistory.@Nullable Entry before) {
    int open = is(FlightState.RUNNING) ? 1 : 0; // counted when it ends
    int calls = Math.max(usedUp(), before == null ? 0 : before.calls() - open);
    tally.catchUp(stored);
    attemptsMade = Math.max(attemptsMade, stored.attempts());
    known.catchUp(calls, attemptsMade);
  }
}
