// SPDX-License-Identifier: Apache-2.0
package io.completionworker.metrics.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.metrics.Meters;
import io.completionworker.metrics.RequestMeters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class ReadingTest {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Meters meters = new Meters(registry);

  @Test
  void shouldNotTakeTheLagOfSomeClassesForTheWhole() {
    meters.watchClass(RequestMeters.LAG, "urgent", () -> 3);
    meters.watchClass(RequestMeters.LAG, "bulk", () -> 40);
    assertThat(Reading.of(registry, 0).gauge(RequestMeters.LAG.name())).hasValue(43);

    meters.watchClass(RequestMeters.LAG, "standard", () -> Double.NaN);

    Reading reading = Reading.of(registry, 0);
    assertThat(reading.gauge(RequestMeters.LAG.name())).isEmpty();
    assertThat(reading.gauges("class", RequestMeters.LAG.name()))
        .containsOnlyKeys("bulk", "urgent");
  }
}
