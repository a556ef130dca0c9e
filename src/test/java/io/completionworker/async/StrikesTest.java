// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.RecordPosition;
import org.junit.jupiter.api.Test;

class StrikesTest {

  private static final RecordPosition BAD = new RecordPosition("requests", 0, 1);

  private final Strikes strikes = new Strikes();

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
}
