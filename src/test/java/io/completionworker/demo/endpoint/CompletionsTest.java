// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class CompletionsTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String TOOLS =
      """
      "tools":[{"type":"function","function":{"name":"weather","parameters":{"type":"object",
        "properties":{"city":{"type":"string"},"days":{"type":"integer"}}}}},
       {"type":"function","function":{"name":"clock"}}]""";

  @Test
  void shouldMakeAsManyChoicesAsAskedFor() throws Exception {
    JsonNode answer = answer("\"n\":3");

    assertThat(answer.path("choices")).hasSize(3);
    assertThat(answer.at("/choices/2/index").asInt()).isEqualTo(2);
    assertThat(answer.at("/usage/total_tokens").asLong())
        .isEqualTo(
            answer.at("/usage/prompt_tokens").asLong()
                + answer.at("/usage/completion_tokens").asLong());
  }

  @Test
  void shouldStopAtTheTokenLimit() throws Exception {
    JsonNode choice = answer("\"max_tokens\":5").at("/choices/0");

    assertThat(choice.path("finish_reason").asText()).isEqualTo("length");
    assertThat(choice.at("/message/content").asText()).hasSize(20);
  }

  @Test
  void shouldCallTheToolThatIsForced() throws Exception {
    JsonNode choice =
        answer(
                TOOLS
                    + ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"weather\"}}")
            .at("/choices/0");

    assertThat(choice.path("finish_reason").asText()).isEqualTo("tool_calls");
    assertThat(choice.at("/message/tool_calls")).hasSize(1);
    JsonNode arguments =
        JSON.readTree(choice.at("/message/tool_calls/0/function/arguments").asText());
    assertThat(arguments.path("city").isTextual()).isTrue();
    assertThat(arguments.path("days").isIntegralNumber()).isTrue();
  }

  @Test
  void shouldCallSeveralToolsOnlyWhenAllowed() throws Exception {
    assertThat(answer(TOOLS).at("/choices/0/message/tool_calls")).hasSize(2);
    assertThat(answer(TOOLS + ",\"parallel_tool_calls\":false").at("/choices/0/message/tool_calls"))
        .hasSize(1);
    assertThat(
            answer(TOOLS + ",\"tool_choice\":\"none\"").at("/choices/0/message/content").asText())
        .isNotEmpty();
  }

  @Test
  void shouldAnswerWithJsonOfTheSchema() throws Exception {
    JsonNode answer =
        answer(
            """
            "response_format":{"type":"json_schema","json_schema":{"name":"s","schema":{
             "type":"object","properties":{"mood":{"enum":["calm","cross"]},
             "items":{"type":"array","items":{"$ref":"#/$defs/item"}},"ok":{"type":"boolean"}},
             "$defs":{"item":{"type":"object","properties":{"price":{"type":"number"}}}}}}}""");

    JsonNode content = JSON.readTree(answer.at("/choices/0/message/content").asText());

    assertThat(content.path("mood").asText()).isEqualTo("calm");
    assertThat(content.at("/items/0/price").isNumber()).isTrue();
    assertThat(content.path("ok").isBoolean()).isTrue();
  }

  @Test
  void shouldGiveLogprobsWithAlternatives() throws Exception {
    JsonNode token =
        answer("\"logprobs\":true,\"top_logprobs\":2").at("/choices/0/logprobs/content/0");

    assertThat(token.path("logprob").asDouble()).isNegative();
    assertThat(token.path("top_logprobs")).hasSize(2);
  }

  @Test
  void shouldAnswerAtTheLengthThatIsSetAndTheSameEachTime() throws Exception {
    JsonNode longer = answer("\"seed\":1", 200);

    long used = longer.at("/usage/completion_tokens").asLong();
    assertThat(used).isBetween(100L, 300L);
    assertThat(longer.at("/choices/0/message/content").asText()).hasSizeBetween(400, 1_200);
    assertThat(answer("\"seed\":1", 200).path("usage")).isEqualTo(longer.path("usage"));
  }

  @Test
  void shouldNeverUseMoreThanIsAllowed() throws Exception {
    String few = "\"max_completion_tokens\":3,\"n\":2,\"reasoning_effort\":\"low\"";

    assertThat(answer(few, 200).at("/usage/completion_tokens").asLong()).isEqualTo(6);
    assertThat(answer(few + "," + TOOLS).at("/usage/completion_tokens").asLong()).isEqualTo(6);
  }

  private static JsonNode answer(String fields) throws Exception {
    return answer(fields, 0);
  }

  private static JsonNode answer(String fields, int mean) throws Exception {
    String body =
        """
        {"model":"m","messages":[{"role":"user","content":"What about Zürich? 🏔"}],%s}"""
            .formatted(fields);
    return Completions.answer(JSON.readTree(body), 1, mean);
  }
}
