// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.flight;

import io.completionworker.async.chunk.ChunkStream;
import io.completionworker.async.loop.Loop;
import io.completionworker.async.outbox.CallHistory;
import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.async.schedule.ClassOfRequests;
import io.completionworker.completion.Emission;
import io.completionworker.completion.Emission.Progress;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.port.CompletionClient.OpenCall;
import io.completionworker.metrics.Meters;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One accepted request on its way to its outcome. Dispatcher's loop only. */
public final class Flight extends AcceptedRequest implements ChunkStream.Receiver {

  /** Its calls, here and elsewhere. */
  public final CallsMade calls;

  private TaskOutbox owner;
  private FlightState state = FlightState.READING;
  boolean turn;
  boolean followsItsCall;
  boolean suspect;
  private @Nullable OpenCall open;
  @Nullable ChunkStream stream;
  int streams;
  private long answerBytes;
  private long waitingSinceNanos;
  private @Nullable Outcome outcome;
  private @Nullable Emission emission;
  private Runnable whenCommitted = () -> {};
  private String outcomeName = "";
  private boolean repeats;

  Flight(
      TaskOutbox owner,
      SourceRecord source,
      SourceRecord.@Nullable Kept kept,
      boolean recovered,
      CallsMade calls,
      Loop loop) {
    super(source, kept, recovered, calls.rows.progress(), loop);
    this.owner = owner;
    this.calls = calls;
  }

  /** Returns the task that has the request, which may be closed. */
  public TaskOutbox owner() {
    return owner;
  }

  @Override
  public ClassOfRequests ofClass() {
    return owner.ofClass();
  }

  /** Whether the request may have killed processes. Only one such request is called at a time. */
  public boolean suspect() {
    return suspect;
  }

  /**
   * Whether it may only end in its turn, after a call of the same request that another flight has
   * open. Otherwise the usage row of that call would come after the outcome, and be dropped.
   */
  public boolean followsItsCall() {
    return followsItsCall;
  }

  /** Whether no earlier request of its key is before it. */
  public boolean hasTurn() {
    return turn;
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
  public boolean waitsInLane() {
    return state == FlightState.WAITING;
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
    return (idle() && !isPaused()) || waitsForTurn();
  }

  /** Whether the record was read and an earlier request of its key has the turn. */
  public boolean waitsForTurn() {
    return state == FlightState.READING && !turn && (call() != null || outcome != null);
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

  /** Begins a call. Returns how many this flight has started before. */
  public int called() {
    become(FlightState.RUNNING);
    record(true);
    return calls.start();
  }

  /** Sets the open call; null when it has ended. */
  public void open(@Nullable OpenCall call) {
    open = call;
  }

  /** Gives up the open call, which then ends. Returns whether there is one. */
  public boolean cutOff() {
    OpenCall cut = open;
    if (cut != null) {
      cut.cancel();
    }
    return cut != null;
  }

  /** Returns the chunks of the last streamed attempt; null if there was none. */
  public @Nullable ChunkStream stream() {
    return stream;
  }

  @Override
  public void offer(Emission one) {
    owner.offer(one);
  }

  /**
   * Records that a call has ended.
   *
   * @param billed whether it may be billed. Then its cost is unknown to the next owner until its
   *     row is stored, after which {@link Progress#attempts} counts the call.
   */
  public void recordEnd(boolean billed) {
    calls.rowToCome(billed);
    record(false);
    calls.rowToCome(false); // not recorded before the next call: by then the row is stored
  }

  /** Records in the call history what the next owner of the request must know. */
  void record(boolean isOpen) {
    long offset = position().offset();
    if (settled() && !isOpen) {
      owner.history().remove(offset);
    } else {
      calls.record(owner.history(), offset, isOpen);
    }
  }

  /** Returns how many bytes of its answer and chunks are counted. */
  public long answerBytes() {
    return answerBytes;
  }

  /**
   * Sets how many bytes of its answer are in memory. Those of its chunks are added, unless 0 says
   * that nothing is kept. Returns how many more there are than before.
   */
  public long keeps(long bytes) {
    long all = bytes == 0 || stream == null ? bytes : bytes + stream.writtenBytes();
    long more = all - answerBytes;
    answerBytes = all;
    return more;
  }

  /** Returns the outcome that waits for its turn or is being encoded; null if there is none. */
  public @Nullable Outcome outcome() {
    return outcome;
  }

  public void outcome(@Nullable Outcome known) {
    outcome = known;
  }

  /** Takes it out of all that could still call it: it has an outcome, or needs none. */
  public void settle() {
    become(FlightState.WRITING);
    record(false);
  }

  /** Ends it without an outcome, since its request repeats another one. */
  public void endAsRepeat(Emission end) {
    encoded(end, () -> {});
    repeats = true;
  }

  /** Sets the encoded outcome, and drops everything that it was made of. */
  void encoded(Emission encoded, Runnable report) {
    become(FlightState.DONE);
    emission = encoded;
    whenCommitted = report;
    outcomeName = encoded.deadLetters().isEmpty() ? Outcome.name(outcome) : "dead-letter";
    outcome = null;
    forgetCall();
    calls.forget();
  }

  /** Returns the encoded outcome; null if there is none yet. */
  public @Nullable Emission emission() {
    return emission;
  }

  /** Reports its outcome, which was committed. */
  public void reportCommitted(Meters meters, long nowNanos) {
    if (repeats) {
      meters.repeat();
    } else {
      meters.outcome(outcomeName, age(nowNanos));
    }
    whenCommitted.run();
  }

  /** Makes the new task of the partition the owner, and offers it all emissions so far. */
  void adoptedBy(TaskOutbox task) {
    owner = task;
    record(isBusy());
    calls.rows.encoded().forEach(task::offer); // first, since the outcome ends the request
    if (stream != null) {
      stream.adopted();
    }
    if (emission != null) {
      task.offer(emission);
    }
  }

  /** Raises its counts of calls to those of a flight that it has replaced. */
  public void catchUp(Flight replaced) {
    catchUp(replaced.calls.rows.progress(), null);
  }

  /**
   * Raises its counts of calls to those of the store and of the call history.
   *
   * @param before what the call history of an adopting task says, or null
   */
  void catchUp(Progress stored, CallHistory.@Nullable Entry before) {
    int open = is(FlightState.RUNNING) ? 1 : 0; // counted when it ends
    calls.catchUp(stored, before == null ? 0 : before.calls() - open);
  }
}
