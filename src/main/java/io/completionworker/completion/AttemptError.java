// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import io.completionworker.avro.FailureReason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why an attempt ended without an answer.
 *
 * @param reason the stable reason
 * @param disposition what to do next
 * @param maybeBilled whether the endpoint may have done the work all the same
 * @param status HTTP status, or null when none came
 * @param message what the endpoint or the connection said; never null, never a secret
 * @param details the endpoint's own words for it
 * @param retryAfter wait that the server asked for, or null; never negative
 */
public record AttemptError(
    FailureReason reason,
    Disposition disposition,
    boolean maybeBilled,
    @Nullable Integer status,
    String message,
    Details details,
    @Nullable Duration retryAfter) {

  /**
   * The endpoint's own words.
   *
   * @param type error.type
   * @param code error.code
   * @param param error.param
   * @param bodyExcerpt beginning of the answer's body
   */
  public record Details(
      @Nullable String type,
      @Nullable String code,
      @Nullable String param,
      @Nullable String bodyExcerpt) {

    /** Nothing was said. */
    public static final Details NONE = new Details(null, null, null, null);
  }
}
