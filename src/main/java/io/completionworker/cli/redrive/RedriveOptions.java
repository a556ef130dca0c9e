// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.redrive;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.BatchRequestId;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What is to be sent again, and how.
 *
 * @param deadLetters dead letters, and not failures
 * @param dryRun only says what would be sent
 * @param rate most requests a second
 * @param unproven also sends what may have been sent before, since nothing can tell any more
 */
public record RedriveOptions(
    boolean deadLetters, Filter filter, boolean dryRun, OptionalDouble rate, boolean unproven) {

  /**
   * Which records are to be sent again; what is empty lets all pass.
   *
   * @param retryable whether the same request may succeed later; empty when that does not matter
   * @param from first time of the failure
   * @param to first time that is too late
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

    /** Whether a request of this id, trace and model passes. */
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
