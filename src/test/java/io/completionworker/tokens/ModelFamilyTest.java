// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import com.knuddels.jtokkit.api.EncodingType;
import io.completionworker.tokens.PromptTokens.ModelFamily;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFamilyTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gpt-4o",
        "GPT-4o-mini",
        "gpt-4o-2024-08-06",
        "gpt-4o-mini-audio-preview",
        "gpt-4.1",
        "gpt-4.1-nano-2025-04-14",
        "gpt-5",
        "gpt-5.1-codex",
        "gpt-5-mini",
        "gpt-oss-120b",
        "chatgpt-4o-latest",
        "o1",
        "o1-preview",
        "o3-mini",
        "o4-mini-2025-04-16",
        "@prod-key/gpt-4o",
        "openai/gpt-4.1",
        "@slug/openai/o3",
        "ft:gpt-4o-mini-2024-07-18:org::id"
      })
  void shouldKnowModelsOfTheNewerEncoding(String model) {
    assertThat(ModelFamily.of(model).encoding()).isEqualTo(EncodingType.O200K_BASE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gpt-4",
        "gpt-4-0613",
        "gpt-4-turbo-2024-04-09",
        "gpt-4-32k",
        "gpt-3.5-turbo-0125",
        "gpt-35-turbo",
        "@azure/gpt-4-turbo"
      })
  void shouldKnowModelsOfTheOlderEncoding(String model) {
    assertThat(ModelFamily.of(model).encoding()).isEqualTo(EncodingType.CL100K_BASE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "claude-sonnet-4",
        "@bedrock/anthropic.claude-3",
        "gemini-2.5-pro",
        "o1ympus",
        "gpt-4x",
        "my-gpt-4o",
        "",
        "/",
        "ft:"
      })
  void shouldNotGuessTheEncodingOfOthers(String model) {
    assertThat(ModelFamily.of(model).encoding()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"text-davinci-003", "@old/text-davinci-003"})
  void shouldAskTheLibraryForWhatIsNotInTheTable(String model) {
    assertThat(ModelFamily.of(model).encoding()).isEqualTo(EncodingType.P50K_BASE);
  }
}
