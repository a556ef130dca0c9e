// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.PortkeyOptions;
import io.completionworker.completion.BatchRequestId;
import io.completionworker.format.body.BodyJson;
import io.completionworker.format.body.BodyReader;
import io.completionworker.format.body.MisspeltNames;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Converts the lines of a file to requests. Keeps no state between lines. */
public final class LineReader {

  private static final Set<String> URLS =
      Set.of("/v1/chat/completions", "/chat/completions", "v1/chat/completions");

  private final Batch.Format format;
  private final Options options;
  private final BodyReader bodies = new BodyReader();

  /** Creates a reader for lines of this format. */
  public LineReader(Batch.Format format, Options options) {
    this.format = format;
    this.options = options;
  }

  /**
   * Reads one line.
   *
   * @throws IllegalArgumentException if the line is wrong; the message says why in one line
   */
  public LineRequest read(String batch, FileLines.Line line) {
    byte[] bytes = line.bytes();
    if (bytes == null) {
      throw new IllegalArgumentException("is too long for a record of async.max.record.bytes");
    }
    Utf8.fault(bytes)
        .ifPresent(
            fault -> {
              throw new IllegalArgumentException(fault);
            });
    ObjectNode whole = BodyJson.read(bytes);
    if (format == Batch.Format.BATCH) {
      checkEnvelope(whole);
      return request(batch, line.number(), customId(whole), whole, body(whole), options.portkey());
    }
    checkIsBody(whole);
    String customId = "request-" + line.number();
    if (format == Batch.Format.BODIES) {
      return request(batch, line.number(), customId, whole, whole, options.portkey());
    }
    ObjectNode body = whole.deepCopy();
    JsonNode metadata = body.remove("metadata");
    return request(batch, line.number(), customId, whole, body, withMetadata(metadata));
  }

  private LineRequest request(
      String batch,
      long line,
      String customId,
      ObjectNode whole,
      ObjectNode body,
      @Nullable PortkeyOptions portkey) {
    BatchRequestId id = new BatchRequestId(batch, line, customId);
    CompletionRequest request =
        bodies
            .builder(body)
            .setRequestId(id.toString())
            .setPortkey(portkey)
            .setDeadlineMs(options.deadlineMs())
            .build();
    List<String> notices = new ArrayList<>(MisspeltNames.in(body));
    if (format == Batch.Format.BATCH) {
      for (String name : MisspeltNames.parametersBeside(whole)) {
        notices.add("\"%s\" stands beside the body and is not sent".formatted(name));
      }
    }
    return new LineRequest(id, key(whole, body), request, notices);
  }

  private static void checkIsBody(ObjectNode line) {
    if (line.path("body").isObject()) {
      throw new IllegalArgumentException(
          "is a line of a batch file (custom_id, method, url, body), and the others are bodies:"
              + " give each kind a file of its own; --format batch where all are batch lines");
    }
    checkIsRequest(line);
  }

  private static void checkIsRequest(ObjectNode line) {
    if (line.has("custom_id") && line.has("response") && !line.has("body")) {
      throw new IllegalArgumentException("is an answer of a batch, not a request");
    }
  }

  private static void checkEnvelope(ObjectNode line) {
    checkIsRequest(line);
    if (!line.has("custom_id") && !line.has("body") && line.has("messages")) {
      throw new IllegalArgumentException(
          "is the body of a request, and the others are batch lines (custom_id, method, url, body):"
              + " give each kind a file of its own; --format bodies where all are bodies");
    }
    JsonNode method = line.path("method");
    if (!method.isMissingNode() && !method.asText().equals("POST")) {
      throw new IllegalArgumentException("method is not POST");
    }
    JsonNode url = line.path("url");
    if (!url.isMissingNode() && !URLS.contains(url.asText())) {
      throw new IllegalArgumentException("url is not /v1/chat/completions");
    }
  }

  private static String customId(ObjectNode line) {
    JsonNode id = line.path("custom_id");
    if (!id.isTextual() || id.asText().isBlank()) {
      throw new IllegalArgumentException(
          id.isMissingNode()
              ? "custom_id is missing"
              : "custom_id must be a string that is not blank");
    }
    return id.asText();
  }

  private static ObjectNode body(ObjectNode line) {
    if (line.path("body") instanceof ObjectNode body) {
      return body;
    }
    throw new IllegalArgumentException(
        line.has("body") ? "body is not an object" : "body is missing");
  }

  /** Returns the text of the key field in UTF-8, since a worker treats keys as bytes. */
  private byte @Nullable [] key(ObjectNode line, ObjectNode body) {
    String path = options.keyField();
    if (path == null) {
      return null;
    }
    JsonNode key = at(line, path);
    if (key.isMissingNode()) {
      key = at(body, path);
    }
    if (!key.isValueNode() || key.isNull()) {
      throw new IllegalArgumentException(
          path + " is to be the key, and is no string or number here");
    }
    return key.asText().getBytes(StandardCharsets.UTF_8);
  }

  private static JsonNode at(JsonNode from, String path) {
    JsonNode node = from;
    for (String name : path.split("\\.", -1)) {
      node = node.path(name);
    }
    return node;
  }

  /**
   * Merges the metadata of the line into that of the batch. For a name that both have, the value of
   * the line wins. Values that are not strings are sent as JSON.
   */
  private @Nullable PortkeyOptions withMetadata(@Nullable JsonNode metadata) {
    PortkeyOptions portkey = options.portkey();
    if (metadata == null || metadata.isNull()) {
      return portkey;
    }
    if (!metadata.isObject()) {
      throw new IllegalArgumentException("metadata is not an object");
    }
    Map<String, String> all = new LinkedHashMap<>();
    if (portkey != null && portkey.getMetadata() != null) {
      all.putAll(portkey.getMetadata());
    }
    for (Map.Entry<String, JsonNode> entry : metadata.properties()) {
      JsonNode value = entry.getValue();
      all.put(entry.getKey(), value.isTextual() ? value.asText() : value.toString());
    }
    PortkeyOptions.Builder merged =
        portkey == null ? PortkeyOptions.newBuilder() : PortkeyOptions.newBuilder(portkey);
    return merged.setMetadata(all).build();
  }

  /**
   * The request of a line.
   *
   * @param id id by which its answer is found
   * @param key key of the record; null for none
   * @param notices warnings about probable mistakes; the request is sent unchanged
   */
  @SuppressWarnings("ArrayRecordComponent") // carried, not compared
  public record LineRequest(
      BatchRequestId id, byte @Nullable [] key, CompletionRequest request, List<String> notices) {}

  /**
   * Options that apply to every request of a batch.
   *
   * @param keyField path, with dots, of the field that becomes the record key; null for no key
   * @param portkey options for the gateway; null for none
   * @param deadlineMs deadline in milliseconds after the request is published; null for none
   */
  public record Options(
      @Nullable String keyField, @Nullable PortkeyOptions portkey, @Nullable Long deadlineMs) {}
}
