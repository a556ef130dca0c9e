package io.completionworker.gateway.json;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The counts of a usage object under the names that providers have for them; null for one that it
 * does not have. For one thread.
 *
 * <p>A count is a number from 0 to a quadrillion; a fraction is cut off, and a text that is such a
 * number is one. Anything else is none.
 */
final class UsageNames {

  /** Far over what any model takes, and small enough to add up without a care. */
  private static final long MOST = 1_000_000_000_000_000L;

  private static final Pattern DECIMAL = Pattern.compile("\\d{1,16}(\\.\\d{0,16})?");

  private static final List<JsonPointer> PROMPT =
      pointers(
          "/prompt_tokens",
          "/input_tokens",
          "/promptTokens",
          "/inputTokens",
          "/promptTokenCount",
          "/prompt_token_count",
          "/inputTokenCount",
          "/input_token_count",
          "/billed_units/input_tokens",
          "/tokens/input_tokens",
          "/prompt_eval_count");

  /** Of these, the ones that tokens of the cache are no part of, where they have names as below. */
  private static final List<JsonPointer> PROMPT_APART =
      pointers("/input_tokens", "/inputTokens", "/inputTokenCount");

  private static final List<JsonPointer> CACHE_APART =
      pointers(
          "/cache_read_input_tokens",
          "/cache_creation_input_tokens",
          "/cacheReadInputTokens",
          "/cacheWriteInputTokens",
          "/cacheReadInputTokenCount",
          "/cacheWriteInputTokenCount");

  private static final List<JsonPointer> COMPLETION =
      pointers(
          "/completion_tokens",
          "/output_tokens",
          "/completionTokens",
          "/outputTokens",
          "/candidatesTokenCount",
          "/candidates_token_count",
          "/responseTokenCount",
          "/outputTokenCount",
          "/output_token_count",
          "/generation_token_count",
          "/generated_token_count",
          "/billed_units/output_tokens",
          "/tokens/output_tokens",
          "/eval_count");

  private static final List<JsonPointer> TOTAL =
      pointers("/total_tokens", "/totalTokens", "/totalTokenCount", "/total_token_count");

  /** Where parts of the prompt have their names: beside it, and in objects. */
  private static final List<JsonPointer> PROMPT_DETAILS =
      pointers(
          "/prompt_tokens_details",
          "/input_tokens_details",
          "/prompt_token_details",
          "/input_token_details",
          "/promptTokensDetails",
          "/inputTokensDetails");

  private static final List<JsonPointer> COMPLETION_DETAILS =
      pointers(
          "/completion_tokens_details",
          "/output_tokens_details",
          "/completion_token_details",
          "/output_token_details",
          "/completionTokensDetails",
          "/outputTokensDetails",
          "/candidatesTokensDetails");

  private static final List<JsonPointer> CACHED =
      pointers(
          "/cached_tokens",
          "/cachedTokens",
          "/cache_read_input_tokens",
          "/cache_read_tokens",
          "/cacheReadInputTokens",
          "/cacheReadInputTokenCount",
          "/cache_read",
          "/cached_input_tokens",
          "/cachedInputTokens",
          "/prompt_cache_hit_tokens",
          "/num_cached_tokens",
          "/cachedContentTokenCount",
          "/cached_content_token_count");

  private static final List<JsonPointer> WRITTEN =
      pointers(
          "/cache_write_tokens",
          "/cacheWriteTokens",
          "/cache_creation_input_tokens",
          "/cache_creation_tokens",
          "/cached_creation_tokens",
          "/cacheCreationInputTokens",
          "/cache_write_input_tokens",
          "/cacheWriteInputTokens",
          "/cacheWriteInputTokenCount");

  private static final List<JsonPointer> WRITTEN_FOR_MINUTES =
      pointers(
          "/cache_creation/ephemeral_5m_input_tokens",
          "/cache_creation_token_details/ephemeral_5m_input_tokens",
          "/claude_cache_creation_5_m_tokens");

  private static final List<JsonPointer> WRITTEN_FOR_AN_HOUR =
      pointers(
          "/cache_creation/ephemeral_1h_input_tokens",
          "/cache_creation_token_details/ephemeral_1h_input_tokens",
          "/claude_cache_creation_1_h_tokens");

  private static final List<JsonPointer> REASONING =
      pointers(
          "/reasoning_tokens",
          "/reasoningTokens",
          "/thinking_tokens",
          "/thoughtsTokenCount",
          "/thoughts_token_count");

  /** Of these, the ones that are no part of the completion. */
  private static final List<JsonPointer> REASONING_APART =
      pointers("/thoughtsTokenCount", "/thoughts_token_count");

  private static final List<JsonPointer> TOOL_PROMPT =
      pointers("/toolUsePromptTokenCount", "/tool_use_prompt_token_count");

  private final JsonNode usage;
  private boolean odd;

  /** The counts of this object. */
  UsageNames(JsonNode usage) {
    this.usage = usage;
  }

  /** What went in; whether the parts are in it is not told here. */
  @Nullable Long prompt() {
    Long named = first(PROMPT);
    Long missed = count(usage.path("prompt_cache_miss_tokens"));
    if (named != null || missed == null) {
      return named;
    }
    return missed + orZero(cached());
  }

  @Nullable Long completion() {
    return first(COMPLETION);
  }

  @Nullable Long total() {
    return first(TOTAL);
  }

  /** Read from the provider's cache. Where it has several names, the greatest is meant. */
  @Nullable Long cached() {
    return most(PROMPT_DETAILS, CACHED);
  }

  /** Written to the provider's cache. */
  @Nullable Long written() {
    Long named = most(PROMPT_DETAILS, WRITTEN);
    Long minutes = most(PROMPT_DETAILS, WRITTEN_FOR_MINUTES);
    Long hour = writtenForAnHour();
    return minutes == null && hour == null ? named : greater(named, orZero(minutes) + orZero(hour));
  }

  @Nullable Long writtenForAnHour() {
    return most(PROMPT_DETAILS, WRITTEN_FOR_AN_HOUR);
  }

  @Nullable Long reasoning() {
    return most(COMPLETION_DETAILS, REASONING);
  }

  /** Went in with the results of tools; never a part of the prompt. */
  @Nullable Long toolPrompt() {
    return first(TOOL_PROMPT);
  }

  /** Audio, text or image of the prompt. */
  @Nullable Long ofPrompt(String kind) {
    return detail(PROMPT_DETAILS, kind);
  }

  /** Audio, text or predictions of the completion. */
  @Nullable Long ofCompletion(String kind) {
    return detail(COMPLETION_DETAILS, kind);
  }

  boolean hasPromptDetails() {
    return PROMPT_DETAILS.stream().anyMatch(path -> usage.at(path).isContainerNode());
  }

  boolean hasCompletionDetails() {
    return COMPLETION_DETAILS.stream().anyMatch(path -> usage.at(path).isContainerNode());
  }

  /** Whether the names are those of an API whose prompt excludes the tokens of the cache. */
  boolean cacheIsApart() {
    return count(usage.path("prompt_tokens")) == null
        && first(PROMPT_APART) != null
        && first(CACHE_APART) != null;
  }

  /** Whether the names are those of an API whose completion excludes reasoning. */
  boolean reasoningIsApart() {
    return first(REASONING_APART) != null;
  }

  /** Whether something that was asked for is there and no count. */
  boolean odd() {
    return odd;
  }

  @Override
  public String toString() {
    return "prompt %s, completion %s, total %s, cached %s, written %s, reasoning %s"
        .formatted(prompt(), completion(), total(), cached(), written(), reasoning());
  }

  /** The first over 0, else 0 where there is any. */
  private @Nullable Long first(List<JsonPointer> paths) {
    Long found = null;
    for (JsonPointer path : paths) {
      Long count = count(usage.at(path));
      if (count != null && (found == null || found == 0)) {
        found = count;
      }
    }
    return found;
  }

  private @Nullable Long most(List<JsonPointer> objects, List<JsonPointer> names) {
    Long most = most(usage, names);
    for (JsonPointer path : objects) {
      most = greater(most, most(usage.at(path), names));
    }
    return most;
  }

  private @Nullable Long most(JsonNode object, List<JsonPointer> names) {
    Long most = null;
    if (!object.isObject()) {
      return null;
    }
    for (JsonPointer name : names) {
      most = greater(most, count(object.at(name)));
    }
    return most;
  }

  private @Nullable Long detail(List<JsonPointer> objects, String kind) {
    Long found = null;
    for (JsonPointer path : objects) {
      JsonNode object = usage.at(path);
      found = greater(found, count(object.path(kind + "_tokens")));
      for (JsonNode entry : object.isArray() ? object : List.<JsonNode>of()) {
        if (entry.path("modality").asText().equalsIgnoreCase(kind)) {
          found = greater(found, count(entry.path("tokenCount")));
        }
      }
    }
    return found;
  }

  private static List<JsonPointer> pointers(String... paths) {
    return Stream.of(paths).map(JsonPointer::compile).toList();
  }

  private static @Nullable Long greater(@Nullable Long a, @Nullable Long b) {
    return a == null || (b != null && b > a) ? b : a;
  }

  private static long orZero(@Nullable Long count) {
    return count == null ? 0 : count;
  }

  private @Nullable Long count(JsonNode node) {
    if (node.isMissingNode() || node.isNull()) {
      return null;
    }
    double number = -1;
    if (node.isNumber()) {
      number = node.doubleValue();
    } else if (node.isTextual() && DECIMAL.matcher(node.textValue().strip()).matches()) {
      number = new BigDecimal(node.textValue().strip()).doubleValue();
    }
    if (number >= 0 && number <= MOST) {
      return (long) number;
    }
    odd = true;
    return null;
  }
}
