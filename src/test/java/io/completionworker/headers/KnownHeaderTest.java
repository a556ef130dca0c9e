// SPDX-License-Identifier: Apache-2.0
package io.completionworker.headers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class KnownHeaderTest {

  @ParameterizedTest
  @EnumSource(KnownHeader.class)
  void shouldFindEachRowByItsNameInAnyCase(KnownHeader header) {
    String name = header.isPrefix() ? header.text() + "x" : header.text();

    assertThat(KnownHeader.of(name)).isEqualTo(header);
    assertThat(KnownHeader.of(name.toUpperCase(Locale.ROOT))).isEqualTo(header);
    assertThat(header.text()).isEqualTo(header.text().toLowerCase(Locale.ROOT));
  }

  @ParameterizedTest
  @CsvSource({
    "' Authorization ', AUTHORIZATION",
    "' x-portkey-config', CONFIG",
    "' traceparent', OTHER",
    "' completion-batch-size', OTHER",
    "authorizations, OTHER",
    "completion-batch, OTHER",
    "'', OTHER"
  })
  void shouldIgnoreWhiteSpaceAroundANameOnlyWhereTheValueMayBeASecret(
      String name, KnownHeader header) {
    assertThat(KnownHeader.of(name)).isEqualTo(header);
  }

  @Test
  void shouldTellTheIdOfASavedConfigFromAConfig() {
    assertThat(KnownHeader.isSavedConfig("pc-a@3")).isTrue();
    assertThat(KnownHeader.isSavedConfig("{\"retry\":{}}")).isFalse();
  }
}
