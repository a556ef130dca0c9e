// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.tokens.PromptTokens.ModelFamily;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples that OpenAI publishes, and what follows from its rules. */
class ImageTokensTest {

  @ParameterizedTest
  @CsvSource({
    // published
    "gpt-4o, 1024, 1024, high, 765",
    "gpt-4o, 2048, 4096, high, 1105",
    "gpt-4o, 4096, 8192, low, 85",
    // small images are not scaled up
    "gpt-4o, 512, 512, high, 255",
    "gpt-4o, 1, 1, , 255",
    // 768 x 2048 at most
    "gpt-4o, 768, 2048, high, 1445",
    "gpt-4o, 100, 100000, high, 765",
    "gpt-4o-mini, 1024, 1024, auto, 25501",
    "gpt-5, 1024, 1024, high, 630",
    "gpt-5-chat-latest, 1024, 1024, low, 70",
    "o3, 1024, 1024, high, 675",
    "some-other-model, 1024, 1024, high, 765"
  })
  void shouldCountSquaresOf512(
      String model, int width, int height, @Nullable String detail, long tokens) {
    assertThat(tokens(model, width, height, detail)).isEqualTo(tokens);
  }

  @ParameterizedTest
  @CsvSource({
    // published, before the factor: 1024 and 1452
    "gpt-5.2, 1024, 1024, high, 1024",
    "gpt-5.2, 1800, 2400, high, 1452",
    "gpt-4.1-mini-2025-04-14, 1800, 2400, , 2353",
    "gpt-5-nano, 1024, 1024, auto, 2520",
    "o4-mini, 1024, 1024, high, 1762",
    // as large as allowed
    "gpt-5.2, 2048, 768, high, 1536",
    "gpt-5.4, 1800, 2400, high, 2451",
    "gpt-5.4, 1800, 2400, , 2451",
    "gpt-5.4, 1800, 2400, original, 4275",
    "gpt-5.5, 1800, 2400, , 4275",
    "gpt-5.5, 1800, 2400, high, 2451",
    "gpt-5.5, 1800, 2400, low, 192",
    "gpt-5.5, 100000, 100000, original, 10000",
    "gpt-5.2, 1, 1, high, 1",
    "gpt-5.2, 3, 100000, high, 64"
  })
  void shouldCountSquaresOf32(
      String model, int width, int height, @Nullable String detail, long tokens) {
    assertThat(tokens(model, width, height, detail)).isEqualTo(tokens);
  }

  private static long tokens(String model, int width, int height, @Nullable String detail) {
    return ModelFamily.of(model).images().of(new ImageSize(width, height), detail);
  }
}
