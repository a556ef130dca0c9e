// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import static io.completionworker.completion.AttemptResult.AttemptError.Disposition.FAIL;
import static io.completionworker.completion.AttemptResult.AttemptError.Disposition.HOLD;
import static io.completionworker.completion.AttemptResult.AttemptError.Disposition.RETRY;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.gateway.json.ErrorBody;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an error means: by its status, and where one status means several things, by its type, its
 * code, and last its message.
 *
 * @param maybeBilled whether the call may have to be paid
 */
record ErrorMeaning(FailureReason reason, Disposition disposition, boolean maybeBilled) {

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
          "insufficient_user_quota", // One API
          "1113", // Zhipu: the account is overdue
          "30001"); // SiliconFlow: the balance is insufficient

  /** Anthropic says so by the message alone, of a type that stands for faults of requests. */
  private static final Pattern NO_MONEY =
      Pattern.compile(
          "^(?:[\\w-]+ error: )?(?:Your credit balance is too low"
              + "|You have reached your specified API usage limits)");

  private static final Set<String> OVERLOAD =
      Set.of("server_is_overloaded", "slow_down", "overloaded_error");

  private static final Pattern LIMIT_AND_REQUESTED =
      Pattern.compile("\\bLimit:? *(\\d[\\d,]*).{0,200}?\\bRequested:? *(\\d[\\d,]*)");

  /**
   * Returns what an error means. A key that is refused and an account without money are no faults
   * of the request, whichever status they come with.
   */
  static ErrorMeaning of(int status, ErrorBody error) {
    if (status == 400 || status == 403 || status == 429) {
      Integer meant = ErrorStatuses.status(error.code(), error.type());
      if (says(QUOTA, error) || isOutOfMoney(error)) {
        return ofStatus(402, error);
      }
      if (meant != null && (meant == 401 || meant == 402 || meant == 429)) {
        return ofStatus(meant, error);
      }
    }
    return ofStatus(status, error);
  }

  private static boolean isOutOfMoney(ErrorBody error) {
    return error.message() != null && NO_MONEY.matcher(error.message()).find();
  }

  private static ErrorMeaning ofStatus(int status, ErrorBody error) {
    return switch (status) {
      case 400 -> fail(FailureReason.BAD_REQUEST);
      case 401 -> new ErrorMeaning(FailureReason.UNAUTHORIZED, HOLD, false);
      case 402 -> new ErrorMeaning(FailureReason.QUOTA_EXHAUSTED, HOLD, false); // no credit left
      case 403 -> fail(FailureReason.FORBIDDEN);
      case 404 -> fail(FailureReason.NOT_FOUND);
      case 407 ->
          new ErrorMeaning(FailureReason.CONNECT_FAILED, RETRY, false); // sent by proxies only
      case 408 -> new ErrorMeaning(FailureReason.REQUEST_TIMEOUT, RETRY, true);
      case 409, 425 -> new ErrorMeaning(FailureReason.CONFLICT, RETRY, false);
      case 412 ->
          isBudget(error)
              ? new ErrorMeaning(FailureReason.BUDGET_EXHAUSTED, HOLD, false)
              : fail(FailureReason.MODEL_NOT_ALLOWED);
      case 413 -> fail(FailureReason.PAYLOAD_TOO_LARGE);
      case 422 -> fail(FailureReason.UNPROCESSABLE);
      case 424 ->
          new ErrorMeaning(FailureReason.SERVER_ERROR, RETRY, true); // failed during processing
      case 429 -> tooMany(error);
      case 446 -> new ErrorMeaning(FailureReason.GUARDRAIL_DENIED, FAIL, true);
      case 498 -> new ErrorMeaning(FailureReason.OVERLOADED, RETRY, false); // a tier is overloaded
      case 499 -> new ErrorMeaning(FailureReason.SERVER_ERROR, RETRY, true); // a proxy gave up
      case 503 ->
          new ErrorMeaning(
              says(OVERLOAD, error) ? FailureReason.OVERLOADED : FailureReason.SERVER_ERROR,
              RETRY,
              false);
      case 521, 522, 523, 525, 526 -> // a proxy could not reach the endpoint
          new ErrorMeaning(FailureReason.SERVER_ERROR, RETRY, false);
      case 529 -> new ErrorMeaning(FailureReason.OVERLOADED, RETRY, false);
      default ->
          status >= 500
              ? new ErrorMeaning(FailureReason.SERVER_ERROR, RETRY, true)
              : fail(FailureReason.CLIENT_ERROR);
    };
  }

  private static ErrorMeaning tooMany(ErrorBody error) {
    return canNeverFit(error.message())
        ? fail(FailureReason.TOKEN_LIMIT_EXCEEDED)
        : new ErrorMeaning(FailureReason.RATE_LIMITED, RETRY, false);
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

  private static ErrorMeaning fail(FailureReason reason) {
    return new ErrorMeaning(reason, FAIL, false);
  }

  /**
   * Returns what an error means that came in a response of status 2xx: that of the status which its
   * code or its type names.
   *
   * @param streamed whether it came in a stream
   */
  static ErrorMeaning of(ErrorBody error, boolean streamed) {
    if (error.status() != null) {
      return of(error.status(), error);
    }
    if (says(QUOTA, error)) {
      return ofStatus(402, error);
    }
    Integer named = ErrorStatuses.status(error.code(), error.type());
    return named == null
        ? new ErrorMeaning(
            streamed ? FailureReason.STREAM_TRUNCATED : FailureReason.INVALID_RESPONSE, RETRY, true)
        : of(named, error);
  }
}
