// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Monotonic time that stands still until it is moved. Starts below zero, as real ones may. */
final class ManualTime implements LongSupplier {

  private long nanos = -7_000_000_000L;

  @Override
  public long getAsLong() {
    return nanos;
  }

  void advance(Duration time) {
    nanos += time.toNanos();
  }

  void advance(long byNanos) {
    nanos += byNanos;
  }
}
