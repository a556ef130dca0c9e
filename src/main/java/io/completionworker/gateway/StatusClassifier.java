// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import static io.completionworker.completion.AttemptResult.AttemptError.Disposition.FAIL;
import static io.completionworker.completion.AttemptResult.AttemptError.Disposition.HOLD;
import static io.completionworker.completion.AttemptResult.AttemptError.Disposition.RETRY;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.gateway.json.ErrorBody;
import io.completionworker.gateway.json.RetryHintReader;
import io.completionworker.gateway.limit.RetryAfter;
import io.completionworker.gateway.limit.RetryAfter.RetryHints;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

  /**
   * Error types of the gateway's own budgets: of a virtual key, a workspace, an integration or a
   * policy.
   */
  private static final Set<String> BUDGET_TYPES =
      Set.of(
          "virtual_key_exhaust_error",
          "workspace_exhaust_error",
          "integration_exhaust_error",
          "usage_limits_policy_exhaust_error");

  private static final Set<String> BUDGET_CODES = Set.of("04", "06");

  /** Error types and error codes of a provider that say that the money of the account is spent. */
  private static final Set<String> QUOTA =
      Set.of(
          "insufficient_quota",
          "credit_balance_exhausted",
          "organization_spend_limit_exceeded",
          "project_spend_limit_exceeded",
          "organization_usage_limit_exceeded",
          "exceeded_current_quota_error", // Moonshot
          "insufficient_user_quota"); // One API

  private static final Set<String> OVERLOAD =
      Set.of("server_is_overloaded", "slow_down", "overloaded_error");

  private static final Pattern LIMIT_AND_REQUESTED =
      Pattern.compile("\\bLimit:? *(\\d[\\d,]*).{0,200}?\\bRequested:? *(\\d[\\d,]*)");

  private final RetryAfter retryAfter;
  private final Redactor redactor;

  StatusClassifier(RetryAfter retryAfter, Redactor redactor) {
    this.retryAfter = retryAfter;
    this.redactor = redactor;
  }

  /** Returns the error of a response whose status is not 2xx. */
  AttemptError classify(int status, MultiMap headers, byte[] body) {
    ErrorBody error = ErrorBody.read(body);
    Verdict verdict = verdict(status, error);
    RetryHints said = RetryHintReader.read(body);
    Duration wait =
        status == 429 && verdict.disposition == RETRY
            ? retryAfter.whenLimited(headers, said)
            : retryAfter.asked(headers, said);
    return error(status, verdict, message(status, headers, error), error, body, wait);
  }

  /** Returns the error of a 2xx response that contains no answer. */
  AttemptError invalid(int status, String fault, byte[] body) {
    ErrorBody error = ErrorBody.read(body);
    String message = "HTTP " + status + ", but " + fault;
    return error(
        status,
        new Verdict(FailureReason.INVALID_RESPONSE, RETRY, true),
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
        new Verdict(FailureReason.STREAM_TRUNCATED, RETRY, true),
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
    Verdict verdict = verdict(error, streamed);
    String begin =
        streamed ? "the stream ended with an error" : "HTTP " + status + " with an error";
    RetryHints waits = RetryHintReader.read(said);
    Duration wait =
        verdict.reason == FailureReason.RATE_LIMITED
            ? retryAfter.whenLimited(headers, waits)
            : retryAfter.asked(headers, waits);
    return error(
        status,
        new Verdict(verdict.reason, verdict.disposition, verdict.maybeBilled || generated),
        error.message() == null ? begin : begin + ": " + error.message(),
        error,
        said,
        wait);
  }

  private static Verdict verdict(ErrorBody error, boolean streamed) {
    if (error.status() != null) {
      return verdict(error.status(), error);
    }
    if (says(QUOTA, error)) {
      return tooMany(error);
    }
    Integer named = ErrorStatuses.status(error.code(), error.type());
    return named == null
        ? new Verdict(
            streamed ? FailureReason.STREAM_TRUNCATED : FailureReason.INVALID_RESPONSE, RETRY, true)
        : verdict(named, error);
  }

  private AttemptError error(
      int status,
      Verdict verdict,
      String message,
      ErrorBody error,
      byte[] body,
      @Nullable Duration wait) {
    return new AttemptError(
        verdict.reason,
        verdict.disposition,
        verdict.maybeBilled,
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

  private static Verdict verdict(int status, ErrorBody error) {
    return switch (status) {
      case 400 -> fail(FailureReason.BAD_REQUEST);
      case 401 -> new Verdict(FailureReason.UNAUTHORIZED, HOLD, false);
      case 402 -> new Verdict(FailureReason.QUOTA_EXHAUSTED, HOLD, false); // no credit left
      case 403 -> fail(FailureReason.FORBIDDEN);
      case 404 -> fail(FailureReason.NOT_FOUND);
      case 407 -> new Verdict(FailureReason.CONNECT_FAILED, RETRY, false); // sent by proxies only
      case 408 -> new Verdict(FailureReason.REQUEST_TIMEOUT, RETRY, true);
      case 409, 425 -> new Verdict(FailureReason.CONFLICT, RETRY, false);
      case 412 ->
          isBudget(error)
              ? new Verdict(FailureReason.BUDGET_EXHAUSTED, HOLD, false)
              : fail(FailureReason.MODEL_NOT_ALLOWED);
      case 413 -> fail(FailureReason.PAYLOAD_TOO_LARGE);
      case 422 -> fail(FailureReason.UNPROCESSABLE);
      case 424 -> new Verdict(FailureReason.SERVER_ERROR, RETRY, true); // failed during processing
      case 429 -> tooMany(error);
      case 446 -> new Verdict(FailureReason.GUARDRAIL_DENIED, FAIL, true);
      case 498 -> new Verdict(FailureReason.OVERLOADED, RETRY, false); // a tier is overloaded
      case 499 -> new Verdict(FailureReason.SERVER_ERROR, RETRY, true); // a proxy gave up
      case 503 ->
          new Verdict(
              says(OVERLOAD, error) ? FailureReason.OVERLOADED : FailureReason.SERVER_ERROR,
              RETRY,
              false);
      case 521, 522, 523, 525, 526 -> // a proxy could not reach the endpoint
          new Verdict(FailureReason.SERVER_ERROR, RETRY, false);
      case 529 -> new Verdict(FailureReason.OVERLOADED, RETRY, false);
      default ->
          status >= 500
              ? new Verdict(FailureReason.SERVER_ERROR, RETRY, true)
              : fail(FailureReason.CLIENT_ERROR);
    };
  }

  private static Verdict tooMany(ErrorBody error) {
    if (says(QUOTA, error)) {
      return new Verdict(FailureReason.QUOTA_EXHAUSTED, HOLD, false);
    }
    return canNeverFit(error.message())
        ? fail(FailureReason.TOKEN_LIMIT_EXCEEDED)
        : new Verdict(FailureReason.RATE_LIMITED, RETRY, false);
  }

  /** Whether the request asks for more than the whole limit, and would be rejected every time. */
  private static boolean canNeverFit(@Nullable String message) {
    if (message == null) {
      return false;
    }
    Matcher matcher = LIMIT_AND_REQUESTED.matcher(message);
    return matcher.find() && count(matcher.group(2)) > count(matcher.group(1));
  }

  private static double count(String digits) {
    return Double.parseDouble(digits.replace(",", ""));
  }

  private static boolean isBudget(ErrorBody error) {
    return says(BUDGET_TYPES, error)
        || (error.code() != null && BUDGET_CODES.contains(error.code()));
  }

  private static boolean says(Set<String> words, ErrorBody error) {
    return (error.type() != null && words.contains(error.type()))
        || (error.code() != null && words.contains(error.code()));
  }

  private static Verdict fail(FailureReason reason) {
    return new Verdict(reason, FAIL, false);
  }

  private record Verdict(FailureReason reason, Disposition disposition, boolean maybeBilled) {}
}
