// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo.endpoint.limit;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of one call.
 *
 * @param refusal null when it is admitted
 * @param headers for its answer, as things are at this moment
 * @param reservation what it holds of the tokens until it is settled
 */
public record Decision(
    @Nullable Refusal refusal, Map<String, String> headers, Reservation reservation) {

  /** Body of a 429. */
  public record Refusal(String type, String code, String message) {}

  /** Tokens of a call that has no answer yet. */
  @FunctionalInterface
  public interface Reservation {

    /** A call that holds nothing. */
    Reservation NONE = used -> {};

    /** The call has its answer and has used so many; at most once. */
    void settle(long used);
  }
}
