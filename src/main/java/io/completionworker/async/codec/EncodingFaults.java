// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.codec;

import io.completionworker.completion.Outcome;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.port.EncodingResult;
import io.completionworker.metrics.Meters;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Decides what replaces an output that can never be encoded. Counts all such outputs, and logs each
 * kind of fault once. Remembers which kinds of outputs are refused. Used by one thread at a time,
 * except {@link #anyRefused()}.
 */
final class EncodingFaults {

  private static final int MOST_LOGGED = 10;

  private final Meters meters;
  private final Logger log;
  private final Set<String> logged = new HashSet<>();

  /** The kinds of outputs of which the last one was refused because none can be written now. */
  private final Set<Class<?>> refused = ConcurrentHashMap.newKeySet();

  EncodingFaults(Meters meters, Logger log) {
    this.meters = meters;
    this.log = log;
  }

  /** Whether a kind of outputs is refused. Safe on every thread. */
  boolean anyRefused() {
    return !refused.isEmpty();
  }

  /**
   * Encodes an output of this kind. An output of another kind that can be encoded says nothing
   * about this one, which may go to another topic.
   */
  <T> EncodingResult<T> encode(Class<?> kind, Supplier<EncodingResult<T>> write) {
    EncodingResult<T> result = safely(write);
    if (result instanceof EncodingResult.Blocked<T>) {
      refused.add(kind);
    } else if (!(result instanceof EncodingResult.RetryLater<T>)) {
      refused.remove(kind);
    }
    return result;
  }

  /** Encodes a value. One that breaks its writer would do so again. */
  static <T> EncodingResult<T> safely(Supplier<EncodingResult<T>> write) {
    try {
      return write.get();
    } catch (RuntimeException | StackOverflowError e) {
      return new EncodingResult.Unencodable<>(broken(e));
    }
  }

  /** Returns the reason for a writer that threw, without its message, which may quote the value. */
  private static String broken(Throwable thrown) {
    return "the writer broke with " + thrown.getClass().getName() + ", which is a bug";
  }

  /** Returns the outcome in place of one that can never be encoded; null for a dead letter. */
  @Nullable Outcome lesser(Outcome outcome, String why) {
    if (outcome instanceof Outcome.Completed completed) {
      say("The answer to", outcome.source(), "so its request has failed", why);
      return completed.unwritable(why);
    }
    if (outcome instanceof Outcome.Failed) {
      say("The failure of", outcome.source(), "so its request is a dead letter", why);
      return Outcome.DeadLettered.unwritable(outcome, why);
    }
    return null;
  }

  /**
   * Reports an output that is left out.
   *
   * @param source the request that the output belongs to; null if it belongs to many
   */
  void leftOut(String what, @Nullable SourceRecord source, String why) {
    say(source == null ? what : what + " of", source, "so it is left out", why);
  }

  private void say(String what, @Nullable SourceRecord source, String so, String why) {
    meters.unencodable();
    if (logged.size() < MOST_LOGGED && logged.add(why)) {
      String which = source == null ? what : what + " " + source.position();
      log.error("{} cannot be encoded, {} (more like it are not logged): {}", which, so, why);
    }
  }
}
