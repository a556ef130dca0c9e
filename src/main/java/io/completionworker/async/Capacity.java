// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * How much this instance has pending, and how much it may have. Safe on every thread.
 *
 * <p>The bounds are soft: a record that came while there was no room is taken all the same when
 * waiting longer would keep a stream thread from its poll.
 */
public final class Capacity {

  /** What the objects of a parked request take beside its bytes. */
  static final long EXCUSED_BYTES = 1_024;

  private static final long SLACK_PARTS = 10;

  private final long maxRecords;
  private final long enoughRecords;
  private final long maxBytes;
  private final IntSupplier excused;
  private final BooleanSupplier satisfied;
  private final AtomicLong records = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  /**
   * Bounds in records and in bytes.
   *
   * @param enoughRecords takes the place of {@code maxRecords} while more would be of no use
   * @param excused records that do not count for the bound in records, but for that in bytes: with
   *     their bytes and with what the objects around them take, since nothing else bounds their
   *     number
   * @param satisfied whether more requests would be of no use now
   */
  public Capacity(
      long maxRecords,
      long enoughRecords,
      long maxBytes,
      IntSupplier excused,
      BooleanSupplier satisfied) {
    this.maxRecords = maxRecords;
    this.enoughRecords = enoughRecords;
    this.maxBytes = maxBytes;
    this.excused = excused;
    this.satisfied = satisfied;
  }

  /** Bounds that do not depend on who waits for what. */
  public Capacity(long maxRecords, long maxBytes) {
    this(maxRecords, maxRecords, maxBytes, () -> 0, () -> false);
  }

  /** Requests accepted and without an outcome. */
  public long records() {
    return records.get();
  }

  /** Their size in bytes. */
  public long bytes() {
    return bytes.get();
  }

  /**
   * Whether one more may be taken.
   *
   * @param leaving requests that have their outcome and only wait to be emitted: each is room for
   *     one more, and no more than one
   */
  public boolean hasRoom(int leaving) {
    long now = records.get();
    long each = now == 0 ? 0 : bytes.get() / now;
    long free = excused.getAsInt();
    long staying = now - leaving;
    boolean few = satisfied.getAsBoolean() ? staying < enoughRecords : staying - free < maxRecords;
    return few && bytes.get() + free * EXCUSED_BYTES - leaving * each < maxBytes;
  }

  /**
   * Whether the bounds are exceeded by so little that one more record does no harm: a resumed
   * stream thread takes one, whatever it was resumed for.
   */
  boolean hasSlack() {
    return records.get() - excused.getAsInt() < maxRecords + Math.max(1, maxRecords / SLACK_PARTS)
        && bytes.get() < maxBytes + maxBytes / SLACK_PARTS;
  }

  /** Requests have come, or gone. */
  public void add(long moreRecords, long moreBytes) {
    records.addAndGet(moreRecords);
    bytes.addAndGet(moreBytes);
  }
}
