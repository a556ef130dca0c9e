// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import io.completionworker.avro.FailureReason;
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
}
