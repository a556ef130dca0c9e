// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.CompletionCall;
import io.completionworker.config.HoldConfig;
import io.completionworker.fixtures.Gates;
import io.completionworker.fixtures.ManualLoop;
import io.completionworker.gateway.limit.RetryAfter;
import io.completionworker.metrics.Meters;
import io.completionworker.resilience.AdmissionGate;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From the header of a refusal to the wait of the next call: every form that there is. */
class AskedWaitTest {

  /** 18.25 s into a minute of the clock. */
  private static final Instant NOW = Instant.parse("2026-11-22T11:29:18.250Z");

  private static final double DICE = 0.5;
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private final StatusClassifier classifier =
      new StatusClassifier(
          new RetryAfter(InstantSource.fixed(NOW), () -> DICE), new Redactor(Stream.empty()));
  private final ManualLoop loop = new ManualLoop();
  private final AdmissionGate gate =
      Gates.of(
          new HoldConfig(
              HoldConfig.Action.WAIT,
              Duration.ofSeconds(5),
              Duration.ofMinutes(5),
              0,
              100,
              Duration.ZERO),
          loop::nanos,
          new Meters(new SimpleMeterRegistry()));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // status | header | its value | wait
        "429 | retry-after-ms | 1500 | PT1.5S",
        "429 | x-ms-retry-after-ms | 1500 | PT1.5S",
        "429 | retry-after-ms | 0.5 | PT0.0005S",
        "429 | retry-after | 20 | PT20S",
        "429 | retry-after | 2.5 | PT2.5S",
        "429 | retry-after | 0 | PT42.25S",
        "429 | retry-after | 1795346960 | PT1.75S",
        "429 | retry-after | 6m0s | PT6M",
        "429 | retry-after | Sun, 22 Nov 2026 11:30:18 GMT | PT59.75S",
        "429 | retry-after | 31536000 | PT10M",
        "429 | retry-after | Mon, 22 Nov 2027 11:29:18 GMT | PT10M",
        "429 | retry-after | 1e400 | PT42.25S",
        "429 | retry-after | -5 | PT42.25S",
        "429 | retry-after | soon | PT42.25S",
        "429 | retry-after | NaN | PT42.25S",
        "429 | retry-after | Sun, 22 Nov 2026 11:29:17 GMT | PT42.25S",
        "429 | | | PT42.25S",
        "503 | retry-after-ms | 1500 | PT1.5S",
        "503 | retry-after | 20 | PT20S",
        "503 | retry-after | 2.5 | PT2.5S",
        "503 | retry-after | Sun, 22 Nov 2026 11:30:18 GMT | PT59.75S",
        "503 | retry-after | 31536000 | PT10M",
        "503 | retry-after | 0 | PT0S",
        "503 | retry-after | -5 | PT0S",
        "503 | retry-after | soon | PT0S",
        "503 | | | PT0S",
        "498 | retry-after | 20 | PT20S",
        "529 | retry-after | 20 | PT20S",
        "529 | | | PT0S",
        "500 | retry-after | 20 | PT0S",
        "408 | retry-after | 20 | PT0S",
        "409 | retry-after | 20 | PT0S",
      })
  void shouldCoolTheCredentialDown(
      int status, @Nullable String header, @Nullable String value, Duration wait) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    if (header != null && value != null) {
      headers.add(header, value);
    }
    AttemptError error = classifier.classify(status, headers, new byte[0]);
    CompletionCall call = Calls.hello();

    assertThat(gate.admit(call)).isZero();
    gate.ended(call, new AttemptResult.Rejected(error));

    assertThat(Duration.ofNanos(gate.admit(call))).isEqualTo(wait);
    loop.advance(wait);
    assertThat(gate.admit(call)).isZero();
    assertThat(wait).isLessThanOrEqualTo(LONGEST);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // status | body | wait
        "429 | {'error':{'code':429,'metadata':{'headers':{'X-RateLimit-Remaining':'0',"
            + "'X-RateLimit-Reset':'1795346960000'}}}} | PT1.75S",
        "429 | [{'error':{'code':429,'status':'RESOURCE_EXHAUSTED','details':[{'@type':"
            + "'type.googleapis.com/google.rpc.RetryInfo','retryDelay':'36s'}]}}] | PT36S",
        "503 | {'error':{'code':503,'details':[{'retryDelay':'36.5s'}]}} | PT36.5S",
        "429 | {'error':{'message':'Limit 9, Used 9, Requested 1. Please try again in 7.66s.'}}"
            + " | PT7.66S",
        "498 | {'error':{'message':'Flex tier capacity exceeded. Try again in 2m0s.'}} | PT2M",
        "498 | {'error':{'message':'Flex tier capacity exceeded. Try again later.'}} | PT0S",
        "429 | {'error':{'message':'slow down'}} | PT42.25S",
        "429 | <html>slow down</html> | PT42.25S",
      })
  void shouldCoolDownForAsLongAsTheBodySays(int status, String body, Duration wait) {
    byte[] bytes = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    AttemptError error = classifier.classify(status, MultiMap.caseInsensitiveMultiMap(), bytes);
    CompletionCall call = Calls.hello();

    assertThat(gate.admit(call)).isZero();
    gate.ended(call, new AttemptResult.Rejected(error));

    assertThat(Duration.ofNanos(gate.admit(call))).isEqualTo(wait);
  }
}
