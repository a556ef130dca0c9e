// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.redrive;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.BatchRequestId;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The options of a redrive: what to send again, and how.
 *
 * @param deadLetters whether to send dead letters again, instead of failures
 * @param dryRun whether to report only what would be sent
 * @param rate the most requests per second
 * @param unproven whether to send also records that may have been sent before, because the topics
 *     no longer show it
 */
public record RedriveOptions(
    boolean deadLetters, Filter filter, boolean dryRun, OptionalDouble rate, boolean unproven) {

  /**
   * A filter for the records to send again. An empty condition matches all.
   *
   * @param retryable whether the same request may succeed later; empty to match both
   * @param from the earliest time of the failure, inclusive
   * @param to the end of the time range, exclusive
   */
  public record Filter(
      Set<FailureReason> reasons,
      Optional<Boolean> retryable,
      Optional<Instant> from,
      Optional<Instant> to,
      Optional<String> batch,
      Optional<String> traceId,
      Optional<String> model) {

    boolean matchesTime(long timestamp) {
      Instant time = Instant.ofEpochMilli(timestamp);
      return from.map(first -> !time.isBefore(first)).orElse(true)
          && to.map(time::isBefore).orElse(true);
    }

    boolean matches(FailureReason reason, boolean isRetryable) {
      return (reasons.isEmpty() || reasons.contains(reason))
          && retryable.map(wanted -> wanted == isRetryable).orElse(true);
    }

    /** Whether a request with this id, trace and model matches. */
    boolean matches(
        Optional<String> requestId, Optional<String> trace, Optional<String> modelName) {
      Optional<String> itsBatch =
          requestId.flatMap(BatchRequestId::parse).map(BatchRequestId::batch);
      return (batch.isEmpty() || batch.equals(itsBatch))
          && (traceId.isEmpty() || traceId.equals(trace))
          && (model.isEmpty() || model.equals(modelName));
    }
  }
}
