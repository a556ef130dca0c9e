// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How much of a limit is used at one moment.
 *
 * @param scope the scope that has the limit, without secrets
 * @param limit what the limit counts and its period, in words
 * @param size the size of the account's limit
 * @param share this instance's share of the limit, from 0 to 1
 * @param used the amount that this instance used in the last minute or has in flight. For a limit
 *     reported by the endpoint, the amount that all users of the account have used. Null while it
 *     is unknown.
 * @param source where the limit comes from: a configuration key, a control, or {@link #HEADERS}
 */
public record LimitUse(
    String scope, String limit, double size, double share, @Nullable Double used, String source) {

  /** The source of limits that the endpoint reported. */
  public static final String HEADERS = "response headers";

  /** Returns the used part of the amount that may be used; 0 while it is unknown. */
  double part() {
    Double amount = used;
    double mine = source.equals(HEADERS) ? size : size * share;
    return amount == null || mine <= 0 ? 0 : amount / mine;
  }

  /**
   * Sorts limits by how much of them is used, the fullest first. Scopes without a name of their own
   * share one row, which shows the fullest of them.
   *
   * @param uses sorted in place
   * @param most the most limits to return
   */
  static List<LimitUse> fullest(List<LimitUse> uses, int most) {
    uses.sort(
        Comparator.comparingDouble(LimitUse::part)
            .reversed()
            .thenComparing(LimitUse::scope)
            .thenComparing(LimitUse::limit));
    Set<List<String>> named = new HashSet<>();
    return uses.stream()
        .filter(use -> named.add(List.of(use.scope, use.limit, use.source)))
        .limit(most)
        .toList();
  }

  /**
   * The amount used in the last minute, in steps of five seconds. Used on the dispatcher's thread
   * only.
   */
  static final class Recent {

    private static final int STEPS = 12;
    private static final long STEP_NANOS = Duration.ofMinutes(1).toNanos() / STEPS;

    private final LongSupplier nanos;
    private final long originNanos;
    private final long[] amounts = new long[STEPS];
    private long step;

    /** Creates a counter at zero. */
    Recent(LongSupplier nanos) {
      this.nanos = nanos;
      this.originNanos = nanos.getAsLong();
    }

    /** Adds an amount that is used now. A negative amount was reserved before and not used. */
    void add(long amount) {
      forget();
      amounts[(int) (step % STEPS)] += amount;
    }

    /**
     * Returns the sum of the last minute. The sum is never negative, although a refund may come
     * when the reservation has already left the window.
     */
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
   * The amounts left of the limits at one moment, by the names of scopes in meters. Built by one
   * thread, then read by any thread.
   */
  public static final class LimitsLeft {

    /** The state before any limit was used. */
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

      /** Returns the value of the meter tag. */
      public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
      }
    }

    /** A callback for new limits. */
    @FunctionalInterface
    public interface Listener {
      /** Called on the dispatcher's thread before the first call of the scope. */
      void added(Kind kind, String scope);
    }

    /** Returns the number of scopes that are kept. */
    public int scopes() {
      return scopes;
    }

    /** Returns what is left of a limit; NaN if nothing is known of it now. */
    public double of(Kind kind, String scope) {
      return left.getOrDefault(scope, Map.of()).getOrDefault(kind, Double.NaN);
    }

    /**
     * Adds what is left of a limit. If several scopes have the same name, the smallest amount
     * counts.
     */
    void add(String scope, Kind kind, double amount) {
      left.computeIfAbsent(scope, name -> new EnumMap<>(Kind.class)).merge(kind, amount, Math::min);
    }
  }
}
