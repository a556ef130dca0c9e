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
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CredentialsTest {

  @Test
  void shouldForgetTheIdleOnesAndNoOthers() {
    Set<String> idle = new HashSet<>();
    Set<String> forgotten = new HashSet<>();
    Credentials<String> credentials =
        new Credentials<>(idle::contains, (credential, state) -> forgotten.add(credential));
    for (int i = 0; i < Credentials.FEW; i++) {
      String credential = "c" + i;
      credentials.getOrAdd(credential, () -> credential);
    }
    idle.add("c3");

    credentials.getOrAdd("one more", () -> "one more");

    assertThat(forgotten).containsExactly("c3");
    assertThat(credentials.all()).hasSize(Credentials.FEW).doesNotContainKey("c3");
  }

  @Test
  void shouldSeldomLookForIdleOnes() {
    AtomicInteger looks = new AtomicInteger();
    Credentials<String> credentials =
        new Credentials<>(
            state -> {
              looks.incrementAndGet();
              return false;
            });
    int many = 100_000;
    for (int i = 0; i < many; i++) {
      credentials.getOrAdd("c" + i, () -> "");
    }

    assertThat(looks).hasValueLessThan(2 * many);
  }

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
