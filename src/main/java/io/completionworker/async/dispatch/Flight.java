// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.completion.Attempt;
import io.completionworker.completion.CallScope;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Emission;
import io.completionworker.completion.Expense;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.Progress;
import io.completionworker.completion.RecordPosition;
import io.completionworker.completion.SourceRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One accepted request on its way to its outcome. Dispatcher's loop only. */
final class Flight {

  /** Where a request is on its way, and where it may go from there. */
  enum State {
    READING("with the codec, or read and waiting for its turn among the requests of its key"),
    PARKED("waiting until its lane has room for one more; read again then"),
    WAITING("in its lane, waiting for admission and a slot"),
    RUNNING("an attempt is open; the only state that holds a slot"),
    ACCOUNTING("its attempt was or may have been billed, and the codec encodes the usage row"),
    BACKOFF("a timer runs until the next attempt"),
    WRITING("it has an outcome, which the codec encodes"),
    DONE(
        "its outcome is in the completion queue, or forwarded and not committed yet, or waits for a"
            + " task to adopt it"),
    GONE("committed, or its task was closed, or another flight has its place");

    private final String meaning;

    State(String meaning) {
      this.meaning = meaning;
    }

    /** In words. */
    String meaning() {
      return meaning;
    }

    /** The states that may follow. Every one ends as GONE. */
    Set<State> next() {
      return switch (this) {
        case READING -> EnumSet.of(PARKED, WAITING, WRITING, GONE);
        case PARKED -> EnumSet.of(READING, WRITING, GONE);
        case WAITING -> EnumSet.of(RUNNING, WRITING, GONE);
        case RUNNING -> EnumSet.of(WAITING, ACCOUNTING, BACKOFF, WRITING, GONE);
        case ACCOUNTING -> EnumSet.of(BACKOFF, WRITING, GONE);
        case BACKOFF -> EnumSet.of(WAITING, WRITING, GONE);
        case WRITING -> EnumSet.of(DONE, GONE);
        case DONE -> EnumSet.of(GONE);
        case GONE -> EnumSet.noneOf(State.class);
      };
    }
  }

  /** Attempts kept for the record; the oldest whose rows do not wait for the outcome go first. */
  private static final int MAX_ATTEMPTS_KEPT = 50;

  final boolean recovered;
  final Tally tally;
  final List<Attempt> attempts = new ArrayList<>(1);
  SourceRecord source;
  TaskOutbox owner;
  private State state = State.READING;
  boolean turn;
  boolean parked;
  @Nullable String lane;
  @Nullable CallScope scope;
  final Stay stay;
  ScopeQuota.@Nullable Line line;
  @Nullable ChunkStream stream;
  int streams;
  int attemptsMade;
  int calls;
  private long waitingSinceNanos;
  long deadlineAt = Long.MAX_VALUE;
  @Nullable CompletionCall call;
  boolean read;
  @Nullable Outcome outcome;
  @Nullable Emission emission;
  Runnable whenCommitted = () -> {};
  String outcomeName = "";

  Flight(TaskOutbox owner, SourceRecord source, boolean recovered, Tally tally, Loop loop) {
    this.owner = owner;
    this.source = source;
    this.recovered = recovered;
    this.tally = tally;
    this.stay = Stay.of(source, recovered, tally.progress(), loop);
    this.attemptsMade = tally.progress().attempts();
  }

  RecordPosition position() {
    return source.position();
  }

  /** Goes on to another state: the only place where it changes. */
  void become(State next) {
    if (next != state) {
      if (!state.next().contains(next)) {
        throw new IllegalStateException(position() + " cannot become " + next + " from " + state);
      }
      state = next;
    }
  }

  boolean is(State asked) {
    return state == asked;
  }

  /** Whether its task has gone and no other has adopted it. */
  boolean orphan() {
    return owner.closed();
  }

  /** Whether somebody may still take it over: a result is on its way, or there. */
  boolean adoptable() {
    return isBusy() || state == State.WRITING || state == State.DONE;
  }

  /** Whether an attempt is open, or has ended and is not in its usage row yet. */
  boolean isBusy() {
    return state == State.RUNNING || state == State.ACCOUNTING;
  }

  /** Whether its outcome is encoded, and its turn over. */
  boolean landed() {
    return state == State.DONE;
  }

  /** Whether it has an outcome, or nothing comes of it. */
  boolean settled() {
    return state == State.WRITING || state == State.DONE || state == State.GONE;
  }

  /** Whether it waits for an attempt. */
  boolean idle() {
    return state == State.WAITING || state == State.BACKOFF || state == State.PARKED;
  }

  /** Whether it has been read and an earlier request of its key has the turn. */
  boolean waitsForTurn() {
    return state == State.READING && !turn && (call != null || outcome != null);
  }

  /** Waits in its lane from now on. */
  void waitInLane(LaneClock clock, long nowNanos) {
    stay.in(clock, nowNanos);
    if (state != State.WAITING) {
      become(State.WAITING);
      waitingSinceNanos = nowNanos;
    }
  }

  /** How long it has waited in its lane since it could be called. */
  Duration waited(long nowNanos) {
    return Duration.ofNanos(nowNanos - waitingSinceNanos);
  }

  /** Time since it was accepted, by a clock that may be set meanwhile. */
  Duration age(long nowMillis) {
    return Duration.ofMillis(Math.max(0, nowMillis - source.acceptedAt()));
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
    if (source.value() != null) {
      call = null;
    }
  }

  /** Has its outcome encoded; lets go of all that it was made of. */
  void land(Emission encoded) {
    become(State.DONE);
    emission = encoded;
    outcomeName = name(outcome);
    outcome = null;
    call = null;
    attempts.clear();
  }

  private static String name(@Nullable Outcome outcome) {
    if (outcome instanceof Outcome.Failed failed) {
      return failed.cause().reason().name();
    }
    return outcome instanceof Outcome.DeadLettered ? "dead-letter" : "response";
  }

  /** The last attempt, whose usage row does not wait for the outcome. */
  Expense account(CompletionCall made) {
    int last = attempts.size() - 1;
    Attempt attempt = attempts.get(last);
    attempts.set(last, attempt.asAccounted());
    return new Expense(made, attempt, tally.add(attemptsMade), recovered);
  }

  /** Is adopted by a task whose store may know more. */
  void catchUp(Progress stored) {
    tally.catchUp(stored);
    attemptsMade = Math.max(attemptsMade, stored.attempts());
  }
}
