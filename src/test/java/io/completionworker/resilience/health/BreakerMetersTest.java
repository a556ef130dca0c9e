// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.CompletionCall;
import io.completionworker.config.BreakerConfig;
import io.completionworker.config.MetricsConfig;
import io.completionworker.fixtures.Gates;
import io.completionworker.fixtures.Results;
import io.completionworker.metrics.Meters;
import io.completionworker.resilience.MeterNames;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What Resilience4j's meters show of breakers. */
class BreakerMetersTest {

  private static final int WINDOW = 20;

  private final Scene scene = new Scene();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Breaker breaker =
      new Breaker(
          new BreakerConfig(50, WINDOW, 10, Duration.ofSeconds(2), 3),
          scene.nanos(),
          new Meters(registry),
          Gates.report(scene.nanos()));

  @Test
  void shouldShowBreakersOfResilience4jByTheHashOfTheirCredential() {
    breaker.watch(new MeterNames(MetricsConfig.DEFAULT), registry);
    CompletionCall call = scene.start(breaker, "a");
    scene.advance(Duration.ofSeconds(2));
    breaker.ended(call, Results.answered());
    assertThat(state("a", "closed")).isEqualTo(1);

    for (int i = 0; i < WINDOW && scene.wait(breaker, "a") == 0; i++) {
      scene.round(breaker, "a", Results.serverError());
    }

    assertThat(state("a", "open")).isEqualTo(1);
    assertThat(state("a", "closed")).isZero();
    Timer answered =
        registry
            .get("resilience4j.circuitbreaker.calls")
            .tags("name", "a", "kind", "successful")
            .timer();
    assertThat(answered.count()).isEqualTo(1);
    assertThat(answered.totalTime(TimeUnit.SECONDS)).isEqualTo(2);
    assertThat(shown()).containsExactly("a");
  }

  @Test
  void shouldNameNoCredentialOfAVirtualKeyButTheWorkersOwn() {
    MeterNames names = new MeterNames(MetricsConfig.DEFAULT, "own");

    assertThat(names.of("a", "own")).isEqualTo("a");
    assertThat(names.of("b", "of a record")).isEqualTo("other");
    assertThat(names.of("c", null)).isEqualTo("c");
  }

  @Test
  void shouldShowNoMoreBreakersThanMetersMayName() {
    breaker.watch(new MeterNames(MetricsConfig.DEFAULT), registry);

    for (int i = 0; i < 1_000; i++) {
      scene.round(breaker, "c" + i, Results.serverError());
    }

    assertThat(shown())
        .hasSize(MetricsConfig.DEFAULT.maxScopes())
        .contains("c0")
        .doesNotContain("c999");
  }

  private Set<String> shown() {
    return registry.find("resilience4j.circuitbreaker.state").gauges().stream()
        .map(gauge -> String.valueOf(gauge.getId().getTag("name")))
        .collect(Collectors.toSet());
  }

  private double state(String credential, String state) {
    return registry
        .get("resilience4j.circuitbreaker.state")
        .tags("name", credential, "state", state)
        .gauge()
        .value();
  }
}
