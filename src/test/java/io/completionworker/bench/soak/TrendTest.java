// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class TrendTest {

  @Test
  void shouldSeeGrowthAsAShareOfTheMean() {
    Trend trend = Trend.of(List.of(90.0, 95.0, 100.0, 105.0, 110.0));

    assertThat(trend.slope()).isCloseTo(5, within(1e-9));
    assertThat(trend.growth()).isCloseTo(0.2, within(1e-9));
  }

  @Test
  void shouldCallNoiseAroundALevelFlat() {
    assertThat(Trend.of(List.of(100.0, 120.0, 80.0, 120.0, 100.0)).growth())
        .isCloseTo(0, within(0.05));
  }

  @Test
  void shouldNotFailOnTooLittle() {
    assertThat(Trend.of(List.of()).growth()).isZero();
    assertThat(Trend.of(List.of(7.0)).growth()).isZero();
  }
}
