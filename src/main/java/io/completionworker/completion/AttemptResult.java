// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import io.completionworker.avro.FailureReason;
import io.completionworker.avro.TokenUsage;
import io.completionworker.completion.Answer.Served;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How an attempt ended. */
public sealed interface AttemptResult {

  /** What the endpoint said about its limits. */
  RateSignals signals();

  /** What the response says about the work behind it; null if no response came. */
  @Nullable Served served();

  /**
   * Returns the provider that served the attempt, otherwise the one that the call asked for; null
   * if neither is known.
   */
  default @Nullable String provider(CompletionCall call) {
    Served served = served();
    String named = served == null ? null : served.gateway().getProvider();
    return named == null ? call.provider() : named;
  }

  /**
   * Whether the attempt was or may have been billed: it was answered, its progress is unknown, or
   * the response reports usage.
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

  /** An attempt that ended with an answer. */
  record Answered(Answer answer, RateSignals signals) implements AttemptResult {

    /** Creates a result without information about limits. */
    public Answered(Answer answer) {
      this(answer, RateSignals.NONE);
    }

    @Override
    public Served served() {
      return answer.served();
    }
  }

  /** An attempt that ended without an answer. Its response may still say what work was done. */
  record Rejected(AttemptError error, RateSignals signals, @Nullable Served served)
      implements AttemptResult {

    /** Creates a result without information about limits or work. */
    public Rejected(AttemptError error) {
      this(error, RateSignals.NONE, null);
    }
  }

  /**
   * Why an attempt ended without an answer.
   *
   * @param reason the stable reason
   * @param disposition what to do next
   * @param maybeBilled whether the endpoint may have done the work anyway
   * @param status HTTP status; null if no response came
   * @param message what the endpoint or the connection said; never null, never a secret
   * @param details the endpoint's own words
   * @param retryAfter wait that the server asked for, or null; never negative
   * @param guessed whether the server named no wait, so that {@code retryAfter} is derived from its
   *     limits or from the clock
   */
  record AttemptError(
      FailureReason reason,
      Disposition disposition,
      boolean maybeBilled,
      @Nullable Integer status,
      String message,
      Details details,
      @Nullable Duration retryAfter,
      boolean guessed) {

    /** Creates an error whose wait, if there is one, the server named. */
    public AttemptError(
        FailureReason reason,
        Disposition disposition,
        boolean maybeBilled,
        @Nullable Integer status,
        String message,
        Details details,
        @Nullable Duration retryAfter) {
      this(reason, disposition, maybeBilled, status, message, details, retryAfter, false);
    }

    /** Returns the wait that the server itself named; null if it named none. */
    public @Nullable Duration named() {
      return guessed ? null : retryAfter;
    }

    /**
     * The endpoint's own words.
     *
     * @param type error.type
     * @param code error.code
     * @param param error.param
     * @param bodyExcerpt beginning of the response body
     */
    public record Details(
        @Nullable String type,
        @Nullable String code,
        @Nullable String param,
        @Nullable String bodyExcerpt) {

      /** No details. */
      public static final Details NONE = new Details(null, null, null, null);
    }

    /** What follows a failed attempt. */
    public enum Disposition {
      /** Retry after a backoff, because the next attempt may succeed. */
      RETRY,
      /** Fail the request at once, because the fault is in the request. */
      FAIL,
      /**
       * Hold the credential, because the fault is in the account and not in the request. No attempt
       * is used up.
       */
      HOLD
    }
  }

  /**
   * What the endpoint said about its limits, in a response of any kind ({@code
   * x-ratelimit-limit-*}, {@code -remaining-*} and {@code -reset-*}).
   *
   * @param requests limit of requests; null if the endpoint did not send it
   * @param tokens limit of tokens; null if the endpoint did not send it
   */
  record RateSignals(@Nullable Window requests, @Nullable Window tokens) {

    /** No information about limits. */
    public static final RateSignals NONE = new RateSignals(null, null);

    /**
     * One limit of the account.
     *
     * @param limit limit of a complete window, or null; never negative
     * @param remaining what is left of the limit, or null; never negative
     * @param reset time until the limit is fully available again, or null; never negative
     */
    public record Window(
        @Nullable Long limit, @Nullable Long remaining, @Nullable Duration reset) {}
  }
}
