// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * The number and size of the pending requests of this instance, and their bounds. Safe on every
 * thread.
 *
 * <p>The bounds are soft: a record that arrives while there is no room is accepted anyway if a
 * longer wait would keep a stream thread from polling.
 */
public final class Capacity {

  /** The bytes that the objects around a parked request take. */
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
   * Creates a capacity with bounds in records and in bytes.
   *
   * @param enoughRecords replaces {@code maxRecords} while more requests would be of no use
   * @param excused number of records that do not count for the bound in records. They count for the
   *     bound in bytes, with their own bytes and those of the objects around them, since nothing
   *     else bounds their number.
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

  /** Creates a capacity whose bounds do not depend on what requests wait for. */
  public Capacity(long maxRecords, long maxBytes) {
    this(maxRecords, maxRecords, maxBytes, () -> 0, () -> false);
  }

  /** Returns the number of requests that are accepted and have no outcome. */
  public long records() {
    return records.get();
  }

  /** Returns the size of these requests in bytes. */
  public long bytes() {
    return bytes.get();
  }

  /**
   * Returns true if one more request may be accepted.
   *
   * @param leaving requests whose outcome only waits to be emitted; each makes room for exactly one
   *     more
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
   * Returns true if the bounds are exceeded by so little that one more record does no harm. A
   * resumed stream thread accepts one record, whatever the reason for the resume was.
   */
  boolean hasSlack() {
    return records.get() - excused.getAsInt() < maxRecords + Math.max(1, maxRecords / SLACK_PARTS)
        && bytes.get() < maxBytes + maxBytes / SLACK_PARTS;
  }

  /** Adds to the pending requests; negative numbers subtract. */
  public void add(long moreRecords, long moreBytes) {
    records.addAndGet(moreRecords);
    bytes.addAndGet(moreBytes);
  }
}
