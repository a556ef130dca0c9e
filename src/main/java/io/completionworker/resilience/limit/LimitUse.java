// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
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

  /**
   * What the limits had left at one moment, by the names that scopes have in meters. Made by one
   * thread, then read by any.
   */
  public static final class LimitsLeft {

    /** Nobody has used a limit. */
    public static final LimitsLeft NONE = new LimitsLeft(0);

    private final int scopes;
    private final Map<String, Map<Kind, Double>> left = new HashMap<>();

    LimitsLeft(int scopes) {
      this.scopes = scopes;
    }

    /** What a limit counts. */
    public enum Kind {
      REQUESTS,
      TOKENS,
      IN_FLIGHT;

      /** As a tag. */
      public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
      }
    }

    /** Hears of a limit that has not been there before. */
    @FunctionalInterface
    public interface Listener {
      /** On the dispatcher's thread, before the first call of the scope. */
      void added(Kind kind, String scope);
    }

    /** Scopes that are kept in mind. */
    public int scopes() {
      return scopes;
    }

    /** What is left of a limit; not a number when nothing is known of it now. */
    public double of(Kind kind, String scope) {
      return left.getOrDefault(scope, Map.of()).getOrDefault(kind, Double.NaN);
    }

    /** The least counts. */
    void add(String scope, Kind kind, double amount) {
      left.computeIfAbsent(scope, name -> new EnumMap<>(Kind.class)).merge(kind, amount, Math::min);
    }
  }
}
