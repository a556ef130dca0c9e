// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.SourceRecord.RecordHeader;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigHeaderTest {

  private static final String CANARY = "canary";

  @ParameterizedTest
  @ValueSource(strings = {"x-portkey-config", "X-Portkey-Config", " x-portkey-config "})
  void shouldLeaveOutWhatIsNotTheIdOfASavedConfig(String name) {
    RecordHeader stored = RecordHeader.of(name, "{\"k\":\"canary\"}").withoutKeys();

    assertThat(stored.name()).isEqualTo(name);
    assertThat(stored.text()).isNotBlank().doesNotContain(CANARY);
    assertThat(stored.mayHoldKeys()).as("no output copies it either").isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "x-portkey-config, pc-saved-1",
    "x-portkey-config, ' pc-saved-1 '",
    "x-portkey-config, ' '",
    "x-portkey-config, ''",
    "x-portkey-config, ",
    "x-mine, {}"
  })
  void shouldKeepIdsAndWhatCountsAsAbsentAndOtherHeaders(String name, String value) {
    RecordHeader header =
        value == null ? new RecordHeader(name, null) : RecordHeader.of(name, value);

    assertThat(header.withoutKeys()).isSameAs(header);
    assertThat(header.mayHoldKeys()).isFalse();
  }

  @Test
  void shouldLeaveOutBytesThatAreNoTextForOthersThatAreNone() {
    byte[] bytes = "\u00e9canary".getBytes(StandardCharsets.ISO_8859_1);

    RecordHeader stored = new RecordHeader("x-portkey-config", bytes).withoutKeys();

    assertThat(stored.value()).containsExactly(0xff);
  }
}
