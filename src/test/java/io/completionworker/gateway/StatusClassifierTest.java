// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.gateway.limit.RetryAfter;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusClassifierTest {

  private final StatusClassifier classifier =
      new StatusClassifier(
          new RetryAfter(InstantSource.fixed(Instant.parse("2026-11-22T11:29:18Z")), () -> 0.5),
          new Redactor(Stream.of("top-secret-value")));

  @ParameterizedTest
  @CsvSource({
    "300, CLIENT_ERROR,      FAIL,  false",
    "301, CLIENT_ERROR,      FAIL,  false",
    "307, CLIENT_ERROR,      FAIL,  false",
    "400, BAD_REQUEST,       FAIL,  false",
    "401, UNAUTHORIZED,      HOLD,  false",
    "402, QUOTA_EXHAUSTED,   HOLD,  false",
    "403, FORBIDDEN,         FAIL,  false",
    "404, NOT_FOUND,         FAIL,  false",
    "405, CLIENT_ERROR,      FAIL,  false",
    "407, CONNECT_FAILED,    RETRY, false",
    "408, REQUEST_TIMEOUT,   RETRY, true",
    "409, CONFLICT,          RETRY, false",
    "410, CLIENT_ERROR,      FAIL,  false",
    "412, MODEL_NOT_ALLOWED, FAIL,  false",
    "413, PAYLOAD_TOO_LARGE, FAIL,  false",
    "418, CLIENT_ERROR,      FAIL,  false",
    "422, UNPROCESSABLE,     FAIL,  false",
    "424, SERVER_ERROR,      RETRY, true",
    "425, CONFLICT,          RETRY, false",
    "429, RATE_LIMITED,      RETRY, false",
    "446, GUARDRAIL_DENIED,  FAIL,  true",
    "451, CLIENT_ERROR,      FAIL,  false",
    "498, OVERLOADED,        RETRY, false",
    "499, SERVER_ERROR,      RETRY, true",
    "500, SERVER_ERROR,      RETRY, true",
    "501, SERVER_ERROR,      RETRY, true",
    "502, SERVER_ERROR,      RETRY, true",
    "503, SERVER_ERROR,      RETRY, false",
    "504, SERVER_ERROR,      RETRY, true",
    "520, SERVER_ERROR,      RETRY, true",
    "521, SERVER_ERROR,      RETRY, false",
    "522, SERVER_ERROR,      RETRY, false",
    "523, SERVER_ERROR,      RETRY, false",
    "524, SERVER_ERROR,      RETRY, true",
    "525, SERVER_ERROR,      RETRY, false",
    "526, SERVER_ERROR,      RETRY, false",
    "529, OVERLOADED,        RETRY, false",
    "599, SERVER_ERROR,      RETRY, true",
  })
  void shouldGoByTheStatus(
      int status, FailureReason reason, Disposition disposition, boolean maybeBilled) {
    for (String body : new String[] {"", "<html>no JSON</html>", "{}", "{\"error\":{}}"}) {
      AttemptError error = classify(status, body);

      assertThat(error.status()).isEqualTo(status);
      assertThat(error.reason()).isEqualTo(reason);
      assertThat(error.disposition()).isEqualTo(disposition);
      assertThat(error.maybeBilled()).isEqualTo(maybeBilled);
      assertThat(error.message()).startsWith("HTTP " + status);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "402, invalid_request_error,             ,                            QUOTA_EXHAUSTED,   HOLD",
    "402, ,                                  insufficient_quota,          QUOTA_EXHAUSTED,   HOLD",
    "412, virtual_key_exhaust_error,         ,                            BUDGET_EXHAUSTED,  HOLD",
    "412, workspace_exhaust_error,           ,                            BUDGET_EXHAUSTED,  HOLD",
    "412, integration_exhaust_error,         ,                            BUDGET_EXHAUSTED,  HOLD",
    "412, usage_limits_policy_exhaust_error, ,                            BUDGET_EXHAUSTED,  HOLD",
    "412, ,                                  04,                          BUDGET_EXHAUSTED,  HOLD",
    "412, ,                                  06,                          BUDGET_EXHAUSTED,  HOLD",
    "412, model_not_allowed_error,           ,                            MODEL_NOT_ALLOWED, FAIL",
    "412, other,                             07,                          MODEL_NOT_ALLOWED, FAIL",
    "429, insufficient_quota,                ,                            QUOTA_EXHAUSTED,   HOLD",
    "429, ,                                  insufficient_quota,          QUOTA_EXHAUSTED,   HOLD",
    "429, insufficient_quota,                credit_balance_exhausted,    QUOTA_EXHAUSTED,   HOLD",
    "429, ,                          organization_spend_limit_exceeded,   QUOTA_EXHAUSTED,   HOLD",
    "429, ,                          project_spend_limit_exceeded,        QUOTA_EXHAUSTED,   HOLD",
    "429, ,                          organization_usage_limit_exceeded,   QUOTA_EXHAUSTED,   HOLD",
    "429, requests,                          rate_limit_exceeded,         RATE_LIMITED,      RETRY",
    "429, tokens,                            rate_limit_exceeded,         RATE_LIMITED,      RETRY",
    "429, ,                                  slow_down,                   RATE_LIMITED,      RETRY",
    "429, virtual_key_rate_limit_error,      ,                            RATE_LIMITED,      RETRY",
    "429, rate_limits_policy_exhaust_error,  05,                          RATE_LIMITED,      RETRY",
    "503, server_error,                      server_is_overloaded,        OVERLOADED,        RETRY",
    "503, ,                                  slow_down,                   OVERLOADED,        RETRY",
    "503, server_error,                      ,                            SERVER_ERROR,      RETRY",
    "401, ,                                  03,                          UNAUTHORIZED,      HOLD",
  })
  void shouldGoByTypeAndCodeWhereAStatusMeansSeveralThings(
      int status,
      @Nullable String type,
      @Nullable String code,
      FailureReason reason,
      Disposition disposition) {
    AttemptError error = classify(status, errorBody("no", type, code));

    assertThat(error.reason()).isEqualTo(reason);
    assertThat(error.disposition()).isEqualTo(disposition);
    assertThat(error.maybeBilled()).isFalse();
    assertThat(error.details().type()).isEqualTo(type);
    assertThat(error.details().code()).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Request too large for gpt on tokens per min (TPM): Limit 30000, Requested 46245. Reduce."
            + " | TOKEN_LIMIT_EXCEEDED",
        "Request too large: Limit 30,000, Requested 46,245. | TOKEN_LIMIT_EXCEEDED",
        "Rate limit reached on requests: Limit 3, Used 3, Requested 1. | RATE_LIMITED",
        "Rate limit reached on tokens: Limit 30000, Used 29000, Requested 30000. | RATE_LIMITED",
        "Request too large. | RATE_LIMITED",
        "Requested 5, Limit 3 | RATE_LIMITED",
        "Limit many, Requested more | RATE_LIMITED",
      })
  void shouldFailWhatCanNeverFitIntoItsLimit(String message, FailureReason reason) {
    AttemptError error = classify(429, errorBody(message, "tokens", "rate_limit_exceeded"));

    assertThat(error.reason()).isEqualTo(reason);
    assertThat(error.disposition())
        .isEqualTo(reason == FailureReason.RATE_LIMITED ? Disposition.RETRY : Disposition.FAIL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"workspace_rate_limit_error", "requests"})
  void shouldWaitForTheNextMinuteWhenALimitSaysNothingOfItsEnd(String type) {
    AttemptError error = classify(429, errorBody("slow", type, null));

    assertThat(error.retryAfter()).isEqualTo(Duration.ofMillis(42_500));
  }

  @Test
  void shouldMakeUpNoWaitForAnythingButARateLimit() {
    assertThat(classify(429, errorBody("no", "insufficient_quota", null)).retryAfter()).isNull();
    assertThat(classify(503, "").retryAfter()).isNull();
    assertThat(classify(529, "").retryAfter()).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 409, 424, 425, 429, 498, 499, 500, 502, 503, 504, 529})
  void shouldPassOnTheWaitThatAServerAsksFor(int status) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("retry-after", "7");

    assertThat(classifier.classify(status, headers, new byte[0]).retryAfter())
        .isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void shouldSayWhereARedirectPoints() {
    MultiMap headers =
        MultiMap.caseInsensitiveMultiMap().add("location", "https://other.example/v1");

    assertThat(classifier.classify(302, headers, new byte[0]).message())
        .isEqualTo("HTTP 302: redirects are not followed, it points to https://other.example/v1");
  }

  @Test
  void shouldCutLongWords() {
    String body = errorBody("m".repeat(5_000), "t".repeat(5_000), "c".repeat(5_000));
    AttemptError error = classify(500, body);

    assertThat(error.message()).hasSize(500);
    assertThat(error.details().type()).hasSize(500);
    assertThat(error.details().bodyExcerpt()).hasSize(2_000).isEqualTo(body.substring(0, 2_000));
  }

  @Test
  void shouldHideSecretsWhereverTheyStand() {
    AttemptError error =
        classify(
            500,
            errorBody("m top-secret-value sk-abc", "t top-secret-value", "sk-abcdef")
                + " ".repeat(10)
                + "Bearer abcdefgh1234");

    assertThat(error.toString())
        .doesNotContain("top-secret-value", "sk-abc", "abcdefgh1234")
        .contains("[hidden]");
  }

  @Test
  void shouldKeepTheWordsOfAnErrorThatCameWithStatus200() {
    AttemptError error =
        classifier.invalid(200, "it has no choices", bytes(errorBody("why", "t", "c")));

    assertThat(error.reason()).isEqualTo(FailureReason.INVALID_RESPONSE);
    assertThat(error.disposition()).isEqualTo(Disposition.RETRY);
    assertThat(error.maybeBilled()).isTrue();
    assertThat(error.message()).isEqualTo("HTTP 200, but it has no choices: why");
    assertThat(error.details().code()).isEqualTo("c");
  }

  private AttemptError classify(int status, String body) {
    return classifier.classify(status, MultiMap.caseInsensitiveMultiMap(), bytes(body));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String errorBody(String message, @Nullable String type, @Nullable String code) {
    return "{\"error\":{\"message\":"
        + quoted(message)
        + ",\"type\":"
        + quoted(type)
        + ",\"param\":null,\"code\":"
        + quoted(code)
        + "}}";
  }

  private static String quoted(@Nullable String text) {
    return text == null ? "null" : '"' + text + '"';
  }
}
