// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.completion.Outcome;
import io.completionworker.completion.SourceRecord;
import io.completionworker.metrics.Meters;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Decides what replaces an output that can never be encoded. Counts all such outputs, and logs each
 * kind of fault once. Codec thread only.
 */
final class EncodingFaults {

  private static final int MOST_LOGGED = 10;

  private final Meters meters;
  private final Logger log;
  private final Set<String> logged = new HashSet<>();

  EncodingFaults(Meters meters, Logger log) {
    this.meters = meters;
    this.log = log;
  }

  /** Returns the reason for a writer that threw, without its message, which may quote the value. */
  static String broken(Throwable thrown) {
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
