// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import io.completionworker.avro.FailureReason;
import io.completionworker.avro.Violation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The one end that every request has. */
public sealed interface Outcome {

  /** The record it is the outcome of. */
  SourceRecord source();

  /** The request as read; null when it could not be, or was too large to be stored. */
  @Nullable CompletionCall call();

  /** Whether the request was called again after a crash or a lost partition. */
  boolean recovered();

  /**
   * The endpoint answered.
   *
   * @param attempts all attempts in order; the last one is the answered one
   */
  record Completed(CompletionCall call, Answer answer, List<Attempt> attempts, boolean recovered)
      implements Outcome {
    @Override
    public SourceRecord source() {
      return call.source();
    }
  }

  /**
   * The request ended without an answer.
   *
   * @param call the request as read; null when the record was too large to be stored
   * @param violations every fault of the request, when that is the reason
   * @param attempts all attempts in order; may be empty
   */
  record Failed(
      SourceRecord source,
      @Nullable CompletionCall call,
      Cause cause,
      List<Violation> violations,
      List<Attempt> attempts,
      boolean recovered)
      implements Outcome {}

  /**
   * The record could not be decoded, or kept killing threads; its bytes go to the dead letters.
   *
   * @param exception class name of the cause, for the header that Kafka Streams uses
   * @param message what is wrong
   */
  record DeadLettered(SourceRecord source, String exception, String message, boolean recovered)
      implements Outcome {
    @Override
    public @Nullable CompletionCall call() {
      return null;
    }
  }

  /** Why a request failed. */
  record Cause(FailureReason reason, boolean retryable, String message) {}
}
