// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.json;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.completionworker.avro.CompletionTokensDetails;
import io.completionworker.avro.PromptTokensDetails;
import io.completionworker.avro.TokenUsage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what an answer says it used, whichever provider it is from.
 *
 * <p>Usage is looked for in the places where providers put it, and each count under the names that
 * are in use. The result has one form for all: a part is always in its whole. {@link UsageParts}
 * tells whether it already was. A member that is no count is as good as absent, and never costs the
 * answer or the other counts.
 */
public final class UsageReader {

  private static final Logger log = LoggerFactory.getLogger(UsageReader.class);

  /** Paths to usage in an answer or in one of its choices, the one that counts for most first. */
  private static final List<JsonPointer> IN_ANSWER =
      CountLookup.pointers(
          "/x_groq/usage",
          "/usageMetadata",
          "/usage_metadata",
          "/message/usage",
          "/response/usage",
          "/response/usageMetadata",
          "/meta",
          "/amazon-bedrock-invocationMetrics",
          "");

  private static final List<JsonPointer> IN_CHOICE =
      CountLookup.pointers("/usage", "/message/usage", "/delta/usage");

  private UsageReader() {}

  /**
   * The counts of an answer, or of what a stream became when its events were merged.
   *
   * @return null when it says neither what went in nor what came out
   */
  public static @Nullable TokenUsage read(JsonNode root) {
    Found found = found(root);
    return found == null ? null : counts(found.names());
  }

  /**
   * The object with the counts: the first that has any over 0, else the first that has any at all.
   *
   * @return a part of the answer, or all of it where its counts stand at the top; null for none
   */
  public static @Nullable JsonNode find(JsonNode root) {
    Found found = found(root);
    return found == null ? null : found.object();
  }

  private record Found(JsonNode object, UsageNames names) {}

  private static @Nullable Found found(JsonNode root) {
    Found empty = null;
    for (JsonNode place : places(root)) {
      UsageNames names = new UsageNames(place);
      if (isPositive(names.prompt()) || isPositive(names.completion())) {
        return new Found(place, names);
      }
      if (empty == null && (names.prompt() != null || names.completion() != null)) {
        empty = new Found(place, names);
      }
    }
    return empty;
  }

  private static boolean isPositive(@Nullable Long count) {
    return count != null && count > 0;
  }

  private static List<JsonNode> places(JsonNode root) {
    List<JsonNode> places = new ArrayList<>();
    places.add(root.path("usage"));
    JsonNode choices = root.path("choices");
    for (int i = choices.size() - 1; i >= 0; i--) {
      for (JsonPointer path : IN_CHOICE) {
        places.add(choices.path(i).at(path));
      }
    }
    for (JsonPointer path : IN_ANSWER) {
      places.add(root.at(path));
    }
    places.removeIf(place -> !place.isObject());
    return places;
  }

  private static TokenUsage counts(UsageNames names) {
    UsageParts parts = UsageParts.of(names);
    TokenUsage usage =
        new TokenUsage(
            parts.prompt(),
            parts.completion(),
            parts.total(),
            promptDetails(names, parts),
            completionDetails(names));
    if (!parts.explained() || names.odd()) {
      log.debug("Token counts do not add up, or one is no count: {}; read as {}", names, parts);
    }
    return usage;
  }

  private static @Nullable PromptTokensDetails promptDetails(UsageNames names, UsageParts parts) {
    Long cached = names.cached();
    Long written = names.written();
    if (cached == null && written == null && !names.hasPromptDetails()) {
      return null;
    }
    return PromptTokensDetails.newBuilder()
        .setCachedTokens(cached)
        .setCacheWriteTokens(written == null ? null : parts.written())
        .setCacheWrite1hTokens(names.writtenForAnHour())
        .setAudioTokens(names.ofPrompt("audio"))
        .setTextTokens(names.ofPrompt("text"))
        .setImageTokens(names.ofPrompt("image"))
        .build();
  }

  private static @Nullable CompletionTokensDetails completionDetails(UsageNames names) {
    Long reasoning = names.reasoning();
    if (reasoning == null && !names.hasCompletionDetails()) {
      return null;
    }
    return CompletionTokensDetails.newBuilder()
        .setReasoningTokens(reasoning)
        .setAudioTokens(names.ofCompletion("audio"))
        .setTextTokens(names.ofCompletion("text"))
        .setAcceptedPredictionTokens(names.ofCompletion("accepted_prediction"))
        .setRejectedPredictionTokens(names.ofCompletion("rejected_prediction"))
        .build();
  }
}
