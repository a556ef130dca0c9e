// SPDX-License-Identifier: Apache-2.0
package io.completionworker.validation;

import static io.completionworker.validation.Requests.part;
import static io.completionworker.validation.Requests.strict;
import static io.completionworker.validation.Requests.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.completionworker.avro.AudioOutput;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.ImageUrl;
import io.completionworker.avro.JsonSchemaFormat;
import io.completionworker.avro.Prediction;
import io.completionworker.avro.ResponseFormat;
import io.completionworker.avro.StreamOptions;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class OutputRulesTest {

  private static final String EMOJI = "\ud83d\ude00";

  private static Arguments valid(String why, Consumer<CompletionRequest.Builder> bent) {
    return arguments(why, bent);
  }

  private static Arguments wrong(
      String why, String field, Consumer<CompletionRequest.Builder> bent) {
    return arguments(why, field, bent);
  }

  private static ResponseFormat format(String type, @Nullable String schemaName) {
    JsonSchemaFormat schema =
        schemaName == null ? null : new JsonSchemaFormat(schemaName, null, "{}", true);
    return new ResponseFormat(type, schema);
  }

  private static Map<String, String> pairs(int count) {
    return IntStream.range(0, count).boxed().collect(Collectors.toMap(i -> "k" + i, i -> "v"));
  }

  static Stream<Arguments> validRequests() {
    return Stream.of(
        valid("text", r -> r.setResponseFormat(format("text", null))),
        valid("json", r -> r.setResponseFormat(format("json_object", null))),
        valid("schema", r -> r.setResponseFormat(format("json_schema", "answer"))),
        valid("stream", r -> r.setStream(true).setStreamOptions(new StreamOptions(true, null))),
        valid(
            "audio",
            r ->
                r.setModalities(List.of("text", "audio"))
                    .setAudio(new AudioOutput("alloy", "mp3"))),
        valid("predicted text", r -> r.setPrediction(new Prediction("content", "a"))),
        valid(
            "predicted parts", r -> r.setPrediction(new Prediction("content", List.of(text("a"))))),
        valid("metadata", r -> r.setMetadata(pairs(16))),
        valid("longest metadata", r -> r.setMetadata(Map.of(EMOJI.repeat(64), EMOJI.repeat(512)))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("validRequests")
  void shouldTakeTheFormsOfAnAnswer(String why, Consumer<CompletionRequest.Builder> bent) {
    assertThat(strict(bent)).as(why).isEmpty();
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        wrong("format", "response_format.type", r -> r.setResponseFormat(format("xml", null))),
        wrong(
            "schema missing",
            "response_format.json_schema",
            r -> r.setResponseFormat(format("json_schema", null))),
        wrong(
            "schema too much",
            "response_format.json_schema",
            r -> r.setResponseFormat(format("json_object", "answer"))),
        wrong(
            "schema name",
            "response_format.json_schema.name",
            r -> r.setResponseFormat(format("json_schema", "an answer"))),
        wrong(
            "options without stream",
            "stream_options",
            r -> r.setStreamOptions(new StreamOptions(true, null))),
        wrong("no modality", "modalities", r -> r.setModalities(List.of())),
        wrong("modality", "modalities[1]", r -> r.setModalities(List.of("text", "smell"))),
        wrong("audio missing", "audio", r -> r.setModalities(List.of("audio"))),
        wrong("audio too much", "audio", r -> r.setAudio(new AudioOutput("alloy", "mp3"))),
        wrong(
            "voice",
            "audio.voice",
            r -> r.setModalities(List.of("audio")).setAudio(new AudioOutput(" ", "mp3"))),
        wrong(
            "audio format",
            "audio.format",
            r -> r.setModalities(List.of("audio")).setAudio(new AudioOutput("alloy", "tape"))),
        wrong("prediction", "prediction.type", r -> r.setPrediction(new Prediction("guess", "a"))),
        wrong(
            "predicted image",
            "prediction.content[0].type",
            r ->
                r.setPrediction(
                    new Prediction(
                        "content",
                        List.of(part("image_url", p -> p.setImageUrl(new ImageUrl("u", null))))))),
        wrong("too much metadata", "metadata", r -> r.setMetadata(pairs(17))),
        wrong("metadata value", "metadata.'k'", r -> r.setMetadata(Map.of("k", "v".repeat(513)))),
        wrong(
            "metadata key",
            "metadata.'" + "k".repeat(40) + "...'",
            r -> r.setMetadata(Map.of("k".repeat(65), "v"))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void shouldNameTheFieldThatIsWrong(
      String why, String field, Consumer<CompletionRequest.Builder> bent) {
    assertThat(strict(bent)).as(why).extracting("field").containsExactly(field);
  }
}
