// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.config.BreakerConfig;
import io.completionworker.config.HoldConfig;
import io.completionworker.fixtures.Gates;
import io.completionworker.fixtures.Results;
import io.completionworker.metrics.Meters;
import io.completionworker.resilience.AdmissionGate;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CredentialHealthTest {

  @Test
  void shouldKeepThoseOfTheLastMinutesAlone() {
    Scene scene = new Scene();
    CredentialHealth health =
        new CredentialHealth(
            new HoldConfig(
                HoldConfig.Action.WAIT,
                Duration.ofSeconds(5),
                Duration.ofMinutes(5),
                0.9,
                100,
                Duration.ZERO),
            new BreakerConfig(50, 50, 10, Duration.ofSeconds(2), 3),
            Duration.ofMinutes(10),
            scene.nanos(),
            new Meters(new SimpleMeterRegistry()),
            credential -> {},
            Gates.report(scene.nanos()));
    AdmissionGate gate = Gates.of(health);
    for (int i = 0; i < 200_000; i++) {
      var call = scene.call("key-" + i);
      assertThat(gate.admit(call) == 0).isTrue();
      gate.ended(call, i % 100 == 0 ? Results.unauthorized() : Results.answered());
      scene.advance(Duration.ofMillis(200));
    }

    assertThat(health.onHold()).as("of the last minutes").isLessThan(100);
    assertThat(health.kept()).as("of the last minutes").isLessThan(20_000);
  }
}
