// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.completionworker.avro.CompletionTokensDetails;
import io.completionworker.avro.PromptTokensDetails;
import io.completionworker.avro.TokenUsage;
import io.completionworker.gateway.json.UsageShapes.Shape;
import java.io.IOException;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageReaderTest {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  private static TokenUsage read(String json) {
    TokenUsage usage = UsageReader.read(tree(json));
    if (usage == null) {
      throw new AssertionError("no usage in " + json);
    }
    return usage;
  }

  private static TokenUsage ofUsage(String members) {
    return read("{\"usage\": {" + members + "}}");
  }

  private static long cached(TokenUsage usage) {
    PromptTokensDetails parts = usage.getPromptTokensDetails();
    return parts == null ? 0 : orZero(parts.getCachedTokens());
  }

  private static long written(TokenUsage usage) {
    PromptTokensDetails parts = usage.getPromptTokensDetails();
    return parts == null ? 0 : orZero(parts.getCacheWriteTokens());
  }

  private static long reasoning(TokenUsage usage) {
    CompletionTokensDetails parts = usage.getCompletionTokensDetails();
    return parts == null ? 0 : orZero(parts.getReasoningTokens());
  }

  private static long orZero(@Nullable Long count) {
    return count == null ? 0 : count;
  }

  private static List<Shape> shapes() {
    return UsageShapes.all();
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void shouldReadWhatEachProviderReports(Shape shape) {
    TokenUsage usage = read(shape.json());

    assertThat(usage.getPromptTokens()).as("prompt").isEqualTo(shape.prompt());
    assertThat(cached(usage)).as("cached").isEqualTo(shape.cached());
    assertThat(written(usage)).as("written").isEqualTo(shape.written());
    assertThat(usage.getCompletionTokens()).as("completion").isEqualTo(shape.completion());
    assertThat(reasoning(usage)).as("reasoning").isEqualTo(shape.reasoning());
    assertThat(usage.getTotalTokens())
        .as("total")
        .isGreaterThanOrEqualTo(shape.prompt() + shape.completion());
  }

  @Test
  void shouldReadEveryDetail() {
    TokenUsage usage =
        ofUsage(
            """
            "prompt_tokens": 90, "completion_tokens": 30, "total_tokens": 120,
            "prompt_tokens_details": {"cached_tokens": 1, "audio_tokens": 2, "text_tokens": 3,
              "image_tokens": 4, "cache_write_tokens": 5},
            "cache_creation": {"ephemeral_5m_input_tokens": 2, "ephemeral_1h_input_tokens": 3},
            "completion_tokens_details": {"reasoning_tokens": 1, "audio_tokens": 2,
              "text_tokens": 3, "accepted_prediction_tokens": 4, "rejected_prediction_tokens": 5,
              "image_tokens": 6}
            """);

    assertThat(usage)
        .isEqualTo(
            new TokenUsage(
                90L,
                30L,
                120L,
                new PromptTokensDetails(1L, 2L, 3L, 4L, 5L, 3L),
                new CompletionTokensDetails(1L, 2L, 3L, 6L, 4L, 5L)));
  }

  @Test
  void shouldReadKindsOfTokensFromListsByModality() {
    TokenUsage usage =
        read(
            """
            {"usageMetadata": {"promptTokenCount": 90, "candidatesTokenCount": 30,
              "promptTokensDetails": [{"modality": "AUDIO", "tokenCount": 20},
                {"modality": "IMAGE", "tokenCount": 10}, {"modality": "TEXT", "tokenCount": 60}],
              "candidatesTokensDetails": [{"modality": "AUDIO", "tokenCount": 25}, 7,
                {"modality": "IMAGE", "tokenCount": 5}]}}
            """);

    assertThat(usage.getPromptTokensDetails())
        .isEqualTo(new PromptTokensDetails(null, 20L, 60L, 10L, null, null));
    assertThat(usage.getCompletionTokensDetails())
        .isEqualTo(new CompletionTokensDetails(null, 25L, null, 5L, null, null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "[]",
        "7",
        "\"usage\"",
        "{}",
        "{\"usage\": null}",
        "{\"usage\": []}",
        "{\"usage\": {}}",
        "{\"usage\": {\"total_tokens\": 18}}",
        "{\"usage\": {\"prompt_tokens\": null, \"completion_tokens\": NaN}}",
        "{\"usage\": {\"prompt_tokens\": -3, \"completion_tokens\": 99999999999999999999999}}",
        "{\"usage\": \"much\", \"choices\": [7, null, {\"usage\": 3}], \"x_groq\": []}",
        "{\"choices\": {}, \"x_groq\": {\"usage\": null}, \"prompt_tokens\": {}}"
      })
  void shouldFindNoUsageWhereNoneIsTold(String json) {
    assertThat(UsageReader.read(tree(json))).isNull();
    assertThat(UsageReader.find(tree(json))).isNull();
  }

  @Test
  void shouldTakeTheTopBeforeTheChoicesAndOfThoseTheLast() {
    String choices =
        """
        {"choices": [{"usage": {"prompt_tokens": 1, "completion_tokens": 1}},
          {"usage": {"prompt_tokens": 1, "completion_tokens": 2}}, {"usage": null}],
         "x_groq": {"usage": {"prompt_tokens": 1, "completion_tokens": 3}}}
        """;
    String top = choices.strip().replaceFirst("\\{", "{\"usage\": {\"prompt_tokens\": 5},");

    assertThat(read(choices).getCompletionTokens()).isEqualTo(2);
    assertThat(UsageReader.find(tree(top))).isEqualTo(tree("{\"prompt_tokens\": 5}"));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "11, 11",
    "11.9, 11",
    "1.1e1, 11",
    "'\"11\"', 11",
    "'\"11.0\"', 11",
    "1000000000000000, 1000000000000000",
    "1000000000000001, none",
    "-1, none",
    "NaN, none",
    "Infinity, none",
    "1e999999999, none",
    "'\"1e9\"', none",
    "'\"-11\"', none",
    "'\"\"', none",
    "true, none",
    "'[11]', none"
  })
  void shouldTakeForACountWhatIsOne(String value, String count) {
    TokenUsage usage = ofUsage("\"completion_tokens\": 7, \"prompt_tokens\": " + value);

    assertThat(usage.getCompletionTokens()).isEqualTo(7);
    assertThat(usage.getPromptTokens()).isEqualTo(count.equals("none") ? 0 : Long.parseLong(count));
  }

  @ParameterizedTest
  @CsvSource({
    // total, prompt, completion and total as they are read
    "18, 11, 7, 18",
    "30, 11, 7, 30", // tokens that nobody names
    "5, 11, 7, 5" // wrong, and kept as it was reported
  })
  void shouldKeepATotalThatNothingExplains(long told, long prompt, long completion, long total) {
    TokenUsage usage =
        ofUsage("\"prompt_tokens\": 11, \"completion_tokens\": 7, \"total_tokens\": " + told);

    assertThat(usage).isEqualTo(new TokenUsage(prompt, completion, total, null, null));
  }

  /** Whichever parts stand apart: the total tells. */
  @Property
  void shouldReadTheSameWhereverThePartsAreCounted(
      @ForAll @LongRange(min = 1, max = 1_000_000) long fresh,
      @ForAll @LongRange(min = 1, max = 1_000_000) long cached,
      @ForAll @LongRange(min = 1, max = 1_000_000) long written,
      @ForAll @LongRange(min = 1, max = 1_000_000) long said,
      @ForAll boolean cacheIsApart,
      @ForAll boolean reasoningIsApart) {
    long reasoning = cached + written + 1; // no two ways have the same sum
    long all = fresh + cached + written;
    long out = said + reasoning;

    TokenUsage usage =
        ofUsage(
            """
            "prompt_tokens": %d, "completion_tokens": %d, "total_tokens": %d,
            "cache_read_input_tokens": %d, "cache_creation_input_tokens": %d,
            "completion_tokens_details": {"reasoning_tokens": %d}
            """
                .formatted(
                    cacheIsApart ? fresh : all,
                    reasoningIsApart ? said : out,
                    all + out,
                    cached,
                    written,
                    reasoning));

    assertThat(usage.getPromptTokens()).isEqualTo(all);
    assertThat(usage.getCompletionTokens()).isEqualTo(out);
    assertThat(usage.getTotalTokens()).isEqualTo(all + out);
  }

  /** Whatever is told, true or not. */
  @Property(tries = 3000)
  void shouldAlwaysHavePartsThatFit(
      @ForAll @LongRange(min = -5, max = 50) long prompt,
      @ForAll @LongRange(min = -5, max = 50) long completion,
      @ForAll @LongRange(min = -5, max = 200) long total,
      @ForAll @LongRange(min = -5, max = 50) long cached,
      @ForAll @LongRange(min = -5, max = 50) long written,
      @ForAll @LongRange(min = -5, max = 50) long reasoning) {
    TokenUsage usage =
        ofUsage(
            """
            "prompt_tokens": %d, "completion_tokens": %d, "total_tokens": %d, "output_tokens": 0,
            "cached_tokens": %d, "cache_write_tokens": %d, "reasoning_tokens": %d
            """
                .formatted(prompt, completion, total, cached, written, reasoning));

    assertThat(cached(usage)).isEqualTo(Math.max(0, cached));
    assertThat(reasoning(usage)).isEqualTo(Math.max(0, reasoning));
    assertThat(cached(usage) + written(usage)).isLessThanOrEqualTo(usage.getPromptTokens());
    assertThat(reasoning(usage)).isLessThanOrEqualTo(usage.getCompletionTokens());
    assertThat(usage.getTotalTokens()).isNotNegative();
    assertThat(usage.getPromptTokens()).isGreaterThanOrEqualTo(prompt);
    assertThat(usage.getCompletionTokens()).isGreaterThanOrEqualTo(completion);
  }
}
