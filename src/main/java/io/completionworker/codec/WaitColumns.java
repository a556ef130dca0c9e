// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import io.completionworker.avro.CallDetails;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.completion.Waits;
import io.completionworker.completion.Waits.Kind;
import org.jspecify.annotations.Nullable;

/** What an attempt waited for, in usage rows and in responses. */
final class WaitColumns {

  private WaitColumns() {}

  /** Also what it did not wait for, as 0: averages and percentiles of columns then are right. */
  static void set(CompletionUsage.Builder row, Waits waits) {
    row.setWaitedInTopicMs(waits.millis(Kind.IN_TOPIC))
        .setWaitedForRestartMs(waits.millis(Kind.RESTART))
        .setWaitedForRegistryMs(waits.millis(Kind.REGISTRY))
        .setWaitedForOrderMs(waits.millis(Kind.ORDER))
        .setWaitedForLimitMs(waits.millis(Kind.LIMIT))
        .setWaitedForSlotMs(waits.millis(Kind.SLOT))
        .setWaitedForCoolDownMs(waits.millis(Kind.COOL_DOWN))
        .setWaitedForHoldMs(waits.millis(Kind.HOLD))
        .setWaitedForBreakerMs(waits.millis(Kind.BREAKER))
        .setWaitedForBackoffMs(waits.millis(Kind.BACKOFF));
  }

  /** Without what it did not wait for: in JSON only what took time is there to be read. */
  static void set(CallDetails.Builder details, Waits waits) {
    details
        .setWaitedInTopicMs(some(waits, Kind.IN_TOPIC))
        .setWaitedForRestartMs(some(waits, Kind.RESTART))
        .setWaitedForRegistryMs(some(waits, Kind.REGISTRY))
        .setWaitedForOrderMs(some(waits, Kind.ORDER))
        .setWaitedForLimitMs(some(waits, Kind.LIMIT))
        .setWaitedForSlotMs(some(waits, Kind.SLOT))
        .setWaitedForCoolDownMs(some(waits, Kind.COOL_DOWN))
        .setWaitedForHoldMs(some(waits, Kind.HOLD))
        .setWaitedForBreakerMs(some(waits, Kind.BREAKER))
        .setWaitedForBackoffMs(some(waits, Kind.BACKOFF));
  }

  private static @Nullable Long some(Waits waits, Kind kind) {
    long millis = waits.millis(kind);
    return millis == 0 ? null : (Long) millis;
  }
}
