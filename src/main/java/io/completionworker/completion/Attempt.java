// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One try of a request, ended.
 *
 * @param callId unique, also over restarts
 * @param number from 1; attempts that are free have that of the next one
 * @param startedAt Unix time in milliseconds
 * @param endedAt Unix time in milliseconds
 * @param toFirstDelta from its start to the first delta of a streamed answer; null without one
 * @param waits what its request waited for since it was accepted, or since the attempt ended that
 *     was the last to have a usage row
 * @param result how it ended
 * @param accounted whether its usage row does not wait for the outcome
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

  /** One without deltas or waits, whose usage row, if it has any, comes with the outcome. */
  public Attempt(String callId, int number, long startedAt, long endedAt, AttemptResult result) {
    this(callId, number, startedAt, endedAt, null, Waits.NONE, result, false);
  }

  /** The same with its usage row on its way. */
  public Attempt asAccounted() {
    return new Attempt(callId, number, startedAt, endedAt, toFirstDelta, waits, result, true);
  }
}
