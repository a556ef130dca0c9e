// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.config.Limits;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShareTest {

  private final ManualTime time = new ManualTime();
  private final Share share = Share.of(Calls.byPartitions(), time);

  @Test
  void shouldHaveNothingBeforeTheFirstReport() {
    assertThat(share.now()).isZero();
    assertThat(share.waitNanos()).isEqualTo(Duration.ofMillis(250).toNanos());
  }

  @Test
  void shouldGrowLate() {
    share.owned(3, 12);
    time.advance(Duration.ofMillis(2_999));
    assertThat(share.now()).isZero();
    assertThat(share.waitNanos()).isEqualTo(Duration.ofMillis(1).toNanos());

    time.advance(Duration.ofMillis(1));
    assertThat(share.now()).isEqualTo(0.25);
  }

  @Test
  void shouldShrinkAtOnce() {
    grown(6);
    share.owned(2, 12);

    assertThat(share.now()).isEqualTo(2 / 12.0);
  }

  @Test
  void shouldForgetAGrowthThatWasTakenBack() {
    grown(6);
    share.owned(12, 12);
    time.advance(Duration.ofSeconds(2));
    share.owned(6, 12);
    time.advance(Duration.ofHours(1));

    assertThat(share.now()).isEqualTo(0.5);
  }

  @Test
  void shouldGrowInTheStepsThatWereReported() {
    share.owned(3, 12);
    time.advance(Duration.ofSeconds(1));
    share.owned(6, 12);
    time.advance(Duration.ofSeconds(1));
    share.owned(9, 12);
    share.owned(6, 12);

    assertThat(share.now()).isZero();
    time.advance(Duration.ofSeconds(1));
    assertThat(share.now()).isEqualTo(0.25);
    time.advance(Duration.ofSeconds(1));
    assertThat(share.now()).as("six were reported throughout").isEqualTo(0.5);
    time.advance(Duration.ofHours(1));
    assertThat(share.now()).isEqualTo(0.5);
  }

  @Test
  void shouldNotWaitLongerForAShareThatIsReportedAgain() {
    share.owned(3, 12);
    time.advance(Duration.ofSeconds(2));
    share.owned(3, 12);
    time.advance(Duration.ofSeconds(1));

    assertThat(share.now()).isEqualTo(0.25);
  }

  @ParameterizedTest
  @CsvSource({"3, 0", "3, -1", "0, 12", "-1, 12"})
  void shouldHaveNothingWhileItIsNotKnown(int own, int all) {
    grown(6);
    share.owned(own, all);

    assertThat(share.now()).isZero();
  }

  @Test
  void shouldNeverHaveMoreThanAll() {
    grown(15);

    assertThat(share.now()).isEqualTo(1);
  }

  @Test
  void shouldTakeTheWholeWhenAskedTo() {
    Share whole = Share.of(Calls.config(Limits.NONE), time);
    whole.owned(0, 12);

    assertThat(whole.now()).isEqualTo(1);
  }

  private void grown(int own) {
    share.owned(own, 12);
    time.advance(Duration.ofSeconds(3));
  }
}
