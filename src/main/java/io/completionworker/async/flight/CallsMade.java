// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.flight;

import io.completionworker.async.outbox.CallHistory;
import io.completionworker.completion.Attempt;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Emission;
import io.completionworker.completion.Emission.BilledAttempt;
import io.completionworker.completion.Emission.Progress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one request: those made here, which are attempts and have usage rows, and those of
 * other processes, of which only the call history tells. Dispatcher's loop only.
 */
public final class CallsMade {

  private static final int MAX_ATTEMPTS_KEPT = 50;

  final AttemptRows rows;
  private final List<Attempt> made = new ArrayList<>(1);
  private int started;
  private int attempts;
  private int interrupted;
  private int uncharged;
  private int deaths;
  private boolean rowToCome;

  CallsMade(AttemptRows rows) {
    this.rows = rows;
    this.attempts = rows.progress.attempts();
  }

  /** Returns how many calls this flight has started. */
  public int started() {
    return started;
  }

  /** Returns the number of attempts that are counted. */
  public int attempts() {
    return attempts;
  }

  /** Returns the number of attempts used up, including those that never ended. */
  public int usedUp() {
    return attempts + interrupted;
  }

  /**
   * Returns the number of calls of other processes that never ended, may be billed, and that no
   * budget has been charged for.
   */
  public int uncharged() {
    return uncharged;
  }

  /** Returns the number of processes that died while a call of the request was open. */
  public int deaths() {
    return deaths;
  }

  /** Returns the last attempt that is kept; null if there is none. */
  public @Nullable Attempt last() {
    return made.isEmpty() ? null : made.get(made.size() - 1);
  }

  /** Counts the interrupted calls as attempts, which have no row. They are charged now. */
  public Progress countInterrupted() {
    attempts = usedUp();
    interrupted = 0;
    uncharged = 0;
    return rows.without(attempts);
  }

  /** Counts a call that starts, and returns how many were started before it. */
  int start() {
    return started++;
  }

  /** Counts a call that has ended and uses up an attempt. */
  void useUp() {
    attempts++;
  }

  /**
   * Adds an attempt that has ended. If there are very many, drops the oldest one without a row to
   * write.
   */
  void add(Attempt attempt) {
    made.add(attempt);
    if (made.size() > MAX_ATTEMPTS_KEPT) {
      made.stream()
          .filter(one -> one.accounted() || !one.result().maybeBilled())
          .findFirst()
          .ifPresent(made::remove);
    }
  }

  /** Takes the last attempt for a usage row of its own, which does not wait for the outcome. */
  BilledAttempt account(CompletionCall call, boolean recovered) {
    int last = made.size() - 1;
    Attempt attempt = made.get(last);
    made.set(last, attempt.asAccounted());
    return new BilledAttempt(call, attempt, rows.add(attempts), recovered);
  }

  /** Returns the attempts that are kept for the outcome. */
  List<Attempt> made() {
    return List.copyOf(made);
  }

  /** Drops them, since the outcome is encoded. */
  void forget() {
    made.clear();
  }

  /**
   * Takes over what the previous process knew.
   *
   * @param died whether that process has died, and did not only give the request away
   */
  void remember(CallHistory.Entry before, boolean died) {
    interrupted = Math.max(0, before.calls() - attempts);
    uncharged = Math.min(before.unknown(), interrupted);
    deaths = before.deaths() + (died ? 1 : 0);
  }

  /**
   * Raises the counts to those of the store and of the call history. A call whose row is stored has
   * ended, so it no longer counts as interrupted. The number of calls to charge never grows.
   *
   * @param known number of calls that the history of an adopting task knows, without one that is
   *     open here
   */
  void catchUp(Progress stored, int known) {
    int calls = Math.max(usedUp(), known);
    rows.catchUp(stored);
    attempts = Math.max(attempts, stored.attempts());
    interrupted = Math.max(0, calls - attempts);
    uncharged = Math.min(uncharged, interrupted);
  }

  /** Records what the next owner must know, in the entry of this offset. */
  void record(CallHistory history, long offset, boolean open) {
    int unknown = uncharged + (open || rowToCome ? 1 : 0);
    history.record(offset, usedUp(), deaths, open, unknown);
  }

  /** Sets whether a row is to come for a call that has ended. */
  void rowToCome(boolean comes) {
    rowToCome = comes;
  }

  /**
   * The attempts of one request whose usage rows do not wait for its outcome. They outlive their
   * flight: a task that gets the request back is offered the rows again, and forwards those that
   * its store does not know.
   */
  static final class AttemptRows {

    private final List<Emission> rows = new ArrayList<>();
    private Progress progress;

    /** Starts without rows, with the progress from the store. */
    AttemptRows(Progress stored) {
      progress = stored;
    }

    Progress progress() {
      return progress;
    }

    /** Counts an attempt that gets a row, when so many are used up. */
    private Progress add(int attempts) {
      progress = new Progress(attempts, progress.rows() + 1);
      return progress;
    }

    /** Counts attempts that get no row. */
    private Progress without(int attempts) {
      progress = new Progress(attempts, progress.rows());
      return progress;
    }

    /** Adds an encoded row. */
    void written(Emission row) {
      rows.add(row);
    }

    /** Returns the rows that this process has encoded, in order. */
    List<Emission> encoded() {
      return rows;
    }

    /** Whether the request has a row, encoded here or stored. */
    boolean any() {
      return progress.rows() > 0 || !rows.isEmpty();
    }

    /**
     * Takes over the progress from the store if that has more rows, because another process has
     * continued the request meanwhile. Returns itself.
     */
    AttemptRows catchUp(Progress stored) {
      if (stored.rows() > progress.rows()) {
        progress = stored;
        rows.clear();
      } else if (stored.attempts() > progress.attempts()) { // they were interrupted elsewhere
        progress = progress.atLeast(stored);
      }
      return this;
    }
  }
}
