package io.completionworker.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.AttemptError;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.config.HoldConfig;
import io.completionworker.fixtures.Gates;
import io.completionworker.fixtures.ManualLoop;
import io.completionworker.gateway.limit.RetryAfter;
import io.completionworker.metrics.Meters;
import io.completionworker.resilience.AdmissionGate;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.MultiMap;
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
              HoldConfig.Action.WAIT, Duration.ofSeconds(5), Duration.ofMinutes(5), 0, 100),
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
}
