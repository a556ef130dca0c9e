// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.collect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.avro.CompletionFailure;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.FailedAttempt;
import io.completionworker.cli.outcomes.OutcomeIntake;
import io.completionworker.completion.BatchRequestId;
import io.completionworker.serde.PlainJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Builds the lines of a batch's output and error files. A line has {@code id}, {@code custom_id},
 * {@code response} and {@code error}, and one of the last two is null. A request that ended with an
 * HTTP error status becomes a response with that status. Every other failure becomes an error with
 * one of our codes.
 */
final class Envelope {

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .build();
  private static final ObjectMapper JSON = new ObjectMapper(FACTORY);
  private static final int FIRST_ERROR_STATUS = 400;

  private Envelope() {}

  static byte[] answer(BatchRequestId request, CompletionResponse response) throws IOException {
    String gatewayId = response.getGateway().getRequestId();
    String requestId = gatewayId == null ? response.getCallDetails().getCallId() : gatewayId;
    String body = body(response);
    return envelope(
        request,
        json -> {
          json.writeObjectFieldStart("response");
          json.writeNumberField("status_code", response.getGateway().getStatus());
          json.writeStringField("request_id", requestId);
          json.writeFieldName("body");
          json.writeRawValue(body);
          json.writeEndObject();
          json.writeNullField("error");
        });
  }

  static byte[] failure(BatchRequestId request, CompletionFailure failure) throws IOException {
    Integer status = failure.getStatus();
    String code = failure.getReason().name();
    if (status == null || status < FIRST_ERROR_STATUS) {
      return error(request, code, failure.getMessage());
    }
    String own = failure.getErrorCode();
    ObjectNode error = JSON.createObjectNode();
    error.put("message", failure.getMessage());
    error.put("type", failure.getErrorType());
    error.put("param", failure.getErrorParam());
    error.put("code", own == null ? code : own);
    JsonNode body = JSON.createObjectNode().set("error", error);
    return envelope(
        request,
        json -> {
          json.writeObjectFieldStart("response");
          json.writeNumberField("status_code", status);
          json.writeStringField("request_id", callId(failure));
          json.writeFieldName("body");
          json.writeTree(body);
          json.writeEndObject();
          json.writeNullField("error");
        });
  }

  static byte[] deadLetter(BatchRequestId request, Optional<String> message) throws IOException {
    return error(
        request, OutcomeIntake.DEAD_LETTER, message.orElse("The request could not be read"));
  }

  private static byte[] error(BatchRequestId request, String code, String message)
      throws IOException {
    return envelope(
        request,
        json -> {
          json.writeNullField("response");
          json.writeObjectFieldStart("error");
          json.writeStringField("code", code);
          json.writeStringField("message", message);
          json.writeEndObject();
        });
  }

  /** The fields after {@code custom_id}. */
  private interface Rest {
    void write(JsonGenerator json) throws IOException;
  }

  private static byte[] envelope(BatchRequestId request, Rest rest) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("id", "batch_req_" + request.batch() + "_" + request.line());
      json.writeStringField("custom_id", request.customId());
      rest.write(json);
      json.writeEndObject();
    }
    bytes.write('\n');
    return bytes.toByteArray();
  }

  private static @Nullable String callId(CompletionFailure failure) {
    List<FailedAttempt> attempts = failure.getAttempts();
    return attempts.isEmpty() ? null : attempts.get(attempts.size() - 1).getCallId();
  }

  /** Returns the body as the endpoint sent it, or builds it from the fields of the response. */
  private static String body(CompletionResponse response) throws IOException {
    String raw = response.getBody();
    if (raw != null && isObject(raw)) {
      return oneLine(raw);
    }
    ObjectNode body = PlainJson.of(response);
    body.remove(List.of("request_id", "gateway", "call_details", "body"));
    for (JsonNode choice : body.path("choices")) {
      if (choice.get("message") instanceof ObjectNode message && !message.has("content")) {
        message.putNull("content");
      }
    }
    return JSON.writeValueAsString(body);
  }

  private static boolean isObject(String json) {
    try (JsonParser parser = FACTORY.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }

  /** Replaces control characters by spaces. In valid JSON they occur only between tokens. */
  private static String oneLine(String json) {
    StringBuilder line = new StringBuilder(json.length());
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      line.append(c < ' ' ? ' ' : c);
    }
    return line.toString().strip();
  }
}
