// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async;

import io.completionworker.completion.RecordPosition;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Counts how often a record has killed the thread that took it. A record that does so again and
 * again would stop its partition for ever, so in the end it is a dead letter. Strikes are forgotten
 * after a while, and when there are too many of them: what else kills a thread now and then is not
 * the record's doing. Safe on every thread.
 */
final class Strikes {

  private static final int OUT = 3;
  private static final int MOST = 1_000;

  /** Longer than it takes to replace a thread and to restore its tasks. */
  private static final long MEMORY_NANOS = Duration.ofHours(1).toNanos();

  private final LongSupplier nanos;

  /** By the time of the latest strike, the oldest first. */
  private final Map<RecordPosition, Count> counts = new LinkedHashMap<>();

  private volatile boolean any;

  private record Count(int strikes, long latest) {}

  /**
   * @param nanos monotonic time
   */
  Strikes(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** The record was being accepted when its thread died. */
  synchronized void strike(RecordPosition position) {
    long now = nanos.getAsLong();
    forget(now);
    Count before = counts.remove(position);
    counts.put(position, new Count(before == null ? 1 : before.strikes() + 1, now));
    if (counts.size() > MOST) {
      counts.remove(counts.keySet().iterator().next());
    }
    any = true;
  }

  /** Whether the record has had its chances; the count starts anew. */
  boolean out(RecordPosition position) {
    return any && counted(position) >= OUT;
  }

  private synchronized int counted(RecordPosition position) {
    forget(nanos.getAsLong());
    Count count = counts.get(position);
    if (count == null) {
      return 0;
    }
    if (count.strikes() >= OUT) {
      counts.remove(position);
      any = !counts.isEmpty();
    }
    return count.strikes();
  }

  /** Records that have strikes. */
  synchronized int size() {
    return counts.size();
  }

  private void forget(long now) {
    counts.values().removeIf(count -> now - count.latest() > MEMORY_NANOS);
    any = !counts.isEmpty();
  }
}
