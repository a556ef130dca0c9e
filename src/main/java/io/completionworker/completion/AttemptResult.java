// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import io.completionworker.avro.FailureReason;
import io.completionworker.avro.TokenUsage;
import io.completionworker.completion.Answer.Served;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How one attempt ended. */
public sealed interface AttemptResult {

  /** What the endpoint said about its limits. */
  RateSignals signals();

  /** What the response said of the work behind it; null when none came. */
  @Nullable Served served();

  /** Provider that served it, else the one that the call itself asked for; null for neither. */
  default @Nullable String provider(CompletionCall call) {
    Served served = served();
    String named = served == null ? null : served.gateway().getProvider();
    return named == null ? call.provider() : named;
  }

  /**
   * Whether the work behind it was or may have been billed: it was answered, nobody knows how far
   * it got, or it says itself what it used.
   */
  default boolean maybeBilled() {
    if (!(this instanceof Rejected rejected) || rejected.error().maybeBilled()) {
      return true;
    }
    Served served = rejected.served();
    TokenUsage usage = served == null ? null : served.usage();
    return usage != null
        && Math.max(usage.getTotalTokens(), usage.getPromptTokens() + usage.getCompletionTokens())
            > 0;
  }

  /** With an answer. */
  record Answered(Answer answer, RateSignals signals) implements AttemptResult {

    /** Of an endpoint that said nothing about limits. */
    public Answered(Answer answer) {
      this(answer, RateSignals.NONE);
    }

    @Override
    public Served served() {
      return answer.served();
    }
  }

  /** Without one. A response that is no answer may say all the same what was done for it. */
  record Rejected(AttemptError error, RateSignals signals, @Nullable Served served)
      implements AttemptResult {

    /** Of an endpoint that said nothing about limits, or nothing at all. */
    public Rejected(AttemptError error) {
      this(error, RateSignals.NONE, null);
    }
  }

  /**
   * Why an attempt ended without an answer.
   *
   * @param reason the stable reason
   * @param disposition what to do next
   * @param maybeBilled whether the endpoint may have done the work all the same
   * @param status HTTP status, or null when none came
   * @param message what the endpoint or the connection said; never null, never a secret
   * @param details the endpoint's own words for it
   * @param retryAfter wait that the server asked for, or null; never negative
   */
  record AttemptError(
      FailureReason reason,
      Disposition disposition,
      boolean maybeBilled,
      @Nullable Integer status,
      String message,
      Details details,
      @Nullable Duration retryAfter) {

    /**
     * The endpoint's own words.
     *
     * @param type error.type
     * @param code error.code
     * @param param error.param
     * @param bodyExcerpt beginning of the answer's body
     */
    public record Details(
        @Nullable String type,
        @Nullable String code,
        @Nullable String param,
        @Nullable String bodyExcerpt) {

      /** Nothing was said. */
      public static final Details NONE = new Details(null, null, null, null);
    }

    /** What a failed attempt means for what comes next. */
    public enum Disposition {
      /** May succeed later: try again after a backoff. */
      RETRY,
      /** A fault of the request: it ends as a failure at once. */
      FAIL,
      /**
       * A fault of the account, not of the request: its credential waits, and no attempt is used
       * up.
       */
      HOLD
    }
  }

  /**
   * What the endpoint said about its limits, whatever else it answered ({@code
   * x-ratelimit-limit-*}, {@code -remaining-*} and {@code -reset-*}).
   *
   * @param requests of requests, or null when it said nothing
   * @param tokens of tokens, or null when it said nothing
   */
  record RateSignals(@Nullable Window requests, @Nullable Window tokens) {

    /** Nothing was said. */
    public static final RateSignals NONE = new RateSignals(null, null);

    /**
     * One limit of the account.
     *
     * @param limit of a whole window, or null; never negative
     * @param remaining what is left of it, or null; never negative
     * @param reset time until it is whole again, or null; never negative
     */
    public record Window(
        @Nullable Long limit, @Nullable Long remaining, @Nullable Duration reset) {}
  }
}
