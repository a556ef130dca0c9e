// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo.endpoint.limit;

import io.completionworker.demo.endpoint.limit.Decision.Refusal;
import io.completionworker.demo.endpoint.limit.Decision.Reservation;
import io.completionworker.demo.endpoint.limit.ProviderLimits.Charge;
import io.completionworker.demo.endpoint.limit.ProviderLimits.RetryAfterForm;
import io.completionworker.demo.endpoint.limit.ProviderLimits.Scope;
import java.math.BigDecimal;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides which calls a provider admits.
 *
 * <p>A call is admitted when the window has a request left, and tokens for all that the call may
 * use. It holds those until it is settled, in the window that admitted it, and from then on counts
 * with what it was charged. {@link #admit} and settlements are for one thread, all else for any.
 */
public final class Limiter {

  private final InstantSource clock;
  private final Map<String, Window> current = new HashMap<>();
  private final Queue<Window> windows = new ConcurrentLinkedQueue<>();
  private final Set<String> exhausted = ConcurrentHashMap.newKeySet();

  public Limiter(InstantSource clock) {
    this.clock = clock;
  }

  /** From now on refuses this credential, whatever its windows have left. */
  public void exhaust(String credential) {
    exhausted.add(credential);
  }

  /** Takes {@link #exhaust} back. */
  public void replenish(String credential) {
    exhausted.remove(credential);
  }

  /** Whether a credential has no quota. */
  public boolean exhausted(String credential) {
    return exhausted.contains(credential);
  }

  /** All windows that had a call, in the order of their first. */
  public List<WindowCount> windows() {
    return windows.stream().map(Window::count).toList();
  }

  /**
   * Decides on a call and counts it.
   *
   * @param demand most tokens that it may use; only asked when it matters
   */
  public Decision admit(ProviderLimits limits, String credential, LongSupplier demand) {
    long now = clock.millis();
    Window window = window(limits, credential, now);
    if (exhausted(credential)) {
      window.overQuota.incrementAndGet();
      return new Decision(noQuota(), Map.of(), Reservation.NONE);
    }
    long reserved = limits.reservesTokens() ? demand.getAsLong() : 0;
    Refusal refusal = refusal(limits, window, reserved);
    Map<String, String> headers = new HashMap<>();
    if (refusal == null) {
      window.admitted.incrementAndGet();
      window.tokens.addAndGet(reserved);
    } else {
      putRetryAfter(headers, limits.retryAfter(), untilNext(window, now));
    }
    if (limits.headers()) {
      String reset = goDuration(untilNext(window, now));
      putLeft(headers, "requests", limits.requests(), window.requests(), reset);
      putLeft(headers, "tokens", limits.tokens(), window.tokens.get(), reset);
    }
    boolean settles = refusal == null && limits.charge() == Charge.USAGE;
    return new Decision(
        refusal,
        Map.copyOf(headers),
        settles ? used -> window.tokens.addAndGet(used - reserved) : Reservation.NONE);
  }

  private Window window(ProviderLimits limits, String credential, long now) {
    String key = limits.scope() == Scope.ALL ? "" : credential;
    long millis = limits.window().toMillis();
    long start = Math.floorDiv(now, millis) * millis;
    Window window = current.get(key);
    if (window == null || window.start != start || window.millis != millis) {
      window = new Window(start, millis, key);
      current.put(key, window);
      windows.add(window);
    }
    return window;
  }

  /** Counts what it refuses. */
  private static @Nullable Refusal refusal(ProviderLimits limits, Window window, long reserved) {
    Integer requests = limits.requests();
    if (requests != null && window.requests() >= requests) {
      window.overRequests.incrementAndGet();
      return limited("requests", requests, window.requests(), 1);
    }
    Long tokens = limits.tokens();
    if (tokens != null && window.tokens.get() + reserved > tokens) {
      window.overTokens.incrementAndGet();
      return limited("tokens", tokens, window.tokens.get(), reserved);
    }
    return null;
  }

  private static Refusal limited(String what, long limit, long used, long requested) {
    String message =
        requested > limit
            ? "Request too large on %s: Limit %d, Requested %d.".formatted(what, limit, requested)
            : "Rate limit reached on %s: Limit %d, Used %d, Requested %d. Please try again later."
                .formatted(what, limit, used, requested);
    return new Refusal(what, "rate_limit_exceeded", message);
  }

  private static Refusal noQuota() {
    return new Refusal(
        "insufficient_quota",
        "insufficient_quota",
        "You exceeded your current quota, please check your plan and billing details.");
  }

  private static long untilNext(Window window, long now) {
    return Math.max(1, window.start + window.millis - now);
  }

  private static void putRetryAfter(Map<String, String> headers, RetryAfterForm form, long millis) {
    if (form == RetryAfterForm.MILLIS || form == RetryAfterForm.BOTH) {
      headers.put("retry-after-ms", String.valueOf(millis));
    }
    if (form == RetryAfterForm.SECONDS || form == RetryAfterForm.BOTH) {
      headers.put("retry-after", String.valueOf((millis + 999) / 1000));
    }
  }

  private static void putLeft(
      Map<String, String> headers, String what, @Nullable Number limit, long used, String reset) {
    if (limit != null) {
      headers.put("x-ratelimit-limit-" + what, limit.toString());
      headers.put(
          "x-ratelimit-remaining-" + what, String.valueOf(Math.max(0, limit.longValue() - used)));
      headers.put("x-ratelimit-reset-" + what, reset);
    }
  }

  /** As Go prints durations, which is the form of these headers: {@code 250ms}, {@code 1m0.5s}. */
  static String goDuration(long millis) {
    if (millis < 1_000) {
      return millis + "ms";
    }
    String seconds =
        BigDecimal.valueOf(millis % 60_000, 3).stripTrailingZeros().toPlainString() + "s";
    long minutes = millis / 60_000;
    return minutes == 0 ? seconds : minutes + "m" + seconds;
  }
}
