// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import static io.completionworker.completion.AttemptResult.AttemptError.Disposition.FAIL;
import static io.completionworker.completion.AttemptResult.AttemptError.Disposition.RETRY;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.gateway.json.ErrorBody;
import io.completionworker.gateway.json.RetryHintReader;
import io.completionworker.gateway.limit.RetryAfter;
import io.completionworker.gateway.limit.RetryAfter.RetryHints;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Classifies what an endpoint answers: by status, and where one status means several things, by
 * {@code error.type} and {@code error.code}.
 */
final class StatusClassifier {

  private static final int MAX_MESSAGE = 500;
  private static final int MAX_EXCERPT = 2_000;

  /**
   * Maximum bytes of a body that are decoded for the excerpt. A character takes at most four bytes.
   */
  private static final int MAX_EXCERPT_BYTES = 64 * 1024;

  private final RetryAfter retryAfter;
  private final Redactor redactor;

  StatusClassifier(RetryAfter retryAfter, Redactor redactor) {
    this.retryAfter = retryAfter;
    this.redactor = redactor;
  }

  /** Returns the error of a response whose status is not 2xx. */
  AttemptError classify(int status, MultiMap headers, byte[] body) {
    ErrorBody error = ErrorBody.read(body).named(headers.get("x-amzn-errortype"));
    ErrorMeaning meaning = ErrorMeaning.of(status, error);
    RetryHints said = RetryHintReader.read(body);
    String message = message(status, headers, error);
    return waiting(error(status, meaning, message, error, body, null), headers, said);
  }

  /** Returns the error of a 2xx response that contains no answer. */
  AttemptError invalid(int status, String fault, byte[] body) {
    ErrorBody error = ErrorBody.read(body);
    String message = "HTTP " + status + ", but " + fault;
    return error(
        status,
        new ErrorMeaning(FailureReason.INVALID_RESPONSE, RETRY, true),
        error.message() == null ? message : message + ": " + error.message(),
        error,
        body,
        null);
  }

  /** Returns the error of a 2xx response that exceeds the maximum size. */
  AttemptError tooLarge(int status, int maxBytes) {
    return new AttemptError(
        FailureReason.RESPONSE_TOO_LARGE,
        FAIL,
        true,
        status,
        "the answer is larger than " + maxBytes + " bytes",
        AttemptError.Details.NONE,
        null);
  }

  /**
   * Returns the error of a streamed answer that ended too early. The endpoint bills what it sent.
   *
   * @param begin what was received of the answer, or its beginning
   */
  AttemptError cutOff(int status, String how, byte[] begin) {
    return error(
        status,
        new ErrorMeaning(FailureReason.STREAM_TRUNCATED, RETRY, true),
        "the stream was cut off: " + how,
        ErrorBody.SILENT,
        begin,
        null);
  }

  /**
   * Returns the error that was contained in a response of status 2xx. It has the meaning of the
   * status that its code or its type names.
   *
   * @param streamed whether the error came in a stream
   * @param generated whether a model had generated something before the error, which is billed
   * @param said the data that reported the error
   */
  AttemptError fault(
      int status,
      MultiMap headers,
      ErrorBody error,
      boolean streamed,
      boolean generated,
      byte[] said) {
    ErrorMeaning meaning = ErrorMeaning.of(error, streamed);
    String begin =
        streamed ? "the stream ended with an error" : "HTTP " + status + " with an error";
    AttemptError fault =
        error(
            status,
            new ErrorMeaning(
                meaning.reason(), meaning.disposition(), meaning.maybeBilled() || generated),
            error.message() == null ? begin : begin + ": " + error.message(),
            error,
            said,
            null);
    return waiting(fault, headers, RetryHintReader.read(said));
  }

  /** Returns the error with the wait that the response asks for, or else one after a limit. */
  private AttemptError waiting(AttemptError error, MultiMap headers, RetryHints said) {
    Duration asked = retryAfter.asked(headers, said);
    boolean limited = error.reason() == FailureReason.RATE_LIMITED;
    return new AttemptError(
        error.reason(),
        error.disposition(),
        error.maybeBilled(),
        error.status(),
        error.message(),
        error.details(),
        limited ? retryAfter.whenLimited(headers, said) : asked,
        limited && asked == null);
  }

  private AttemptError error(
      int status,
      ErrorMeaning meaning,
      String message,
      ErrorBody error,
      byte[] body,
      @Nullable Duration wait) {
    return new AttemptError(
        meaning.reason(),
        meaning.disposition(),
        meaning.maybeBilled(),
        status,
        redactor.clean(message, MAX_MESSAGE),
        new AttemptError.Details(
            word(error.type()), word(error.code()), word(error.param()), excerpt(body)),
        wait);
  }

  private @Nullable String word(@Nullable String text) {
    return text == null ? null : redactor.clean(text, MAX_MESSAGE);
  }

  private @Nullable String excerpt(byte[] body) {
    if (body.length == 0) {
      return null;
    }
    byte[] start = Arrays.copyOf(body, Math.min(body.length, MAX_EXCERPT_BYTES));
    return redactor.clean(new String(start, StandardCharsets.UTF_8), MAX_EXCERPT);
  }

  private static String message(int status, MultiMap headers, ErrorBody error) {
    if (status >= 300 && status < 400) {
      String location = headers.get("location");
      return "HTTP "
          + status
          + ": redirects are not followed"
          + (location == null ? "" : ", it points to " + location);
    }
    return error.message() == null ? "HTTP " + status : error.message();
  }
}
