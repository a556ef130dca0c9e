// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import io.completionworker.avro.FailureReason;
import io.completionworker.avro.Violation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a request ended. Every request has exactly one outcome. */
public sealed interface Outcome {

  /** The record of the request. */
  SourceRecord source();

  /** The decoded request; null if it could not be decoded or was too large to be stored. */
  @Nullable CompletionCall call();

  /** Whether the request was called again after a crash or a lost partition. */
  boolean recovered();

  /** Returns the reason of a failure; "response" for any other outcome, and for none. */
  static String name(@Nullable Outcome outcome) {
    return outcome instanceof Failed failed ? failed.cause().reason().name() : "response";
  }

  /** Returns about how many bytes of a request are in each of its outputs. */
  static long copied(CompletionCall call) {
    String user = call.request().getUser();
    long bytes = user == null ? 0 : user.length();
    for (SourceRecord.RecordHeader header : call.outputHeaders()) {
      byte[] value = header.value();
      bytes += value == null ? 0 : value.length;
    }
    for (String sent : call.wireHeaders().values()) { // metadata is one of them
      bytes += sent.length();
    }
    return bytes;
  }

  /** Returns about how many bytes are to be encoded; the largest number if that is not known. */
  default long size() {
    return Long.MAX_VALUE;
  }

  /**
   * The endpoint answered.
   *
   * @param attempts all attempts in order; the last one was answered
   */
  record Completed(CompletionCall call, Answer answer, List<Attempt> attempts, boolean recovered)
      implements Outcome {

    /**
     * Returns the failure that replaces this outcome if it can never be encoded.
     *
     * @param why the reason, without content of the answer
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

    @Override
    public long size() {
      return answer.body().length() + copied(call);
    }
  }

  /**
   * The request ended without an answer.
   *
   * @param call the decoded request; null if the record was too large to be stored
   * @param violations all faults of the request, if they are the reason
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
   * The record could not be decoded, or kept killing threads. Its bytes go to the topic of dead
   * letters.
   *
   * @param exception class name of the cause, for the header that Kafka Streams defines
   * @param message what is wrong
   */
  record DeadLettered(SourceRecord source, String exception, String message, boolean recovered)
      implements Outcome {
    private static final String UNWRITABLE =
        "org.apache.kafka.common.errors.SerializationException";

    /**
     * Returns the dead letter of a request for which not even a failure can be encoded.
     *
     * @param why the reason, without content of the request
     */
    public static DeadLettered unwritable(Outcome failed, String why) {
      String message = "Neither an answer nor a failure can be encoded for it: " + why;
      return new DeadLettered(failed.source(), UNWRITABLE, message, failed.recovered());
    }

    /** Returns the outcome of a record that broke its reader. */
    public static DeadLettered unreadable(
        SourceRecord source, Throwable broken, boolean recovered) {
      String exception = broken.getClass().getName();
      return new DeadLettered(source, exception, "The record could not be read", recovered);
    }

    @Override
    public @Nullable CompletionCall call() {
      return null;
    }
  }

  /** Why a request failed. */
  record Cause(FailureReason reason, boolean retryable, String message) {}
}
