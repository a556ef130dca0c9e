// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StartAtTest {

  private static final Instant NOW = Instant.parse("2026-02-01T10:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "2026-01-31, 2026-01-31T00:00:00Z",
    "2026-01-31T08:00:00Z, 2026-01-31T08:00:00Z",
    "2026-01-31T08:00:00+02:00, 2026-01-31T06:00:00Z",
    "90s, 2026-02-01T09:58:30Z",
    "15m, 2026-02-01T09:45:00Z",
    "2h, 2026-02-01T08:00:00Z",
    "3d, 2026-01-29T10:00:00Z"
  })
  void shouldReadEveryFormOfATime(String text, Instant time) {
    assertThat(StartAt.parse(text, NOW)).isEqualTo(StartAt.time(time));
  }

  @Test
  void shouldReadTheTwoEnds() {
    assertThat(StartAt.parse("earliest", NOW)).isEqualTo(StartAt.EARLIEST);
    assertThat(StartAt.parse("latest", NOW)).isEqualTo(StartAt.LATEST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "now", "2026-13-01", "5", "5w", "2026-01-31T08:00:00"})
  void shouldRefuseAnythingElse(String text) {
    assertThatThrownBy(() -> StartAt.parse(text, NOW))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no time");
  }

  /** Kafka's times are milliseconds from 1970 on, and would overflow. */
  @ParameterizedTest
  @ValueSource(strings = {"999999999d", "1969-12-31", "10000-01-01", "+999999999-01-01T00:00:00Z"})
  void shouldRefuseATimeThatNoRecordCanHave(String text) {
    assertThatThrownBy(() -> StartAt.parse(text, NOW)).isInstanceOf(IllegalArgumentException.class);
  }
}
