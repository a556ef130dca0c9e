// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An attempt that has ended.
 *
 * @param callId unique id, also across restarts
 * @param number from 1; an attempt that does not count has the number of the next one
 * @param startedAt Unix time in milliseconds
 * @param endedAt Unix time in milliseconds
 * @param toFirstDelta time from the start to the first delta of a streamed answer; null if there
 *     was none
 * @param waits waits of the request since it was accepted, or since the end of its last attempt
 *     with a usage row
 * @param result how the attempt ended
 * @param accounted whether the usage row is written separately, before the outcome
 */
public record Attempt(
    String callId,
    int number,
    long startedAt,
    long endedAt,
    @Nullable Duration toFirstDelta,
    Waits waits,
    AttemptResult result,
    boolean accounted) {

  /**
   * Creates an attempt without deltas or waits, whose usage row, if any, is written with the
   * outcome.
   */
  public Attempt(String callId, int number, long startedAt, long endedAt, AttemptResult result) {
    this(callId, number, startedAt, endedAt, null, Waits.NONE, result, false);
  }

  /** Returns a copy whose usage row is written separately. */
  public Attempt asAccounted() {
    return new Attempt(callId, number, startedAt, endedAt, toFirstDelta, waits, result, true);
  }
}
