package io.completionworker.gateway.json;

import static io.completionworker.gateway.json.LenientJson.count;

import com.fasterxml.jackson.core.JsonParser;
import io.completionworker.avro.CompletionTokensDetails;
import io.completionworker.avro.PromptTokensDetails;
import io.completionworker.avro.TokenUsage;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads reported token counts. */
final class UsageDecoder {

  private UsageDecoder() {}

  /** The counts; null when the object says neither what went in nor what came out. */
  static @Nullable TokenUsage usage(JsonParser in) throws IOException {
    Long prompt = null;
    Long completion = null;
    Long total = null;
    PromptTokensDetails promptDetails = null;
    CompletionTokensDetails completionDetails = null;
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      in.nextToken();
      switch (name) {
        case "prompt_tokens" -> prompt = count(in);
        case "completion_tokens" -> completion = count(in);
        case "total_tokens" -> total = count(in);
        case "prompt_tokens_details" ->
            promptDetails = LenientJson.object(in, UsageDecoder::promptDetails);
        case "completion_tokens_details" ->
            completionDetails = LenientJson.object(in, UsageDecoder::completionDetails);
        default -> in.skipChildren();
      }
    }
    if (prompt == null && completion == null) {
      return null;
    }
    long promptCount = prompt == null ? 0 : prompt;
    long completionCount = completion == null ? 0 : completion;
    long totalCount = total == null ? sum(promptCount, completionCount) : total;
    return new TokenUsage(
        promptCount, completionCount, totalCount, promptDetails, completionDetails);
  }

  private static long sum(long a, long b) {
    return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
  }

  private static PromptTokensDetails promptDetails(JsonParser in) throws IOException {
    Long cached = null;
    Long audio = null;
    Long text = null;
    Long image = null;
    Long cacheWrite = null;
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      in.nextToken();
      switch (name) {
        case "cached_tokens" -> cached = count(in);
        case "audio_tokens" -> audio = count(in);
        case "text_tokens" -> text = count(in);
        case "image_tokens" -> image = count(in);
        case "cache_write_tokens" -> cacheWrite = count(in);
        default -> in.skipChildren();
      }
    }
    return new PromptTokensDetails(cached, audio, text, image, cacheWrite, null);
  }

  private static CompletionTokensDetails completionDetails(JsonParser in) throws IOException {
    Long reasoning = null;
    Long audio = null;
    Long text = null;
    Long accepted = null;
    Long rejected = null;
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      in.nextToken();
      switch (name) {
        case "reasoning_tokens" -> reasoning = count(in);
        case "audio_tokens" -> audio = count(in);
        case "text_tokens" -> text = count(in);
        case "accepted_prediction_tokens" -> accepted = count(in);
        case "rejected_prediction_tokens" -> rejected = count(in);
        default -> in.skipChildren();
      }
    }
    return new CompletionTokensDetails(reasoning, audio, text, accepted, rejected);
  }
}
