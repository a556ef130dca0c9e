// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.limit;

import io.completionworker.completion.RateSignals;
import io.completionworker.completion.RateSignals.Window;
import io.vertx.core.MultiMap;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Reads what headers say of the limits of requests and of tokens that calls are paced by: those
 * without a span, and those of a minute. Negative numbers, as some limiters send for a limit that
 * was overrun, are taken as not said.
 */
public final class RateHeaders {

  private RateHeaders() {}

  /** What is said; {@link RateSignals#NONE} itself when that is nothing. */
  public static RateSignals read(MultiMap headers) {
    return read(headers, InstantSource.system());
  }

  /** The same at the time of this clock. */
  static RateSignals read(MultiMap headers, InstantSource clock) {
    Windows windows = new Windows(headers, new TimeText(clock));
    if (windows.isEmpty()) {
      return RateSignals.NONE;
    }
    Window requests = first(windows, "requests", "minute requests");
    Window tokens = first(windows, "tokens", "minute tokens");
    if (tokens == null) {
      tokens = tighter(windows.get("input tokens"), windows.get("output tokens"));
    }
    return requests == null && tokens == null
        ? RateSignals.NONE
        : new RateSignals(requests, tokens);
  }

  private static @Nullable Window first(Windows windows, String name, String otherName) {
    Window window = windows.get(name);
    return window == null ? windows.get(otherName) : window;
  }

  /** The one of which less is left. */
  private static @Nullable Window tighter(@Nullable Window a, @Nullable Window b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return left(a) <= left(b) ? a : b;
  }

  private static long left(Window window) {
    Long remaining = window.remaining();
    return remaining == null ? Long.MAX_VALUE : remaining;
  }
}
