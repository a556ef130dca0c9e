// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.CompletionProcessorSupplier.Strikes;
import io.completionworker.completion.SourceRecord.RecordPosition;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StrikesTest {

  private static final RecordPosition BAD = new RecordPosition("requests", 0, 1);

  private long nanos;
  private final Strikes strikes = new Strikes(() -> nanos);

  @Test
  void shouldGiveARecordThreeChances() {
    for (int i = 0; i < 3; i++) {
      assertThat(strikes.out(BAD)).isFalse();
      strikes.strike(BAD);
    }

    assertThat(strikes.out(BAD)).isTrue();
  }

  @Test
  void shouldNotCountAgainstOtherRecords() {
    for (int i = 0; i < 3; i++) {
      strikes.strike(BAD);
    }

    assertThat(strikes.out(new RecordPosition("requests", 0, 2))).isFalse();
    assertThat(strikes.out(new RecordPosition("requests", 1, 1))).isFalse();
  }

  @Test
  void shouldForgetARecordThatIsOut() {
    for (int i = 0; i < 3; i++) {
      strikes.strike(BAD);
    }

    assertThat(strikes.out(BAD)).isTrue();
    assertThat(strikes.out(BAD)).isFalse();
  }

  @Test
  void shouldForgetStrikesOfLongAgo() {
    strikes.strike(BAD);
    strikes.strike(BAD);

    nanos += Duration.ofHours(2).toNanos();
    strikes.strike(BAD);

    assertThat(strikes.out(BAD)).as("one death, and two of another day").isFalse();

    strikes.strike(BAD);
    strikes.strike(BAD);
    assertThat(strikes.out(BAD)).isTrue();
  }

  @Test
  void shouldKeepStrikesWhileTheyGoOn() {
    for (int i = 0; i < 3; i++) {
      assertThat(strikes.out(BAD)).isFalse();
      nanos += Duration.ofMinutes(30).toNanos();
      strikes.strike(BAD);
    }

    assertThat(strikes.out(BAD)).isTrue();
  }

  @Test
  void shouldRememberNoMoreThanTheLatestThousandRecords() {
    for (int offset = 0; offset < 5_000; offset++) {
      strikes.strike(new RecordPosition("requests", 0, offset));
      nanos++;
    }

    assertThat(strikes.size()).isEqualTo(1_000);
    RecordPosition last = new RecordPosition("requests", 0, 4_999);
    strikes.strike(last);
    strikes.strike(last);
    assertThat(strikes.out(last)).isTrue();
  }

  @Test
  void shouldRememberNothingOnceAllIsLongAgo() {
    for (int offset = 0; offset < 10; offset++) {
      strikes.strike(new RecordPosition("requests", 0, offset));
    }

    nanos += Duration.ofHours(2).toNanos();

    assertThat(strikes.out(BAD)).isFalse();
    assertThat(strikes.size()).isZero();
  }
}
