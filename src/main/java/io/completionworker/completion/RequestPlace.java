// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import io.completionworker.completion.SourceRecord.RecordPosition;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a pending request is at one moment. It contains no part of what was asked, and no secrets.
 *
 * @param requestId null while the request is not decoded
 * @param waitsFor what it waits for; null if it does not wait
 * @param since when this wait, or the open call, began
 * @param until about when its next attempt starts; null if that is not known
 * @param attempts number of attempts that it has used up
 * @param control id of the control that pauses or cancels it, or the name of the budget that has no
 *     money for it; null if there is none
 */
public record RequestPlace(
    RecordPosition position,
    @Nullable String requestId,
    State state,
    Waits.@Nullable Kind waitsFor,
    Instant since,
    @Nullable Instant until,
    int attempts,
    @Nullable String control) {

  /** What becomes of the request now. */
  public enum State {
    /** It is behind many others that wait for the same thing. */
    QUEUED,
    WAITING,
    BACKOFF,
    PAUSED,
    /** A budget has no money for it. */
    OVER_BUDGET,
    /** A call is open. */
    OPEN,
    /** Its outcome is known, and being written. */
    ENDING;

    /** Returns the name in JSON. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Returns the place as a part of a sentence that begins with the request. */
  public String words() {
    String since = " since " + second(this.since);
    String now =
        switch (state) {
          case QUEUED -> "is queued behind others of its kind, which wait" + waits() + since;
          case WAITING -> "waits" + waits() + since;
          case BACKOFF -> "waits for its next attempt" + (until == null ? "" : until(until));
          case PAUSED -> "is paused by control " + control + since;
          case OVER_BUDGET -> "waits until budget " + control + " has money again," + since;
          case OPEN ->
              control == null
                  ? "is called now," + since
                  : "is cancelled by control " + control + ", and its call is being closed";
          case ENDING -> "has ended, and its outcome is being written";
        };
    String made = attempts == 1 ? ", after 1 attempt" : ", after " + attempts + " attempts";
    return attempts == 0 ? now : now + made;
  }

  private static String until(Instant until) {
    return ", until about " + second(until);
  }

  private String waits() {
    if (waitsFor == null) {
      return "";
    }
    return switch (waitsFor) {
      case IN_TOPIC, RESTART -> " for its worker";
      case REGISTRY -> " to be decoded";
      case ORDER -> " for an earlier request with the same key";
      case LIMIT -> " for the rate limits";
      case SLOT -> " for a free slot";
      case COOL_DOWN -> " for the end of a cool-down";
      case HOLD -> " for the end of a hold of its credential";
      case BREAKER -> " for the circuit breaker";
      case BACKOFF -> " for the next attempt";
      case PAUSE -> " for the end of a pause";
      case ANSWER -> " for the answer to the same request, for which a call is open";
      case PREFIX -> " for a call whose prompt begins alike, which fills the provider's cache";
    };
  }

  private static String second(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
