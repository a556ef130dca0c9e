// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.json;

import static io.completionworker.gateway.json.UsageReader.CountLookup.pointers;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.completionworker.gateway.json.UsageReader.CountLookup;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the counts of a usage object under the names that providers use. A count that the object
 * does not have is null. Used by one thread only.
 */
final class UsageNames {

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

  private static final List<JsonPointer> MISSED = pointers("/prompt_cache_miss_tokens");

  private static final List<JsonPointer> PROMPT_WITH_CACHE = pointers("/prompt_tokens");

  /** Prompt counts that exclude the tokens of the cache if those have one of the names below. */
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

  /** Names that no provider uses for the sum of the tokens read and written. */
  private static final List<JsonPointer> CACHE_READ =
      pointers("/cache_read_input_tokens", "/cacheReadInputTokens", "/cacheReadInputTokenCount");

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

  /** Objects that hold parts of the prompt count. The parts may also be beside the count. */
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

  /** Reasoning counts that the completion count excludes. */
  private static final List<JsonPointer> REASONING_APART =
      pointers("/thoughtsTokenCount", "/thoughts_token_count");

  private static final List<JsonPointer> TOOL_PROMPT =
      pointers("/toolUsePromptTokenCount", "/tool_use_prompt_token_count");

  private final CountLookup counts;
  private final List<JsonNode> promptDetails;
  private final List<JsonNode> completionDetails;
  private final @Nullable Long prompt;
  private final @Nullable Long completion;
  private final @Nullable Long total;
  private final @Nullable Long cached;
  private final @Nullable Long written;
  private final @Nullable Long writtenForAnHour;
  private final @Nullable Long reasoning;

  /** Reads the counts of this object. */
  UsageNames(JsonNode usage) {
    counts = new CountLookup(usage);
    promptDetails = counts.containers(PROMPT_DETAILS);
    completionDetails = counts.containers(COMPLETION_DETAILS);
    writtenForAnHour = counts.most(promptDetails, WRITTEN_FOR_AN_HOUR);
    written = written(counts.most(promptDetails, WRITTEN_FOR_MINUTES));
    cached = cached(counts.most(promptDetails, CACHED));
    prompt = prompt(counts.first(PROMPT));
    completion = counts.first(COMPLETION);
    total = counts.first(TOTAL);
    reasoning = counts.most(completionDetails, REASONING);
  }

  private @Nullable Long written(@Nullable Long forMinutes) {
    Long named = counts.most(promptDetails, WRITTEN);
    return forMinutes == null && writtenForAnHour == null
        ? named
        : CountLookup.greater(named, orZero(forMinutes) + orZero(writtenForAnHour));
  }

  private @Nullable Long cached(@Nullable Long named) {
    Long read = counts.first(CACHE_READ);
    boolean both = read != null && named != null && named == read + orZero(written);
    return both ? read : named;
  }

  private @Nullable Long prompt(@Nullable Long named) {
    Long missed = counts.first(MISSED);
    return named != null || missed == null ? named : Long.valueOf(missed + orZero(cached));
  }

  /** Returns the prompt tokens. Whether the count includes its parts is not determined here. */
  @Nullable Long prompt() {
    return prompt;
  }

  @Nullable Long completion() {
    return completion;
  }

  @Nullable Long total() {
    return total;
  }

  /**
   * Returns the tokens that were read from the provider's cache. If several names have a count, the
   * greatest is used, unless it includes the written tokens.
   */
  @Nullable Long cached() {
    return cached;
  }

  /** Returns the tokens that were written to the provider's cache. */
  @Nullable Long written() {
    return written;
  }

  @Nullable Long writtenForAnHour() {
    return writtenForAnHour;
  }

  @Nullable Long reasoning() {
    return reasoning;
  }

  /** Returns the prompt tokens of tool results, which are never included in the prompt count. */
  @Nullable Long toolPrompt() {
    return counts.first(TOOL_PROMPT);
  }

  /** Returns the audio, text or image tokens of the prompt. */
  @Nullable Long ofPrompt(String kind) {
    return counts.ofKind(promptDetails, kind);
  }

  /** Returns the audio, text, image or prediction tokens of the completion. */
  @Nullable Long ofCompletion(String kind) {
    return counts.ofKind(completionDetails, kind);
  }

  boolean hasPromptDetails() {
    return !promptDetails.isEmpty();
  }

  boolean hasCompletionDetails() {
    return !completionDetails.isEmpty();
  }

  /** Whether the names are those of an API whose prompt count excludes the tokens of the cache. */
  boolean cacheIsApart() {
    return counts.first(PROMPT_WITH_CACHE) == null
        && counts.first(PROMPT_APART) != null
        && counts.first(CACHE_APART) != null;
  }

  /** Whether the names are those of an API whose completion count excludes reasoning. */
  boolean reasoningIsApart() {
    return counts.first(REASONING_APART) != null;
  }

  /** Whether the reasoning count is among the details of the completion and not beside it. */
  boolean reasoningIsDetail() {
    return reasoning != null && counts.most(REASONING) == null;
  }

  /** Whether a value that was looked up exists but is not a count. */
  boolean odd() {
    return counts.odd();
  }

  @Override
  public String toString() {
    return "prompt %s, completion %s, total %s, cached %s, written %s, reasoning %s"
        .formatted(prompt, completion, total, cached, written, reasoning);
  }

  private static long orZero(@Nullable Long count) {
    return count == null ? 0 : count;
  }
}
