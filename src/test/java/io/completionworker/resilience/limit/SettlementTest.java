// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.FailureReason;
import io.completionworker.avro.TokenUsage;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.completion.CompletionCall;
import io.completionworker.config.Limits;
import io.completionworker.config.RateLimitConfig.Scope;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a call took beforehand is settled when its attempt has ended. */
class SettlementTest extends ManualLimits {

  /** Of 6000 tokens a minute, 1000 are reserved, half of it for the prompt. */
  @ParameterizedTest
  @CsvSource({
    "true, 100, 100, 200, , 2",
    "true, 500, 500, 1000, , 10",
    "true, 500, 700, 1200, , 12",
    "true, 500, 100, 900, , 9",
    "true, 0, 0, 0, , 10",
    "true, , , , , 10",
    "true, 500, 500, 1000, HIT, 0",
    "true, 500, 500, 1000, semantic hit, 0",
    "true, 500, 500, 1000, MISS, 10",
    "false, 100, 100, 200, , 10",
    "false, 500, 700, 1200, , 12",
    "false, 500, 500, 1000, HIT, 0"
  })
  void shouldSettleWithWhatWasUsed(
      boolean refund,
      @Nullable Long prompt,
      @Nullable Long completion,
      @Nullable Long total,
      @Nullable String cache,
      long owedSeconds) {
    TokenUsage usage =
        prompt == null || completion == null || total == null
            ? null
            : Calls.usage(prompt, completion, total);
    RateLimits limits = limits(Calls.config(Scope.WORKER, Calls.perMinute(null, 6_000L), refund));

    assertThat(owed(limits, Calls.answered(usage, cache))).isEqualTo(owedSeconds);
  }

  @ParameterizedTest
  @CsvSource({"true, , 2", "false, , 10", "true, HIT, 0", "false, HIT, 0"})
  void shouldSettleAFailedAttemptWithWhatItWasToldItUsed(
      boolean refund, @Nullable String cache, long owedSeconds) {
    RateLimits limits = limits(Calls.config(Scope.WORKER, Calls.perMinute(null, 6_000L), refund));
    AttemptResult answered = Calls.answered(Calls.usage(100, 100, 200), cache);
    AttemptError error =
        new AttemptError(
            FailureReason.STREAM_TRUNCATED,
            Disposition.RETRY,
            true,
            200,
            "it was cut off",
            AttemptError.Details.NONE,
            null);

    assertThat(
            owed(limits, new AttemptResult.Rejected(error, answered.signals(), answered.served())))
        .isEqualTo(owedSeconds);
  }

  @ParameterizedTest
  @CsvSource({"true, true, 10", "true, false, 0", "false, true, 10", "false, false, 0"})
  void shouldGiveBackWhatAFailedAttemptCannotHaveUsed(
      boolean refund, boolean maybeBilled, long owedSeconds) {
    RateLimits limits = limits(Calls.config(Scope.WORKER, Calls.perMinute(null, 6_000L), refund));
    AttemptError error =
        new AttemptError(
            FailureReason.SERVER_ERROR,
            Disposition.RETRY,
            maybeBilled,
            500,
            "it went wrong",
            AttemptError.Details.NONE,
            null);

    assertThat(owed(limits, new AttemptResult.Rejected(error))).isEqualTo(owedSeconds);
  }

  @Test
  void shouldCountInputAndOutputApart() {
    RateLimits limits = limits(Calls.config(new Limits(null, null, null, 6_000L, 600L, null)));
    CompletionCall call = Calls.call(500, 100);
    limits.wait(call);
    limits.started(call);

    limits.ended(call, Calls.answered(Calls.usage(500, 10, 510), null));

    assertThat(waited(limits, Calls.call(1, 0)).toSeconds()).isEqualTo(4);
    assertThat(waited(limits, Calls.call(0, 1)).toSeconds()).isZero();
  }

  /** Seconds until the bucket of 100 tokens a second is out of the debt that the attempt left. */
  private long owed(RateLimits limits, AttemptResult result) {
    CompletionCall call = Calls.call(500, 500);
    limits.wait(call);
    limits.started(call);
    limits.ended(call, result);
    // The burst of 100 tokens was there to begin with.
    return waited(limits, Calls.call(100, 0)).plusMillis(1).toSeconds();
  }
}
