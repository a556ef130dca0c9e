// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.FailureReason;
import io.completionworker.avro.TokenUsage;
import io.completionworker.completion.Answer;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.gateway.limit.RetryAfter;
import io.completionworker.gateway.stream.AnswerStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the real gateway was seen to answer means what the design says. */
class RecordedAnswersTest {

  private final ResponseReader reader =
      new ResponseReader(
          new StatusClassifier(
              new RetryAfter(InstantSource.system(), () -> 0), new Redactor(Stream.empty())),
          new AnswerStream.Rules(1 << 20, InstantSource.system()));

  @ParameterizedTest
  @ValueSource(strings = {"ok", "config-cache-miss", "config-cache-second", "config-fallback"})
  void shouldTakeACompletionAsAnAnswer(String name) {
    Answer answer = answer(name);

    assertThat(answer.id()).isEqualTo("chatcmpl-1");
    assertThat(answer.created()).isEqualTo(1_700_000_000L);
    assertThat(answer.systemFingerprint()).isEqualTo("fp_1");
    assertThat(answer.serviceTier()).isEqualTo("default");
    assertThat(answer.choices().get(0).getMessage().getContent()).isEqualTo("Hello there.");
    assertThat(answer.choices().get(0).getFinishReason()).isEqualTo("stop");
    assertThat(answer.usage()).isNotNull().extracting(TokenUsage::getTotalTokens).isEqualTo(12L);
    assertThat(answer.gateway().getCacheStatus()).isEqualTo("DISABLED");
    assertThat(answer.gateway().getProvider()).isEqualTo("openai");
    assertThat(answer.gateway().getRetryAttemptCount()).isZero();
    assertThat(answer.gateway().getRequestId()).isEqualTo("req_abc");
    assertThat(answer.gateway().getStatus()).isEqualTo(200);
    assertThat(answer.gateway().getGuardrailFlagged()).isFalse();
    assertThat(answer.body()).isEqualTo(RecordedAnswer.of(name).body());
  }

  @Test
  void shouldTellWhichTargetOfAConfigAnswered() {
    assertThat(answer("config-fallback").gateway().getLastUsedOptionIndex())
        .isEqualTo("config.targets[1]");
  }

  @Test
  void shouldTakeAnEmptyTraceIdAsNone() {
    assertThat(answer("ok").gateway().getTraceId()).isEqualTo("t-1");
    assertThat(answer("config-cache-miss").gateway().getTraceId()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "gateway-bad-json,         SERVER_ERROR,     RETRY, true,  Something went wrong",
    "gateway-bad-provider,     BAD_REQUEST,      FAIL,  false, Invalid provider passed",
    "gateway-no-provider,      BAD_REQUEST,      FAIL,  false, Either x-portkey-config",
    "gateway-virtual-key-only, BAD_REQUEST,      FAIL,  false, Either x-portkey-config",
    "retry-exhausted,          SERVER_ERROR,     RETRY, true,  The server had an error",
    "stream-upstream-429,      RATE_LIMITED,     RETRY, false, Rate limit reached",
    "timeout-408,              REQUEST_TIMEOUT,  RETRY, true,  Request exceeded the timeout",
    "upstream-200err,          INVALID_RESPONSE, RETRY, true,  Network connection lost.",
    "upstream-400,             BAD_REQUEST,      FAIL,  false, Invalid value for 'temperature'",
    "upstream-401,             UNAUTHORIZED,     HOLD,  false, Incorrect API key provided",
    "upstream-429,             RATE_LIMITED,     RETRY, false, Rate limit reached",
    "upstream-500,             SERVER_ERROR,     RETRY, true,  The server had an error",
    "upstream-503,             OVERLOADED,       RETRY, false, The engine is currently overloaded",
    "upstream-html,            SERVER_ERROR,     RETRY, true,  502 Bad Gateway",
    "upstream-quota,           QUOTA_EXHAUSTED,  HOLD,  false, You exceeded your current quota",
    "upstream-reset,           SERVER_ERROR,     RETRY, true,  other side closed",
    "upstream-unreachable,     SERVER_ERROR,     RETRY, true,  bad port",
  })
  void shouldTakeAFailureForWhatItIs(
      String name,
      FailureReason reason,
      Disposition disposition,
      boolean maybeBilled,
      String message) {
    AttemptError error = error(name);

    assertThat(error.reason()).isEqualTo(reason);
    assertThat(error.disposition()).isEqualTo(disposition);
    assertThat(error.maybeBilled()).isEqualTo(maybeBilled);
    assertThat(error.message().replace('\'', '"')).contains(message.replace('\'', '"'));
    assertThat(error.status()).isEqualTo(RecordedAnswer.of(name).status());
    assertThat(error.details().bodyExcerpt()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"stream-cut", "stream-no-usage", "stream-usage"})
  void shouldNotTakeAStreamForAWholeAnswer(String name) {
    assertThat(error(name).reason()).isEqualTo(FailureReason.INVALID_RESPONSE);
  }

  @Test
  void shouldWaitAsLongAsTheProviderAsks() {
    assertThat(error("upstream-429").retryAfter()).isEqualTo(Duration.ofSeconds(20));
    assertThat(error("stream-upstream-429").retryAfter()).isEqualTo(Duration.ofSeconds(20));
    assertThat(error("upstream-503").retryAfter()).isNull();
  }

  @Test
  void shouldKeepTheProvidersOwnWords() {
    AttemptError.Details details = error("upstream-400").details();

    assertThat(details.type()).isEqualTo("invalid_request_error");
    assertThat(details.code()).isEqualTo("invalid_value");
    assertThat(details.param()).isEqualTo("temperature");
  }

  @Test
  void shouldHideTheKeyThatTheProviderQuotes() {
    AttemptError error = error("upstream-401");

    assertThat(error.message()).endsWith("provided: [hidden].");
    assertThat(error.details().bodyExcerpt()).doesNotContain("sk-x");
  }

  private Answer answer(String name) {
    return ((AttemptResult.Answered) read(name)).answer();
  }

  private AttemptError error(String name) {
    return ((AttemptResult.Rejected) read(name)).error();
  }

  private AttemptResult read(String name) {
    RecordedAnswer recorded = RecordedAnswer.of(name);
    return reader.read(recorded.status(), recorded.headers(), recorded.bytes(), false);
  }
}
