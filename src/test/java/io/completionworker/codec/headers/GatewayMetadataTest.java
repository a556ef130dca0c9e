// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec.headers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.completionworker.validation.JsonSyntax;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewayMetadataTest {

  private static final String EMOJI = "\ud83d\ude00";

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      value = {
        "~plain~,~{\"k\":\"plain\"}~",
        "~d\u00e9j\u00e0~,~{\"k\":\"d\\u00e9j\\u00e0\"}~",
        "~\u4e2d~,~{\"k\":\"\\u4e2d\"}~",
        "~a\"b\\c~,~{\"k\":\"a\\\"b\\\\c\"}~",
        "~a\u0001b~,~{\"k\":\"a\\u0001b\"}~"
      })
  void shouldWriteAscii(String value, String json) {
    assertThat(GatewayMetadata.json(Map.of("k", value))).isEqualTo(json);
  }

  @Test
  void shouldEscapeLineBreaksSoThatNoneGetsIntoTheHeader() {
    assertThat(GatewayMetadata.json(Map.of("a\r\n", "\u2028\n")))
        .isEqualTo("{\"a\\u000d\\u000a\":\"\\u2028\\u000a\"}");
  }

  @Test
  void shouldCutValuesAt128CharactersAndNeverWithinOne() {
    Map<String, String> cut =
        JsonSyntax.texts(
            GatewayMetadata.json(
                Map.of(
                    "fits", "v".repeat(128),
                    "long", "v".repeat(129),
                    "fitsToo", EMOJI.repeat(128),
                    "emoji", "v" + EMOJI.repeat(128))));

    assertThat(cut)
        .containsOnly(
            entry("fits", "v".repeat(128)),
            entry("long", "v".repeat(128)),
            entry("fitsToo", EMOJI.repeat(128)),
            entry("emoji", "v" + EMOJI.repeat(127)));
  }

  @Test
  void shouldReadScalarsAsTheyAreWritten() {
    assertThat(JsonSyntax.texts("{\"s\":\"x\",\"n\":1.50,\"b\":true,\"z\":null,\"s\":\"y\"}"))
        .containsOnly(entry("s", "y"), entry("n", "1.50"), entry("b", "true"));
  }
}
