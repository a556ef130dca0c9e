// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How much of a limit is used at one moment.
 *
 * @param scope what has the limit, without secrets
 * @param limit what it counts and in which time, in words
 * @param size of the account's limit
 * @param share the part of it that is this instance's, from 0 to 1
 * @param used by this instance in the last minute, or open now; of a limit that was learned, by all
 *     users of the account; null while that is not known
 * @param source where the limit comes from: a key of the configuration, or {@link #HEADERS}
 */
public record LimitUse(
    String scope, String limit, double size, double share, @Nullable Double used, String source) {

  /** The endpoint said so. */
  public static final String HEADERS = "response headers";

  /** Which part of what may be used is used; 0 while that is not known. */
  double part() {
    Double amount = used;
    double mine = source.equals(HEADERS) ? size : size * share;
    return amount == null || mine <= 0 ? 0 : amount / mine;
  }

  /** What was used in the last minute, in steps of some seconds. Dispatcher's thread only. */
  static final class Recent {

    private static final int STEPS = 12;
    private static final long STEP_NANOS = Duration.ofMinutes(1).toNanos() / STEPS;

    private final LongSupplier nanos;
    private final long originNanos;
    private final long[] amounts = new long[STEPS];
    private long step;

    /** Nothing was used yet. */
    Recent(LongSupplier nanos) {
      this.nanos = nanos;
      this.originNanos = nanos.getAsLong();
    }

    /** Uses this much now; what is below 0 was reserved before and not used. */
    void add(long amount) {
      forget();
      amounts[(int) (step % STEPS)] += amount;
    }

    /** All of the last minute; not below 0, though a refund may be later than what it is of. */
    long sum() {
      forget();
      long sum = 0;
      for (long amount : amounts) {
        sum += amount;
      }
      return Math.max(0, sum);
    }

    private void forget() {
      long now = (nanos.getAsLong() - originNanos) / STEP_NANOS;
      for (long old = Math.max(step + 1, now - STEPS + 1); old <= now; old++) {
        amounts[(int) (old % STEPS)] = 0;
      }
      step = Math.max(step, now);
    }
  }
}
