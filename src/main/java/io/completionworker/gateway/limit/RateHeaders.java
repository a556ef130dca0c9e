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

  /**
   * Every window of a limit that headers tell of, by what it limits and for how long: {@code
   * requests}, {@code tokens}, {@code minute tokens}, or nothing where the header does not say.
   * Headers are named by many rules; those of one window have the same words but for {@code limit},
   * {@code remaining} and {@code reset}, in any order.
   */
  static final class Windows {

    private static final Pattern FAMILY =
        Pattern.compile(
            "(?:x-(?:rate-?limit|ms-ratelimit)|anthropic-(?:priority-)?ratelimit|ratelimit(?:bysize)?)"
                + "(?:-(.{1,60}))?",
            Pattern.CASE_INSENSITIVE);

    /** The structured header of the IETF's drafts, old and new. */
    private static final Pattern STRUCTURED =
        Pattern.compile("\\b(remaining|reset|r|t) *= *(\\d{1,18})", Pattern.CASE_INSENSITIVE);

    private static final List<String> KINDS = List.of("remaining", "reset", "limit");

    /** More digits than a count has; longer ones are no count. */
    private static final int MAX_DIGITS = 18;

    private final Map<String, Map<String, String>> values = new LinkedHashMap<>();
    private final TimeText times;

    Windows(MultiMap headers, TimeText times) {
      this.times = times;
      headers.forEach(this::add);
    }

    /** The window of this name; null when nothing usable is said of it. */
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

    /** Whether nothing is said of any window. */
    boolean isEmpty() {
      return values.isEmpty();
    }

    /**
     * Time until all windows are whole again of which nothing is left; where none says so, until
     * one is that does not say what is left. Null when nothing usable is said.
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

    /** Most headers are not, and all answers have some. */
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

    /** A whole number; some servers write it with a fraction, which is cut off. */
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
