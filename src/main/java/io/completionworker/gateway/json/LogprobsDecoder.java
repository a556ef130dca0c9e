package io.completionworker.gateway.json;

import static io.completionworker.gateway.json.LenientJson.orEmpty;

import com.fasterxml.jackson.core.JsonParser;
import io.completionworker.avro.ChoiceLogprobs;
import io.completionworker.avro.TokenLogprob;
import io.completionworker.avro.TopLogprob;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads log probabilities. A token without a probability is left out. */
final class LogprobsDecoder {

  private LogprobsDecoder() {}

  static ChoiceLogprobs logprobs(JsonParser in) throws IOException {
    List<TokenLogprob> content = null;
    List<TokenLogprob> refusal = null;
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      in.nextToken();
      switch (name) {
        case "content" -> content = LenientJson.objects(in, LogprobsDecoder::token);
        case "refusal" -> refusal = LenientJson.objects(in, LogprobsDecoder::token);
        default -> in.skipChildren();
      }
    }
    return new ChoiceLogprobs(content, refusal);
  }

  private static @Nullable TokenLogprob token(JsonParser in) throws IOException {
    String token = null;
    Double logprob = null;
    List<Integer> bytes = null;
    List<TopLogprob> top = null;
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      in.nextToken();
      switch (name) {
        case "token" -> token = LenientJson.text(in);
        case "logprob" -> logprob = LenientJson.number(in);
        case "bytes" -> bytes = LenientJson.list(in, LenientJson::small);
        case "top_logprobs" -> top = LenientJson.objects(in, LogprobsDecoder::top);
        default -> in.skipChildren();
      }
    }
    return logprob == null
        ? null
        : new TokenLogprob(orEmpty(token), logprob, bytes, top == null ? List.of() : top);
  }

  private static @Nullable TopLogprob top(JsonParser in) throws IOException {
    String token = null;
    Double logprob = null;
    List<Integer> bytes = null;
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      in.nextToken();
      switch (name) {
        case "token" -> token = LenientJson.text(in);
        case "logprob" -> logprob = LenientJson.number(in);
        case "bytes" -> bytes = LenientJson.list(in, LenientJson::small);
        default -> in.skipChildren();
      }
    }
    return logprob == null ? null : new TopLogprob(orEmpty(token), logprob, bytes);
  }
}
