package io.completionworker.gateway.stream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.completionworker.avro.ChoiceLogprobs;
import io.completionworker.avro.ResponseAudio;
import io.completionworker.avro.TokenLogprob;
import io.completionworker.avro.TopLogprob;
import io.completionworker.gateway.json.FunctionCalls;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes an assembled answer as the endpoint would have sent it in one piece, so that it is read as
 * every other answer is and whoever keeps bodies need not know how they came.
 */
final class AssembledBody {

  private static final JsonFactory JSON = new JsonFactory();

  private AssembledBody() {}

  /** The body, UTF-8. Half a surrogate pair becomes a question mark. */
  static byte[] of(AnswerAssembly answer) {
    var bytes = new ByteArrayOutputStream(1024);
    try (var out = JSON.createGenerator(new OutputStreamWriter(bytes, StandardCharsets.UTF_8))) {
      out.writeStartObject();
      text(out, "id", answer.id());
      out.writeStringField("object", "chat.completion");
      if (answer.created() != null) {
        out.writeNumberField("created", answer.created());
      }
      text(out, "model", answer.model());
      out.writeArrayFieldStart("choices");
      for (Map.Entry<Integer, ChoiceAssembly> choice : answer.choices().entrySet()) {
        choice(out, choice.getKey(), choice.getValue());
      }
      out.writeEndArray();
      if (answer.usage() != null) {
        out.writeFieldName("usage");
        out.writeRawValue(answer.usage());
      }
      text(out, "service_tier", answer.serviceTier());
      text(out, "system_fingerprint", answer.systemFingerprint());
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return bytes.toByteArray();
  }

  private static void choice(JsonGenerator out, int index, ChoiceAssembly choice)
      throws IOException {
    out.writeStartObject();
    out.writeNumberField("index", index);
    out.writeObjectFieldStart("message");
    out.writeStringField("role", choice.role());
    out.writeStringField("content", choice.content.value());
    out.writeStringField("refusal", choice.refusal.value());
    text(out, "reasoning_content", choice.reasoning.value());
    FunctionCalls.toolCalls(out, choice.toolCalls());
    FunctionCalls.functionCall(out, choice.functionCall());
    annotations(out, choice.annotations());
    audio(out, choice.audio());
    out.writeEndObject();
    logprobs(out, choice.logprobs());
    out.writeStringField("finish_reason", choice.finishReason());
    out.writeEndObject();
  }

  /** Each is an array of its own; the answer has one of all. */
  private static void annotations(JsonGenerator out, List<String> arrays) throws IOException {
    if (arrays.isEmpty()) {
      return;
    }
    out.writeArrayFieldStart("annotations");
    for (String array : arrays) {
      String elements = array.substring(1, array.length() - 1);
      if (!elements.isBlank()) {
        out.writeRawValue(elements);
      }
    }
    out.writeEndArray();
  }

  private static void audio(JsonGenerator out, @Nullable ResponseAudio audio) throws IOException {
    if (audio == null) {
      return;
    }
    out.writeObjectFieldStart("audio");
    out.writeStringField("id", audio.getId());
    text(out, "data", audio.getData());
    if (audio.getExpiresAt() != null) {
      out.writeNumberField("expires_at", audio.getExpiresAt());
    }
    text(out, "transcript", audio.getTranscript());
    out.writeEndObject();
  }

  private static void logprobs(JsonGenerator out, @Nullable ChoiceLogprobs logprobs)
      throws IOException {
    if (logprobs == null) {
      out.writeNullField("logprobs");
      return;
    }
    out.writeObjectFieldStart("logprobs");
    tokens(out, "content", logprobs.getContent());
    tokens(out, "refusal", logprobs.getRefusal());
    out.writeEndObject();
  }

  private static void tokens(JsonGenerator out, String name, @Nullable List<TokenLogprob> tokens)
      throws IOException {
    if (tokens == null) {
      out.writeNullField(name);
      return;
    }
    out.writeArrayFieldStart(name);
    for (TokenLogprob token : tokens) {
      out.writeStartObject();
      probability(out, token.getToken(), token.getLogprob(), token.getBytes());
      out.writeArrayFieldStart("top_logprobs");
      for (TopLogprob top : token.getTopLogprobs()) {
        out.writeStartObject();
        probability(out, top.getToken(), top.getLogprob(), top.getBytes());
        out.writeEndObject();
      }
      out.writeEndArray();
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static void probability(
      JsonGenerator out, String token, double logprob, @Nullable List<Integer> bytes)
      throws IOException {
    out.writeStringField("token", token);
    out.writeNumberField("logprob", logprob);
    if (bytes == null) {
      out.writeNullField("bytes");
      return;
    }
    out.writeArrayFieldStart("bytes");
    for (int value : bytes) {
      out.writeNumber(value);
    }
    out.writeEndArray();
  }

  private static void text(JsonGenerator out, String name, @Nullable String value)
      throws IOException {
    if (value != null) {
      out.writeStringField(name, value);
    }
  }
}
