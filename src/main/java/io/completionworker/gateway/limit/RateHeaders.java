// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.limit;

import io.completionworker.completion.AttemptResult.RateSignals;
import io.completionworker.completion.AttemptResult.RateSignals.Window;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads from response headers the limits of requests and of tokens that calls are paced by: limits
 * without a period, and limits per minute. Negative numbers, which some limiters send after a limit
 * was exceeded, are treated as absent.
 */
public final class RateHeaders {

  private RateHeaders() {}

  /**
   * Returns what the headers say. If they say nothing, returns {@link RateSignals#NONE} itself.
   *
   * @param clock clock that turns the dates at which windows are reset into durations
   */
  public static RateSignals read(MultiMap headers, InstantSource clock) {
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

  /** Returns the window of which less remains. */
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

  /**
   * All rate limit windows in the headers. The name of a window says what it limits and for how
   * long: {@code requests}, {@code tokens}, {@code minute tokens}, or nothing if the header does
   * not say it. Header names follow many conventions. The headers of one window have the same words
   * in any order, apart from {@code limit}, {@code remaining} and {@code reset}.
   */
  static final class Windows {

    private static final Pattern FAMILY =
        Pattern.compile(
            "(?:x-(?:rate-?limit|ms-ratelimit)|anthropic-(?:priority-)?ratelimit|ratelimit(?:bysize)?)"
                + "(?:-(.{1,60}))?",
            Pattern.CASE_INSENSITIVE);

    /** A member of the structured header in the drafts of the IETF, old and new. */
    private static final Pattern STRUCTURED =
        Pattern.compile("\\b(remaining|reset|r|t) *= *(\\d{1,18})", Pattern.CASE_INSENSITIVE);

    private static final List<String> KINDS = List.of("remaining", "reset", "limit");

    /** The maximum number of digits of a count. Longer numbers are not counts. */
    private static final int MAX_DIGITS = 18;

    private final Map<String, Map<String, String>> values = new LinkedHashMap<>();
    private final TimeText times;

    Windows(MultiMap headers, TimeText times) {
      this.times = times;
      headers.forEach(this::add);
    }

    /** Returns the window with this name, or null if the headers say nothing usable about it. */
    @Nullable Window get(String name) {
      Map<String, String> said = values.get(name);
      if (said == null) {
        return null;
      }
      Long limit = count(said.get("limit"));
      Long remaining = count(said.get("remaining"));
      Duration reset = times.read(said.get("reset"));
      return limit == null && remaining == null && reset == null
          ? null
          : new Window(limit, remaining, reset);
    }

    /** Whether the headers mention no window. */
    boolean isEmpty() {
      return values.isEmpty();
    }

    /**
     * Returns the time until all windows are reset of which nothing remains. If no such window has
     * a reset, returns the time until all windows are reset whose remainder is unknown. Returns
     * null if the headers say nothing usable.
     */
    @Nullable Duration untilReset() {
      Duration exhausted = null;
      Duration unknown = null;
      for (Map<String, String> said : values.values()) {
        Duration reset = times.read(said.get("reset"));
        String remaining = said.get("remaining");
        if (reset == null || reset.isZero()) {
          continue;
        }
        if (remaining == null) {
          unknown = longer(unknown, reset);
        } else if (isNothing(remaining)) {
          exhausted = longer(exhausted, reset);
        }
      }
      return exhausted == null ? unknown : exhausted;
    }

    private void add(String name, String value) {
      if (!mayBeOurs(name)) {
        return;
      }
      Matcher family = FAMILY.matcher(name);
      if (!family.matches()) {
        return;
      }
      String rest = family.group(1);
      if (rest == null) {
        structured(value);
        return;
      }
      Set<String> words = new TreeSet<>();
      for (String word : rest.toLowerCase(Locale.ROOT).split("[-_]", -1)) {
        words.add(usual(word));
      }
      words.remove("");
      for (String kind : KINDS) {
        if (words.remove(kind)) {
          put(String.join(" ", words), kind, value);
          return;
        }
      }
    }

    private void structured(String value) {
      Matcher member = STRUCTURED.matcher(value);
      while (member.find()) {
        String key = member.group(1).toLowerCase(Locale.ROOT);
        put(
            "",
            key.equals("r") || key.equals("remaining") ? "remaining" : "reset",
            member.group(2));
      }
    }

    private void put(String window, String kind, String value) {
      values.computeIfAbsent(window, w -> new LinkedHashMap<>()).putIfAbsent(kind, value);
    }

    private static String usual(String word) {
      return switch (word) {
        case "req", "reqs", "request" -> "requests";
        case "token" -> "tokens";
        case "after" -> "";
        default -> word;
      };
    }

    /**
     * Whether a header may be about limits, by the first letter of its name. Every response has
     * headers, and most of them are not.
     */
    private static boolean mayBeOurs(String name) {
      char first = name.isEmpty() ? ' ' : Character.toLowerCase(name.charAt(0));
      return first == 'x' || first == 'a' || first == 'r';
    }

    private static boolean isNothing(String remaining) {
      String text = remaining.strip();
      return text.matches("-?\\d{1,18}(\\.\\d*)?") && Double.parseDouble(text) <= 0;
    }

    private static Duration longer(@Nullable Duration a, Duration b) {
      return a == null || a.compareTo(b) < 0 ? b : a;
    }

    /**
     * Returns a whole number, or null if the value is not one. Some servers send a fraction, which
     * is cut off.
     */
    private static @Nullable Long count(@Nullable String value) {
      if (value == null) {
        return null;
      }
      String text = value.strip();
      int point = text.indexOf('.');
      String digits = point < 0 ? text : text.substring(0, point);
      boolean number =
          !digits.isEmpty()
              && digits.length() <= MAX_DIGITS
              && isDigits(text.replaceFirst("\\.", ""));
      return number ? Long.valueOf(digits) : null;
    }

    private static boolean isDigits(String text) {
      return text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
  }
}
