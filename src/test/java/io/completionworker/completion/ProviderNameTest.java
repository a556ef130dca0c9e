// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProviderNameTest {

  @ParameterizedTest
  @CsvSource({
    "bedrock, aws.bedrock",
    "Azure-OpenAI, azure.ai.openai",
    "x-ai, x_ai",
    "mistral-ai, mistral_ai",
    "anthropic, anthropic",
    "My-Own, my-own",
    "' ', openai",
    ", openai",
  })
  void shouldBeOpenTelemetrysWhereThereIsOne(@Nullable String provider, String expected) {
    assertThat(ProviderName.of(provider)).isEqualTo(expected);
  }
}
