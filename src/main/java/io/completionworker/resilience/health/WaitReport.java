// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.health;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.PrintableText;
import io.completionworker.completion.Wait;
import io.completionworker.completion.Wait.Kind;
import io.completionworker.headers.KnownHeader;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Describes waits in words and logs when they begin and end, in one line each, with the number of
 * waiting requests.
 *
 * <p>Used on the dispatcher's thread only, except {@link #now()}.
 */
public final class WaitReport {

  static final int LONGEST_QUOTE = 200;

  /** The rest of a key that a provider has masked. */
  private static final Pattern MASKED = Pattern.compile("[\\w-]*\\*{2,}[\\w*-]*");

  private static final Pattern CODE = Pattern.compile("[\\w.:-]{1,64}");
  private static final String HIDDEN = "[hidden]";
  private static final int SHORTEST_SECRET = 4;

  private final InstantSource time;
  private final Function<CompletionCall, String> names;
  private final Supplier<Map<String, Integer>> waiting;

  /**
   * @param names returns the display name of the credential of a call, without any part of a secret
   * @param waiting counts the requests that wait, by {@link Wait.Who#scope()}; called on the
   *     dispatcher's thread
   */
  public WaitReport(
      InstantSource time,
      Function<CompletionCall, String> names,
      Supplier<Map<String, Integer>> waiting) {
    this.time = time;
    this.names = names;
    this.waiting = waiting;
  }

  /** Returns the current time. Safe on every thread. */
  Instant now() {
    return time.instant();
  }

  /**
   * Creates a wait that begins now, with this refusal as its cause.
   *
   * @param model whether only the call's model and service tier wait
   * @param nanos the time until the wait ends or the next call probes whether it is over
   */
  Wait begin(
      Kind kind,
      CompletionCall call,
      AttemptError error,
      String detail,
      boolean model,
      long nanos) {
    Instant now = now();
    Wait.Who who =
        new Wait.Who(
            call.scope().credential(),
            names.apply(call),
            model ? call.scope().model() : null,
            model ? call.scope().tier() : null);
    return new Wait(kind, who, cause(kind, call, error, detail), now, now.plusNanos(nanos), 0);
  }

  /** Returns the cause of a wait, without secrets and without text that may quote prompts. */
  Wait.Cause cause(Kind kind, CompletionCall call, AttemptError error, String detail) {
    boolean ofAccount =
        kind == Kind.HOLD
            || (kind == Kind.COOL_DOWN && error.reason() == FailureReason.RATE_LIMITED);
    boolean ourWords = error.status() == null; // a broken connection
    String said = ofAccount || ourWords ? quote(error.message(), call) : "";
    String code = ofAccount || ourWords ? "" : code(error.details());
    String more =
        Stream.of(detail, code).filter(s -> !s.isEmpty()).collect(Collectors.joining(", "));
    return new Wait.Cause(error.reason(), error.status(), more, said);
  }

  /** Logs that a wait has begun. */
  void begun(Logger log, Level level, Wait wait) {
    int others = waiting.get().getOrDefault(wait.who().scope(), 0);
    Wait counted = wait.waiting(others + 1); // the refused request waits, too
    line(log, level, counted).log(capitalized(counted.line()));
  }

  /** Logs that a wait has ended. */
  void ended(Logger log, Wait wait) {
    Wait counted = wait.waiting(waiting.get().getOrDefault(wait.who().scope(), 0));
    long seconds = Math.max(0, Duration.between(wait.since(), now()).toSeconds());
    line(log, Level.INFO, counted)
        .log(
            "The {} of credential {} ({}) is over after {} s: calls go on",
            wait.kind().text(),
            wait.who().credential(),
            wait.who().text(),
            seconds);
  }

  private static LoggingEventBuilder line(Logger log, Level level, Wait wait) {
    return log.atLevel(level)
        .addKeyValue("credential", wait.who().credential())
        .addKeyValue("wait", wait.kind().text())
        .addKeyValue("reason", wait.cause().reason())
        .addKeyValue("waiting", wait.waiting());
  }

  /**
   * Returns the message on one line, truncated, without the record's credentials and without
   * anything that looks like a masked key.
   */
  private static String quote(String message, CompletionCall call) {
    String text = message;
    for (String secret : secrets(call)) {
      text = text.replace(secret, HIDDEN);
    }
    text = PrintableText.line(MASKED.matcher(text).replaceAll(HIDDEN));
    if (text.length() <= LONGEST_QUOTE) {
      return text;
    }
    boolean pair = Character.isHighSurrogate(text.charAt(LONGEST_QUOTE - 1));
    return text.substring(0, pair ? LONGEST_QUOTE - 1 : LONGEST_QUOTE) + "...";
  }

  private static Iterable<String> secrets(CompletionCall call) {
    return Stream.of(call.scope().virtualKey(), call.wireHeaders().get(KnownHeader.CONFIG.text()))
        .filter(secret -> secret != null && secret.length() >= SHORTEST_SECRET)
        .map(String::valueOf)
        .toList();
  }

  private static String code(AttemptError.Details details) {
    String code = usable(details.code());
    String name = code.isEmpty() ? usable(details.type()) : code;
    return name.isEmpty() ? "" : "error " + name;
  }

  private static String usable(@Nullable String name) {
    return name != null && CODE.matcher(name).matches() ? name : "";
  }

  private static String capitalized(String line) {
    return Character.toUpperCase(line.charAt(0)) + line.substring(1);
  }
}
