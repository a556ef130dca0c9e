// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.completion.Attempt;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.CompletionCall.CallScope;
import io.completionworker.completion.Emission;
import io.completionworker.completion.Emission.Expense;
import io.completionworker.completion.Emission.Progress;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One accepted request on its way to its outcome. Dispatcher's loop only. */
final class Flight {

  private static final long FOR_EVER_MILLIS = TimeUnit.DAYS.toMillis(36_500); // a century

  /** Attempts kept for the record; the oldest whose rows do not wait for the outcome go first. */
  private static final int MAX_ATTEMPTS_KEPT = 50;

  final boolean recovered;
  final Flights.Tally tally;
  final List<Attempt> attempts = new ArrayList<>(1);
  SourceRecord source;

  /** The source with its bytes, which are in the store; null once they need not be read again. */
  @Nullable Supplier<SourceRecord> whole;

  TaskOutbox owner;
  private FlightState state = FlightState.READING;
  boolean turn;
  boolean parked;

  /** Whether it may have killed processes, and is called when no other such request is. */
  boolean suspect;

  @Nullable String lane;
  @Nullable CallScope scope;
  final Stay stay;
  ScopeQuota.@Nullable Line line;
  @Nullable ChunkStream stream;
  int streams;
  int attemptsMade;

  /** Calls that other processes have made and that never ended, as far as is known. */
  private int interrupted;

  private int deaths;
  int calls;
  long answerBytes;
  private long waitingSinceNanos;
  private final long begunNanos;
  private final long begunMillis;
  private boolean hasDeadline;
  private long deadlineNanos;
  @Nullable CompletionCall call;
  boolean read;
  @Nullable Outcome outcome;
  @Nullable Emission emission;
  Runnable whenCommitted = () -> {};
  String outcomeName = "";

  Flight(
      TaskOutbox owner,
      SourceRecord source,
      @Nullable Supplier<SourceRecord> whole,
      boolean recovered,
      Flights.Tally tally,
      Loop loop) {
    this.owner = owner;
    this.source = source;
    this.whole = whole;
    this.recovered = recovered;
    this.tally = tally;
    this.begunNanos = loop.nanos();
    this.begunMillis = loop.millis();
    this.stay = Stay.of(source, recovered, tally.progress(), loop);
    this.attemptsMade = tally.progress().attempts();
  }

  /** Its source with the bytes. */
  SourceRecord whole() {
    Supplier<SourceRecord> stored = whole;
    return stored == null ? source : stored.get();
  }

  RecordPosition position() {
    return source.position();
  }

  /** Goes on to another state: the only place where it changes. */
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

  /** Whether its task has gone and no other has adopted it. */
  boolean orphan() {
    return owner.closed();
  }

  /** Whether somebody may still take it over: a result is on its way, or there. */
  boolean adoptable() {
    return isBusy() || state == FlightState.WRITING || state == FlightState.DONE;
  }

  /** Whether an attempt is open, or has ended and is not in its usage row yet. */
  boolean isBusy() {
    return state == FlightState.RUNNING || state == FlightState.ACCOUNTING;
  }

  /** Whether its outcome is encoded, and its turn over. */
  boolean landed() {
    return state == FlightState.DONE;
  }

  /** Whether it has an outcome, or nothing comes of it. */
  boolean settled() {
    return state == FlightState.WRITING || state == FlightState.DONE || state == FlightState.GONE;
  }

  /** Whether it waits for an attempt. */
  boolean idle() {
    return state == FlightState.WAITING
        || state == FlightState.BACKOFF
        || state == FlightState.PARKED;
  }

  /** Whether it could be called, were it not for an earlier request of its key. */
  boolean waitsForTurnToBeCalled() {
    return waitsForTurn() && outcome == null;
  }

  /** Whether it has been read and an earlier request of its key has the turn. */
  boolean waitsForTurn() {
    return state == FlightState.READING && !turn && (call != null || outcome != null);
  }

  /** Waits in its lane from now on. */
  void waitInLane(Lane.LaneClock clock, long nowNanos) {
    stay.in(clock, nowNanos);
    if (state != FlightState.WAITING) {
      become(FlightState.WAITING);
      waitingSinceNanos = nowNanos;
    }
  }

  /** How long it has waited in its lane since it could be called. */
  Duration waited(long nowNanos) {
    return Duration.ofNanos(nowNanos - waitingSinceNanos);
  }

  /** Time since it was accepted; by a clock that may be set only before this process had it. */
  Duration age(long nowNanos) {
    long before = Math.max(0, begunMillis - source.acceptedAt());
    return Duration.ofMillis(before).plusNanos(nowNanos - begunNanos);
  }

  /**
   * It has a deadline, which is kept as an instant of the monotonic clock: the time of day may be
   * set, also between the acceptance of a request and its decoding.
   *
   * @param unixMillis {@link Long#MAX_VALUE} for none
   */
  void endBy(long unixMillis) {
    long left = unixMillis <= begunMillis ? 0 : unixMillis - begunMillis;
    hasDeadline = left < FOR_EVER_MILLIS;
    deadlineNanos = hasDeadline ? begunNanos + TimeUnit.MILLISECONDS.toNanos(left) : 0;
  }

  boolean hasDeadline() {
    return hasDeadline;
  }

  /** Whether no attempt may start at this time any more. */
  boolean late(long nowNanos) {
    return hasDeadline && nowNanos - deadlineNanos >= 0;
  }

  /** Keeps an attempt; of very many, the oldest whose rows do not wait for the outcome go. */
  void add(Attempt attempt) {
    attempts.add(attempt);
    if (attempts.size() > MAX_ATTEMPTS_KEPT) {
      for (int i = 0; i < attempts.size(); i++) {
        if (attempts.get(i).accounted() || !attempts.get(i).result().maybeBilled()) {
          attempts.remove(i);
          return;
        }
      }
    }
  }

  /**
   * Is parked, and may be for long: its decoded form is a multiple of its bytes, which can be read
   * again.
   */
  void letGo() {
    if (whole != null) {
      call = null;
    }
  }

  /** Has its outcome encoded; lets go of all that it was made of. */
  void land(Emission encoded) {
    become(FlightState.DONE);
    emission = encoded;
    outcomeName = encoded.deadLetters().isEmpty() ? name(outcome) : "dead-letter";
    outcome = null;
    call = null;
    attempts.clear();
  }

  private static String name(@Nullable Outcome outcome) {
    if (outcome instanceof Outcome.Failed failed) {
      return failed.cause().reason().name();
    }
    return "response";
  }

  /** The last attempt, whose usage row does not wait for the outcome. */
  Expense account(CompletionCall made) {
    int last = attempts.size() - 1;
    Attempt attempt = attempts.get(last);
    attempts.set(last, attempt.asAccounted());
    return new Expense(made, attempt, tally.add(attemptsMade), recovered);
  }

  /**
   * What is known of its calls by the process that had it before.
   *
   * @param died whether that process has died, and not only given the request away
   */
  void remember(CallHistory.Entry before, boolean died) {
    interrupted = Math.max(0, before.calls() - attemptsMade);
    deaths = before.deaths() + (died ? 1 : 0);
  }

  /** Processes that have died while a call of it was open. */
  int deaths() {
    return deaths;
  }

  /** Attempts that it has used up, with those that never ended. */
  int usedUp() {
    return attemptsMade + interrupted;
  }

  /** Its task has gone. */
  void orphaned() {
    if (stream != null) {
      stream.orphaned();
    }
  }

  /** Another task has its partition now, and is offered what there is. */
  void adoptedBy(TaskOutbox task) {
    owner = task;
    record(isBusy());
    tally.rows().forEach(task::offer); // first: with the outcome the request is gone
    if (stream != null) {
      stream.adopted();
    }
    if (emission != null) {
      task.offer(emission);
    }
  }

  /** Keeps what is known of its calls for whoever has the request next. */
  void record(boolean open) {
    long offset = position().offset();
    if (open) {
      owner.history().put(offset, new CallHistory.Entry(usedUp() + 1, deaths, true));
    } else if (!settled() && (usedUp() > 0 || deaths > 0)) {
      owner.history().put(offset, new CallHistory.Entry(usedUp(), deaths, false));
    } else {
      owner.history().remove(offset);
    }
  }

  /** Is adopted by a task whose store may know more. */
  void catchUp(Progress stored) {
    tally.catchUp(stored);
    attemptsMade = Math.max(attemptsMade, stored.attempts());
  }
}
