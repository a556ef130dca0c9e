// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.CompletionCall.CallScope;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Something that the endpoint said, for which requests of a credential wait: for people. Without
 * secrets and without words that may quote prompts.
 *
 * @param since when it began
 * @param until when it ends, or the next call may find out; null when a call is finding out now
 * @param waiting requests that wait for it on this instance
 */
public record Wait(
    Kind kind, Who who, Cause cause, Instant since, @Nullable Instant until, int waiting) {

  /** What makes requests wait. */
  public enum Kind {
    /** A server asked for a wait. */
    COOL_DOWN,
    /** The account is refused. */
    HOLD,
    /** Nearly all requests failed for the same reason. */
    FAILURE_CUTOFF,
    /** The endpoint fails. */
    BREAKER;

    /** As it stands in texts. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * Whose requests wait.
   *
   * @param credential hash of what they authenticate with
   * @param name what people call that, by the configuration or the records; no part of a secret
   * @param model the only model that waits, or null for all of the credential's
   * @param tier the only service tier of the model, or null for none or all
   */
  public record Who(String credential, String name, @Nullable String model, @Nullable String tier) {

    /** Whether a call belongs to it. */
    public String scope() {
      return model == null ? credential : new CallScope(credential, null, model, tier).throttled();
    }

    /** In words. */
    public String text() {
      return name
          + (model == null ? "" : ", model " + model)
          + (tier == null ? "" : ", service tier " + tier);
    }
  }

  /**
   * Why.
   *
   * @param detail more of it in our words; may be empty
   * @param said what the provider said of the account; empty when it may quote prompts
   */
  public record Cause(FailureReason reason, @Nullable Integer status, String detail, String said) {

    /** In words. */
    public String text() {
      return reason
          + (status == null ? "" : ", status " + status)
          + (detail.isEmpty() ? "" : ", " + detail)
          + (said.isEmpty() ? "" : ", \"" + said + "\"");
    }
  }

  /** The same with another end. */
  public Wait until(@Nullable Instant end) {
    return new Wait(kind, who, cause, since, end, waiting);
  }

  /** The same with another cause. */
  public Wait because(Cause other) {
    return new Wait(kind, who, other, since, until, waiting);
  }

  /** The same with so many that wait. */
  public Wait waiting(int requests) {
    return new Wait(kind, who, cause, since, until, requests);
  }

  /** What to do about it. */
  public String action() {
    String advice = Advice.of(cause.reason());
    return switch (kind) {
      case COOL_DOWN -> advice + " Calls go on by themselves.";
      case HOLD -> advice + " Its requests go on by themselves once a probe is let in.";
      case FAILURE_CUTOFF ->
          advice
              + " The failures before it say more. Its requests go on by themselves once a probe is"
              + " answered.";
      case BREAKER -> advice + " Calls go on by themselves when the endpoint is back.";
    };
  }

  /** One line that says all of it. */
  public String line() {
    return head() + ": " + cause.text() + "; " + middle() + ". " + action();
  }

  /** As a part of a sentence: "it waited for" this. */
  public String text() {
    String what =
        switch (kind) {
          case COOL_DOWN -> "the cool-down of ";
          case HOLD -> "the hold of ";
          case FAILURE_CUTOFF -> "the failure cutoff of ";
          case BREAKER -> "the breaker of ";
        };
    return what + who.text() + " since " + second(since) + " (" + cause.text() + ")";
  }

  private String head() {
    String whose = "credential " + who.credential() + " (" + who.text() + ")";
    String begun = " since " + second(since);
    return switch (kind) {
      case COOL_DOWN -> whose + " cools down" + begun;
      case HOLD -> whose + " is on hold" + begun;
      case FAILURE_CUTOFF -> whose + " is on hold by the failure cutoff" + begun;
      case BREAKER -> "the endpoint fails for " + whose + begun;
    };
  }

  private String middle() {
    String end =
        until == null
            ? "a call is trying now"
            : switch (kind) {
              case COOL_DOWN -> "until " + second(until);
              case HOLD, FAILURE_CUTOFF -> "next probe at " + second(until);
              case BREAKER -> "next calls at " + second(until);
            };
    return waiting + " waiting; " + end;
  }

  private static Instant second(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS);
  }

  /** What to do about a failure reason, in the words of the operations page. */
  public static final class Advice {

    private Advice() {}

    /** A sentence. */
    public static String of(FailureReason reason) {
      return switch (reason) {
        case UNAUTHORIZED ->
            "Fix the key where it was issued, or set a new one and restart the worker.";
        case FORBIDDEN -> "Allow the key to do this, or use another key.";
        case BUDGET_EXHAUSTED -> "Raise the budget, or wait for its next period.";
        case QUOTA_EXHAUSTED -> "Pay, or raise the limit.";
        case RATE_LIMITED, OVERLOADED ->
            "Configure the limits of the account, with room for its other users.";
        case NOT_FOUND -> "Correct the model, or gateway.url.";
        case MODEL_NOT_ALLOWED -> "Allow the model in the gateway, or ask for another.";
        case BAD_REQUEST -> "Read message and error_param.";
        case UNPROCESSABLE -> "Read message.";
        case CLIENT_ERROR -> "Read status and message.";
        case PAYLOAD_TOO_LARGE -> "Send less.";
        case TOKEN_LIMIT_EXCEEDED ->
            "Send less, allow fewer completion tokens, or raise the limit that the message names.";
        case RESPONSE_TOO_LARGE -> "Raise the bound, or ask for less.";
        case RESPONSE_NOT_ENCODABLE ->
            "Read message. Let the newest schema of the topic take what the answer has.";
        case GUARDRAIL_DENIED -> "Change the request, or the guardrail in the gateway.";
        case REQUEST_TIMEOUT -> "Raise the time-outs, above those of the gateway.";
        case SERVER_ERROR, CONFLICT -> "The fault is on the provider's side.";
        case CONNECT_FAILED -> "Check the network, gateway.url, gateway.proxy.* and gateway.tls.*.";
        case CONNECTION_LOST -> "If often, look for a proxy in between and its idle timeout.";
        case STREAM_TRUNCATED ->
            "If often, look at the provider, or for a proxy in between that ends long responses.";
        case INVALID_RESPONSE -> "body_excerpt shows what came.";
        default -> "";
      };
    }
  }

  /** What a request waits for that is neither with the codec nor called. */
  public enum WaitingFor {
    /** Its limits have nothing left. */
    PERMIT,
    /** Its credential is on hold. */
    HOLD,
    /** A server asked for a wait. */
    COOL_DOWN,
    /** The endpoint fails its credential. */
    BREAKER,
    /** A failed attempt is tried again later. */
    BACKOFF,
    /** An earlier request of its key has no outcome. */
    ORDER,
    /** It could start, but too many calls are open. */
    SLOT,
    /** It could start, but the answers of others take too much, or none can be written. */
    ROOM,
    /** The stream thread of its task has not been seen for a while. */
    LEASE;

    /** As a tag. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
