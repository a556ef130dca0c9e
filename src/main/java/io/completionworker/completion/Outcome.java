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

    /**
     * The failure that takes its place when it can never be encoded.
     *
     * @param why without what the answer says
     */
    public Failed unwritable(String why) {
      String message = "The answer cannot be encoded; it was billed all the same: " + why;
      Cause cause = new Cause(FailureReason.RESPONSE_NOT_ENCODABLE, false, message);
      return new Failed(source(), call, cause, List.of(), attempts, recovered);
    }

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
    private static final String UNWRITABLE =
        "org.apache.kafka.common.errors.SerializationException";

    /**
     * A request that comes back, since not even a failure can be encoded for it.
     *
     * @param why without what the request says
     */
    public static DeadLettered unwritable(Outcome failed, String why) {
      String message = "Neither an answer nor a failure can be encoded for it: " + why;
      return new DeadLettered(failed.source(), UNWRITABLE, message, failed.recovered());
    }

    @Override
    public @Nullable CompletionCall call() {
      return null;
    }
  }

  /** Why a request failed. */
  record Cause(FailureReason reason, boolean retryable, String message) {}
}
