// SPDX-License-Identifier: Apache-2.0
package io.completionworker.format.body;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.Message;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MisspeltNamesTest {

  @Test
  void shouldKnowTheNamesOfTheSchema() {
    assertThat(MisspeltNames.PARAMETERS)
        .isSubsetOf(names(CompletionRequest.getClassSchema()))
        .containsAll(
            names(CompletionRequest.getClassSchema()).stream()
                .filter(
                    name ->
                        !Set.of("request_id", "portkey", "deadline_ms", "extra_body")
                            .contains(name))
                .toList());
    assertThat(names(Message.getClassSchema()))
        .containsAll(MisspeltNames.MESSAGE)
        .hasSize(MisspeltNames.MESSAGE.size() + 1)
        .contains("extra");
  }

  @ParameterizedTest
  @CsvSource({
    "temprature, temperature",
    "temperatrue, temperature",
    "Temperature, temperature",
    "maxTokens, max_tokens",
    "max-tokens, max_tokens",
    "max_token, max_tokens",
    "max_completions_tokens, max_completion_tokens",
    "topP, top_p",
    "tops_p, top_p",
    "response_fromat, response_format",
    "toolChoice, tool_choice"
  })
  void shouldNameTheNearest(String name, String nearest) {
    assertThat(MisspeltNames.in(JsonNodeFactory.instance.objectNode().put(name, 1)))
        .containsExactly(
            "\"%s\" is not a known parameter; the nearest is \"%s\"; it is sent as it is"
                .formatted(name, nearest));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "temperature",
        "n",
        "top_k",
        "min_p",
        "models",
        "thinking",
        "reasoning",
        "include_reasoning",
        "repetition_penalty",
        "length_penalty",
        "web_search_options",
        "prompt_cache_key",
        "safety_identifier",
        "stop_sequences",
        "stop_token_ids",
        "min_tokens",
        "safe_prompt",
        "random_seed",
        "extra_body",
        "provider",
        "guided_json",
        "system"
      })
  void shouldSayNothingOfOtherParameters(String name) {
    assertThat(MisspeltNames.in(JsonNodeFactory.instance.objectNode().put(name, 1))).isEmpty();
  }

  private static List<String> names(Schema schema) {
    return schema.getFields().stream().map(Schema.Field::name).toList();
  }
}
