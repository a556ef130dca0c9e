package io.completionworker.async;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much this instance has pending, and how much it may have. Safe on every thread.
 *
 * <p>The bounds are soft: a record that came while there was no room is taken all the same when
 * waiting longer would keep a stream thread from its poll.
 */
public final class Capacity {

  private final long maxRecords;
  private final long maxBytes;
  private final AtomicLong records = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  /** Bounds in records and in bytes. */
  public Capacity(long maxRecords, long maxBytes) {
    this.maxRecords = maxRecords;
    this.maxBytes = maxBytes;
  }

  /** Requests accepted and without an outcome. */
  public long records() {
    return records.get();
  }

  /** Their size in bytes. */
  public long bytes() {
    return bytes.get();
  }

  boolean hasRoom() {
    return records.get() < maxRecords && bytes.get() < maxBytes;
  }

  void add(long moreRecords, long moreBytes) {
    records.addAndGet(moreRecords);
    bytes.addAndGet(moreBytes);
  }
}
