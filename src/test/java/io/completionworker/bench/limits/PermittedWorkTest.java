// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.completionworker.demo.endpoint.limit.ProviderLimits;
import io.completionworker.demo.endpoint.limit.WindowCount;
import java.time.Duration;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PermittedWorkTest {

  private static final Offset<Double> EXACT = within(1e-9);
  private static final long START = 1_800_000_000_000L;
  private static final ProviderLimits LIMITS =
      ProviderLimits.requests(600, Duration.ofMinutes(1)).andTokens(300_000);

  @Test
  void shouldTakeTheLimitThatBindsInEachWindow() {
    PermittedWork work =
        PermittedWork.of(
            LIMITS,
            List.of(window(0, 540, 100_000), window(1, 100, 240_000)),
            START,
            START + 120_000);

    assertThat(work.parts()).extracting(PermittedWork.Part::share).containsExactly(0.9, 0.8);
    assertThat(work.share()).isEqualTo(0.85, EXACT);
  }

  @Test
  void shouldPermitPartOfTheLimitsInPartOfAWindow() {
    PermittedWork work =
        PermittedWork.of(
            LIMITS,
            List.of(window(0, 300, 0), window(1, 600, 0), window(2, 75, 0)),
            START + 30_000,
            START + 135_000);

    assertThat(work.parts())
        .extracting(PermittedWork.Part::covered)
        .containsExactly(0.5, 1.0, 0.25);
    assertThat(work.parts()).extracting(PermittedWork.Part::share).containsExactly(1.0, 1.0, 0.5);
    assertThat(work.share()).isEqualTo((0.5 + 1 + 0.125) / 1.75, EXACT);
  }

  @Test
  void shouldNotLetOneWindowMakeUpForAnother() {
    PermittedWork work =
        PermittedWork.of(
            LIMITS, List.of(window(0, 600, 0), window(1, 300, 0)), START + 50_000, START + 120_000);

    assertThat(work.parts()).extracting(PermittedWork.Part::share).containsExactly(1.0, 0.5);
  }

  @Test
  void shouldCountAWindowWithoutACallAsNothingDone() {
    PermittedWork work =
        PermittedWork.of(
            LIMITS, List.of(window(0, 600, 0), window(2, 600, 0)), START, START + 180_000);

    assertThat(work.parts()).extracting(PermittedWork.Part::share).containsExactly(1.0, 0.0, 1.0);
  }

  @Test
  void shouldIgnoreALimitThatThereIsNot() {
    ProviderLimits onlyTokens = ProviderLimits.tokens(1_000, Duration.ofMinutes(1));

    PermittedWork work =
        PermittedWork.of(onlyTokens, List.of(window(0, 9_000, 500)), START, START + 60_000);

    assertThat(work.share()).isEqualTo(0.5, EXACT);
  }

  private static WindowCount window(int minute, long admitted, long tokens) {
    return new WindowCount(START + minute * 60_000L, 60_000, "", admitted, 3, 4, 5, tokens);
  }
}
