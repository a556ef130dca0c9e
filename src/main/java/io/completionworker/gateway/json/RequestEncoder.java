// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SegmentedStringWriter;
import io.completionworker.avro.AudioOutput;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.FunctionCallOption;
import io.completionworker.avro.JsonSchemaFormat;
import io.completionworker.avro.Prediction;
import io.completionworker.avro.ResponseFormat;
import io.completionworker.avro.StreamOptions;
import io.completionworker.avro.Tool;
import io.completionworker.avro.ToolChoice;
import io.completionworker.gateway.json.BodyWriter.RawJson;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Encodes a request as the endpoint's JSON body.
 *
 * <p>Only the request's own {@code stream} decides whether the answer is streamed, since the chunk
 * records depend on it, too. A streamed request asks for usage unless it declines it explicitly:
 * without usage, the cost of a streamed answer is unknown. A request that is not streamed has no
 * {@code stream_options}, except for a null.
 */
public final class RequestEncoder {

  private final JsonFactory json = new JsonFactory();

  /**
   * An encoded request.
   *
   * @param bytes the JSON
   * @param streamed whether the request asks for a streamed answer
   * @param choices number of choices that the request asks for
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Body(byte[] bytes, boolean streamed, int choices) {}

  /**
   * Encodes a request in UTF-8. An unpaired surrogate becomes a question mark.
   *
   * @throws IllegalArgumentException if a field that must hold JSON does not, or if a number is not
   *     finite; the message names the field and never quotes it
   */
  public Body encode(CompletionRequest request) {
    return encode(request, Map.of());
  }

  /**
   * Encodes a request as {@link #encode(CompletionRequest)} does.
   *
   * @param added members that the body has as well, each as JSON text
   */
  public Body encode(CompletionRequest request, Map<String, String> added) {
    // By way of a text, which replaces unpaired surrogates. A byte stream would throw.
    try (var text = new SegmentedStringWriter(json._getBufferRecycler())) {
      Map<String, String> extra = RawJson.object(request.getExtraBody(), "extra_body");
      extra.putAll(added);
      boolean streamed = streamed(request, extra);
      try (var out = json.createGenerator(text)) {
        write(new BodyWriter(out, extra), request);
      }
      byte[] bytes = text.getAndClear().getBytes(StandardCharsets.UTF_8);
      return new Body(bytes, streamed, choices(request, extra));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // writing to memory does not fail
    }
  }

  /**
   * Whether a message of this role without content is sent with a null as its content, unless its
   * {@code extra} repeats the role.
   */
  public static boolean addsNullContent(String role) {
    return MessageEncoder.saysItHasNone(role);
  }

  /** Returns whether the answer is to be streamed, and sets the extra fields accordingly. */
  private boolean streamed(CompletionRequest request, Map<String, String> extra)
      throws IOException {
    if (!Boolean.TRUE.equals(request.getStream())) {
      extra.remove("stream");
      extra.computeIfPresent(
          "stream_options", (name, value) -> value.equals("null") ? value : null);
      if (request.getStream() != null) {
        extra.put("stream", "false");
      }
      return false;
    }
    extra.put("stream", "true");
    String options = extra.getOrDefault("stream_options", "null");
    if (options.equals("null")) {
      extra.put("stream_options", withUsage(options(request.getStreamOptions())));
    } else if (options.startsWith("{")) {
      extra.put("stream_options", withUsage(RawJson.object(options, "stream_options")));
    } // else the value is sent unchanged, and the endpoint decides
    return true;
  }

  private static Map<String, String> options(@Nullable StreamOptions options) {
    Map<String, String> fields = new LinkedHashMap<>();
    if (options != null && options.getIncludeUsage() != null) {
      fields.put("include_usage", options.getIncludeUsage().toString());
    }
    if (options != null && options.getIncludeObfuscation() != null) {
      fields.put("include_obfuscation", options.getIncludeObfuscation().toString());
    }
    return fields;
  }

  private String withUsage(Map<String, String> options) throws IOException {
    if (!"false".equals(options.get("include_usage"))) {
      options.put("include_usage", "true");
    }
    var text = new StringWriter();
    try (var out = json.createGenerator(text)) {
      out.writeStartObject();
      for (Map.Entry<String, String> option : options.entrySet()) {
        out.writeFieldName(option.getKey());
        out.writeRawValue(option.getValue());
      }
      out.writeEndObject();
    }
    return text.toString();
  }

  private static int choices(CompletionRequest request, Map<String, String> extra) {
    String extraChoices = extra.get("n");
    if (extraChoices != null) {
      return extraChoices.matches("\\d{1,6}") ? Integer.parseInt(extraChoices) : 1;
    }
    return request.getN() == null ? 1 : request.getN();
  }

  private static void write(BodyWriter body, CompletionRequest request) throws IOException {
    body.out().writeStartObject();
    body.text("model", request.getModel());
    if (body.has("messages", request.getMessages())) {
      MessageEncoder.messages(body.out(), request.getMessages());
    }
    sampling(body, request);
    output(body, request);
    tools(body, request);
    provider(body, request);
    body.end();
  }

  private static void sampling(BodyWriter body, CompletionRequest request) throws IOException {
    body.number("frequency_penalty", request.getFrequencyPenalty());
    body.number("presence_penalty", request.getPresencePenalty());
    body.number("temperature", request.getTemperature());
    body.number("top_p", request.getTopP());
    body.whole("seed", request.getSeed());
    body.whole("n", request.getN());
    body.whole("max_tokens", request.getMaxTokens());
    body.whole("max_completion_tokens", request.getMaxCompletionTokens());
    body.texts("stop", request.getStop());
    body.flag("logprobs", request.getLogprobs());
    body.whole("top_logprobs", request.getTopLogprobs());
    Map<String, Double> bias = request.getLogitBias();
    if (body.has("logit_bias", bias)) {
      body.out().writeStartObject();
      for (Map.Entry<String, Double> entry : bias.entrySet()) {
        body.out().writeFieldName(entry.getKey());
        BodyWriter.writeNumber(body.out(), "logit_bias", entry.getValue());
      }
      body.out().writeEndObject();
    }
  }

  private static void output(BodyWriter body, CompletionRequest request) throws IOException {
    if (body.has("response_format", request.getResponseFormat())) {
      responseFormat(body.out(), request.getResponseFormat());
    }
    body.texts("modalities", request.getModalities());
    if (body.has("audio", request.getAudio())) {
      AudioOutput audio = request.getAudio();
      body.out().writeStartObject();
      body.out().writeStringField("voice", audio.getVoice());
      body.out().writeStringField("format", audio.getFormat());
      body.out().writeEndObject();
    }
    if (body.has("prediction", request.getPrediction())) {
      Prediction prediction = request.getPrediction();
      body.out().writeStartObject();
      body.out().writeStringField("type", prediction.getType());
      body.out().writeFieldName("content");
      MessageEncoder.content(body.out(), prediction.getContent());
      body.out().writeEndObject();
    }
    body.text("reasoning_effort", request.getReasoningEffort());
    body.text("verbosity", request.getVerbosity());
  }

  private static void responseFormat(JsonGenerator out, ResponseFormat format) throws IOException {
    out.writeStartObject();
    out.writeStringField("type", format.getType());
    JsonSchemaFormat schema = format.getJsonSchema();
    if (schema != null) {
      out.writeObjectFieldStart("json_schema");
      out.writeStringField("name", schema.getName());
      MessageEncoder.optional(out, "description", schema.getDescription());
      if (schema.getSchema$() != null) {
        out.writeFieldName("schema");
        RawJson.value(out, schema.getSchema$(), "response_format.json_schema.schema");
      }
      MessageEncoder.optional(out, "strict", schema.getStrict());
      out.writeEndObject();
    }
    out.writeEndObject();
  }

  private static void tools(BodyWriter body, CompletionRequest request) throws IOException {
    JsonGenerator out = body.out();
    if (body.has("tools", request.getTools())) {
      out.writeStartArray();
      for (Tool tool : request.getTools()) {
        BodyWriter members = BodyWriter.start(out, tool.getExtra(), "tools.extra");
        members.text("type", tool.getType());
        if (members.has("function", tool.getFunction())) {
          MessageEncoder.definition(out, tool.getFunction(), "tools");
        }
        members.end();
      }
      out.writeEndArray();
    }
    toolChoice(body, request.getToolChoice());
    body.flag("parallel_tool_calls", request.getParallelToolCalls());
    if (body.has("functions", request.getFunctions())) {
      out.writeStartArray();
      for (var function : request.getFunctions()) {
        MessageEncoder.definition(out, function, "functions");
      }
      out.writeEndArray();
    }
    functionCall(body, request.getFunctionCall());
  }

  private static void toolChoice(BodyWriter body, ToolChoice choice) throws IOException {
    if (choice == null) {
      return;
    }
    if (choice.getFunction() == null) {
      body.text("tool_choice", choice.getMode());
    } else if (body.has("tool_choice", choice)) {
      body.out().writeStartObject();
      body.out().writeStringField("type", "function");
      body.out().writeObjectFieldStart("function");
      body.out().writeStringField("name", choice.getFunction().getName());
      body.out().writeEndObject();
      body.out().writeEndObject();
    }
  }

  private static void functionCall(BodyWriter body, FunctionCallOption call) throws IOException {
    if (call == null) {
      return;
    }
    if (call.getName() == null) {
      body.text("function_call", call.getMode());
    } else if (body.has("function_call", call)) {
      body.out().writeStartObject();
      body.out().writeStringField("name", call.getName());
      body.out().writeEndObject();
    }
  }

  private static void provider(BodyWriter body, CompletionRequest request) throws IOException {
    body.text("user", request.getUser());
    body.text("service_tier", request.getServiceTier());
    body.flag("store", request.getStore());
    Map<String, String> metadata = request.getMetadata();
    if (body.has("metadata", metadata)) {
      body.out().writeStartObject();
      for (Map.Entry<String, String> entry : metadata.entrySet()) {
        body.out().writeStringField(entry.getKey(), entry.getValue());
      }
      body.out().writeEndObject();
    }
  }
}
