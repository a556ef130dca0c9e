// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.FunctionCallOption;
import io.completionworker.avro.FunctionDefinition;
import io.completionworker.avro.Message;
import io.completionworker.avro.Tool;
import io.completionworker.avro.ToolChoice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestEncoderTest {

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final RequestEncoder encoder = new RequestEncoder();

  @Test
  void shouldWriteEveryFieldUnderItsNameAndInTheShapeOfTheApi() throws IOException {
    assertThat(tree(FullRequest.request())).isEqualTo(JSON.readTree(FullRequest.BODY));
  }

  @Test
  void shouldSendEveryFieldOfTheSchemaThatIsABodyParameter() throws IOException {
    Set<String> notSent = Set.of("request_id", "portkey", "deadline_ms", "extra_body");
    List<String> names = new ArrayList<>();
    for (JsonNode field :
        JSON.readTree(Path.of("avro", "CompletionRequest.avsc").toFile()).path("fields")) {
      names.add(field.path("name").asText());
    }
    names.removeAll(notSent);

    assertThat(tree(FullRequest.request()).fieldNames())
        .toIterable()
        .containsAll(names)
        .doesNotContainAnyElementsOf(notSent);
  }

  @Test
  void shouldLeaveOutWhatIsNotSet() throws IOException {
    assertThat(tree(minimal().build()))
        .isEqualTo(
            JSON.readTree(
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"));
  }

  @Test
  void shouldWriteChoicesThatNameNoFunctionAsWords() throws IOException {
    JsonNode body =
        tree(
            minimal()
                .setToolChoice(new ToolChoice("required", null))
                .setFunctionCall(new FunctionCallOption("auto", null))
                .build());

    assertThat(body.path("tool_choice").textValue()).isEqualTo("required");
    assertThat(body.path("function_call").textValue()).isEqualTo("auto");
  }

  @Test
  void shouldLetExtraBodyReplaceOurFields() throws IOException {
    JsonNode body =
        tree(
            minimal()
                .setTemperature(0.5)
                .setToolChoice(new ToolChoice("auto", null))
                .setExtraBody(
                    """
                    {"temperature": 7, "tool_choice": {"type": "x"}, "stream": false,
                     "stream_options": {}, "messages": "mine", "a": 1, "a": "last"}
                    """)
                .build());

    assertThat(body)
        .isEqualTo(
            JSON.readTree(
                """
                {"model": "m", "temperature": 7, "tool_choice": {"type": "x"}, "messages": "mine",
                 "a": "last"}
                """));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "1", "", "{\"a\":1} {}", "{\"a\":", "{'a':1}", "{\"a\":}"})
  void shouldRefuseAnExtraBodyThatIsNoJsonObject(String extra) {
    CompletionRequest request = minimal().setExtraBody(extra).build();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> encoder.encode(request))
        .withMessageContaining("extra_body");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "secret words", "{\"a\":1}}", "{} {}", "[1,", "\"half"})
  void shouldNameAFieldWhoseJsonIsBrokenAndNotQuoteIt(String schema) {
    CompletionRequest request = withParameters(schema);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> encoder.encode(request))
        .withMessageContaining("tools.parameters")
        .withMessageNotContaining("secret");
  }

  @Test
  void shouldSendLongTextsOfAnExtra() {
    String video = "{\"video\":\"" + "x".repeat(25_000_000) + "\"}";

    assertThat(encoder.encode(minimal().setExtraBody(video).build()).bytes())
        .hasSizeGreaterThan(25_000_000);
  }

  @Test
  void shouldRefuseJsonThatIsNestedWithoutEnd() {
    CompletionRequest request = withParameters("[".repeat(100_000));

    assertThatIllegalArgumentException().isThrownBy(() -> encoder.encode(request));
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void shouldRefuseNumbersThatJsonDoesNotKnow(double number) {
    CompletionRequest request = minimal().setTopP(number).build();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> encoder.encode(request))
        .withMessage("top_p is not a finite number");
  }

  @Test
  void shouldWriteWholeNumbersWithoutAFraction() {
    CompletionRequest request =
        minimal()
            .setTemperature(1d)
            .setTopP(-0d)
            .setFrequencyPenalty(1e300)
            .setLogitBias(Map.of("1", 5d))
            .build();

    assertThat(text(request))
        .contains("\"temperature\":1,", "\"top_p\":0,", "\"1\":5}", ":1.0E300");
  }

  @Test
  void shouldSendTextOfAllLanguagesAsItIs() throws IOException {
    String text = "Grüße, 世界, \ud83d\ude00, \"quoted\"\n\u0000";
    CompletionRequest request = says(text);

    assertThat(tree(request).at("/messages/0/content").textValue()).isEqualTo(text);
    assertThat(text(request)).contains("世界", "\ud83d\ude00");
  }

  @Test
  void shouldReplaceHalfSurrogatePairs() throws IOException {
    assertThat(tree(says("a\ud83d-\ude00z")).at("/messages/0/content").textValue())
        .isEqualTo("a?-?z");
  }

  private JsonNode tree(CompletionRequest request) throws IOException {
    return JSON.readTree(encoder.encode(request).bytes());
  }

  private String text(CompletionRequest request) {
    return new String(encoder.encode(request).bytes(), StandardCharsets.UTF_8);
  }

  private static CompletionRequest withParameters(String schema) {
    return minimal()
        .setTools(
            List.of(
                new Tool("function", new FunctionDefinition("f", null, schema, null, null), null)))
        .build();
  }

  private static CompletionRequest says(String text) {
    return minimal()
        .setMessages(List.of(Message.newBuilder().setRole("user").setContent(text).build()))
        .build();
  }

  private static CompletionRequest.Builder minimal() {
    return CompletionRequest.newBuilder()
        .setModel("m")
        .setMessages(List.of(Message.newBuilder().setRole("user").setContent("Hi").build()));
  }
}
