// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.CompletionCall.CallScope;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A wait of the requests of a credential because of something that the endpoint said, in a form for
 * people. It contains no secrets and no text that may quote prompts.
 *
 * @param since when the wait began
 * @param until when the wait ends, or when the next call may test whether it is over; null while a
 *     call is testing that
 * @param waiting number of requests on this instance that wait for it
 */
public record Wait(
    Kind kind, Who who, Cause cause, Instant since, @Nullable Instant until, int waiting) {

  /** The condition that makes requests wait. */
  public enum Kind {
    /** The server asked for a wait. */
    COOL_DOWN,
    /** The endpoint refuses the account. */
    HOLD,
    /** Nearly all requests failed for the same reason. */
    FAILURE_CUTOFF,
    /** The circuit breaker is open, because calls to the endpoint fail. */
    BREAKER;

    /** Returns the name in messages. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * Whose requests wait.
   *
   * @param credential hash of what the requests authenticate with
   * @param name readable name of the credential, from the configuration or the records; contains no
   *     part of a secret
   * @param model the only model that waits; null if all models of the credential wait
   * @param tier the only service tier of the model that waits; null for none or all
   */
  public record Who(String credential, String name, @Nullable String model, @Nullable String tier) {

    /**
     * Returns the scope of the waiting calls: the credential, or the unit that the provider
     * throttles.
     */
    public String scope() {
      return model == null
          ? credential
          : new CallScope(credential, null, model, tier).throttleKey();
    }

    /** Returns a readable text. */
    public String text() {
      return name
          + (model == null ? "" : ", model " + model)
          + (tier == null ? "" : ", service tier " + tier);
    }
  }

  /**
   * Why the requests wait.
   *
   * @param detail more about the reason in the worker's own words; may be empty
   * @param said what the provider said about the account; empty if it may quote prompts
   */
  public record Cause(FailureReason reason, @Nullable Integer status, String detail, String said) {

    /** Returns a readable text. */
    public String text() {
      return reason
          + (status == null ? "" : ", status " + status)
          + (detail.isEmpty() ? "" : ", " + detail)
          + (said.isEmpty() ? "" : ", \"" + said + "\"");
    }
  }

  /** Returns a copy with another end. */
  public Wait until(@Nullable Instant end) {
    return new Wait(kind, who, cause, since, end, waiting);
  }

  /** Returns a copy with another cause. */
  public Wait because(Cause other) {
    return new Wait(kind, who, other, since, until, waiting);
  }

  /** Returns a copy with this number of waiting requests. */
  public Wait waiting(int requests) {
    return new Wait(kind, who, cause, since, until, requests);
  }

  /** Returns what to do about the wait. */
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

  /** Returns one line with all details. */
  public String line() {
    return head() + ": " + cause.text() + "; " + middle() + ". " + action();
  }

  /** Returns a part of a sentence, to follow "it waited for". */
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

    /** Returns the advice as a sentence. */
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
        case CANCELLED -> "If it is wanted after all, send it again: redrive --reason CANCELLED.";
        case BUDGET_EXCEEDED -> "Raise the budget, or wait for its next period.";
        default -> "";
      };
    }
  }

  /** What a request waits for while it is neither at the codec nor being called. */
  public enum WaitingFor {
    /** Its rate limits have no permits left. */
    PERMIT,
    /** Its credential is on hold. */
    HOLD,
    /** The server asked for a wait. */
    COOL_DOWN,
    /** The circuit breaker of its credential is open. */
    BREAKER,
    /** Its next attempt, after a failed one. */
    BACKOFF,
    /** An earlier request with the same key has no outcome yet. */
    ORDER,
    /** A slot: it could start, but too many calls are in flight. */
    SLOT,
    /**
     * Memory: it could start, but other answers take too much, or answers cannot be written now.
     */
    ROOM,
    /** The stream thread of its task, which has not been seen for a while. */
    LEASE,
    /** The end of a control that pauses it. */
    PAUSE,
    /** Money: its budget has none left, or has reserved it for other calls. */
    BUDGET,
    /** The answer to the same request, for which a call is open. */
    ANSWER,
    /** The answer to a call whose prompt begins alike, which fills the provider's cache. */
    PREFIX;

    /** Returns the name as a tag. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
