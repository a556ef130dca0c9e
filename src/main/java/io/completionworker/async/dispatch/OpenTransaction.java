// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.completion.SourceRecord.RecordPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;

/**
 * The transaction of one stream thread: since when it is open, and the requests whose outcomes are
 * in it. An outcome is out when its transaction is committed, not when it is forwarded: after an
 * abort it is offered again, and nothing is called for it.
 *
 * <p>Its stream thread writes; {@link #isOverdue} may be asked by every thread.
 */
public final class OpenTransaction {

  private static final long NONE = Long.MIN_VALUE;

  private final Consumer<List<RecordPosition>> whenCommitted;
  private final Map<Integer, LongUnaryOperator> held = new HashMap<>();
  private List<RecordPosition> outcomes = new ArrayList<>();
  private volatile long openSinceNanos = NONE;

  /**
   * @param whenCommitted hears of the requests whose outcomes are out now
   */
  public OpenTransaction(Consumer<List<RecordPosition>> whenCommitted) {
    this.whenCommitted = whenCommitted;
  }

  /** Something is about to be written. */
  public void begun(long nowNanos) {
    openSinceNanos = nowNanos;
  }

  /** The outcome of this request was forwarded. */
  public void forwarded(RecordPosition position) {
    outcomes.add(position);
  }

  /** Whether the outcome of this request is in it: whatever comes after that is a copy. */
  public boolean has(RecordPosition position) {
    return outcomes.contains(position);
  }

  /**
   * Holds the offset of a partition of the request topic back.
   *
   * @param committable the offset that may be committed, for the position of the consumer
   */
  public void hold(int partition, LongUnaryOperator committable) {
    held.put(partition, committable);
  }

  /** The task of this partition has gone. */
  public void release(int partition) {
    held.remove(partition);
  }

  /** The offset of a partition of the request topic that may be committed at this position. */
  public long committable(int partition, long position) {
    LongUnaryOperator holder = held.get(partition);
    return holder == null ? position : holder.applyAsLong(position);
  }

  /** It was committed, with all that was forwarded in it. */
  public void committed() {
    openSinceNanos = NONE;
    if (!outcomes.isEmpty()) {
      List<RecordPosition> out = outcomes;
      outcomes = new ArrayList<>();
      whenCommitted.accept(out);
    }
  }

  /**
   * It was aborted, or what became of it is not known. Its tasks are closed and begin again from
   * what is committed, so that the stores say which of the outcomes are out.
   */
  public void aborted() {
    openSinceNanos = NONE;
    outcomes = new ArrayList<>();
  }

  /** Whether it has been open for longer than this: something keeps it from being committed. */
  public boolean isOverdue(long nowNanos, Duration longest) {
    long since = openSinceNanos;
    return since != NONE && nowNanos - since > longest.toNanos();
  }
}
