package io.completionworker.gateway.json;

import com.fasterxml.jackson.databind.JsonNode;
import io.completionworker.avro.CompletionTokensDetails;
import io.completionworker.avro.PromptTokensDetails;
import io.completionworker.avro.TokenUsage;
import org.jspecify.annotations.Nullable;

/** Reads reported token counts. */
public final class UsageReader {

  private UsageReader() {}

  static @Nullable JsonNode find(JsonNode root) {
    if (root.path("usage").isObject()) {
      return root.get("usage");
    }
    for (JsonNode choice : root.path("choices")) {
      if (choice.path("usage").isObject()) {
        return choice.get("usage");
      }
    }
    JsonNode groq = root.path("x_groq").path("usage");
    return groq.isObject() ? groq : null;
  }

  public static @Nullable TokenUsage read(JsonNode root) {
    JsonNode usage = find(root);
    if (usage == null) {
      return null;
    }
    Long prompt = count(usage.path("prompt_tokens"));
    Long completion = count(usage.path("completion_tokens"));
    if (prompt == null && completion == null) {
      return null;
    }
    long p = prompt == null ? 0 : prompt;
    long c = completion == null ? 0 : completion;
    Long total = count(usage.path("total_tokens"));
    JsonNode pd = usage.path("prompt_tokens_details");
    JsonNode cd = usage.path("completion_tokens_details");
    return new TokenUsage(
        p,
        c,
        total == null ? (p > Long.MAX_VALUE - c ? Long.MAX_VALUE : p + c) : total,
        !pd.isObject()
            ? null
            : new PromptTokensDetails(
                count(pd.path("cached_tokens")),
                count(pd.path("audio_tokens")),
                count(pd.path("text_tokens")),
                count(pd.path("image_tokens")),
                count(pd.path("cache_write_tokens"))),
        !cd.isObject()
            ? null
            : new CompletionTokensDetails(
                count(cd.path("reasoning_tokens")),
                count(cd.path("audio_tokens")),
                count(cd.path("text_tokens")),
                count(cd.path("accepted_prediction_tokens")),
                count(cd.path("rejected_prediction_tokens"))));
  }

  private static @Nullable Long count(JsonNode node) {
    Long whole = LenientJson.whole(node);
    return whole == null ? null : Long.valueOf(Math.max(0, whole));
  }
}
