// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.outbox;

import io.completionworker.completion.SourceRecord.RecordPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;

/**
 * The transaction of one stream thread: since when it is open, and which requests have their
 * outcome in it. An outcome is final when its transaction is committed, not when it is forwarded.
 * After an abort the outcome is offered again, and nothing is called for it.
 *
 * <p>Threads: the stream thread writes. {@link #isOverdue} may be called on any thread.
 */
public final class OpenTransaction {

  private static final long NONE = Long.MIN_VALUE;

  /** Most outcomes and chunks of a transaction that is committed early: a sign of little load. */
  private static final int FEW = 5;

  private final Consumer<List<RecordPosition>> whenCommitted;
  private final long shortestNanos;
  private final Map<Integer, LongUnaryOperator> held = new HashMap<>();
  private List<RecordPosition> outcomes = new ArrayList<>();
  private volatile long openSinceNanos = NONE;
  private long committedAtNanos = NONE;
  private int awaited;

  /**
   * @param whenCommitted receives the requests whose outcomes were committed
   * @param commitInterval time between two commits by Kafka Streams
   */
  public OpenTransaction(Consumer<List<RecordPosition>> whenCommitted, Duration commitInterval) {
    this.whenCommitted = whenCommitted;
    this.shortestNanos = commitInterval.toNanos() / 2;
  }

  /** Records that the transaction has begun. */
  public void begun(long nowNanos) {
    openSinceNanos = nowNanos;
  }

  /** Records that the outcome of this request was forwarded. */
  public void forwarded(RecordPosition position) {
    outcomes.add(position);
    awaited++;
  }

  /** Records that a chunk was forwarded. */
  public void chunkForwarded() {
    awaited++;
  }

  /**
   * Whether to commit now and not at the end of the commit interval. So it is if readers wait for
   * few outcomes and chunks, and the last commit was at least half an interval ago. Under load
   * nothing is committed early, and otherwise at most twice as often.
   */
  public boolean commitsEarly(long nowNanos) {
    return awaited > 0
        && awaited <= FEW
        && (committedAtNanos == NONE || nowNanos - committedAtNanos >= shortestNanos);
  }

  /** Whether the outcome of this request is in the transaction. Any later one is a copy. */
  public boolean has(RecordPosition position) {
    return outcomes.contains(position);
  }

  /**
   * Holds back the offset of a partition of the request topic.
   *
   * @param committable returns the offset that may be committed, for a position of the consumer
   */
  public void hold(int partition, LongUnaryOperator committable) {
    held.put(partition, committable);
  }

  /** Ends the hold of a partition whose task was closed. */
  public void release(int partition) {
    held.remove(partition);
  }

  /**
   * Returns the offset that may be committed for a partition of the request topic at this position.
   */
  public long committable(int partition, long position) {
    LongUnaryOperator holder = held.get(partition);
    return holder == null ? position : holder.applyAsLong(position);
  }

  /** Records that the transaction was committed, with all that was forwarded in it. */
  public void committed(long nowNanos) {
    openSinceNanos = NONE;
    committedAtNanos = nowNanos;
    awaited = 0;
    if (!outcomes.isEmpty()) {
      List<RecordPosition> out = outcomes;
      outcomes = new ArrayList<>();
      whenCommitted.accept(out);
    }
  }

  /**
   * Records that the transaction was aborted, or that its end is not known. Its tasks are closed
   * and begin again from what is committed, so the stores show which of the outcomes are committed.
   */
  public void aborted() {
    openSinceNanos = NONE;
    awaited = 0;
    outcomes = new ArrayList<>();
  }

  /** Whether the transaction has been open for longer than this, so something blocks its commit. */
  public boolean isOverdue(long nowNanos, Duration longest) {
    long since = openSinceNanos;
    return since != NONE && nowNanos - since > longest.toNanos();
  }
}
