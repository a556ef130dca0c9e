// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.PortkeyOptions;
import io.completionworker.format.body.BodyReader;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request in the endpoint's own body form, with {@code request_id}, {@code deadline_ms},
 * {@code portkey} and {@code extra_body} beside its parameters.
 */
public final class RequestJson {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final BodyReader BODIES = new BodyReader();

  private RequestJson() {}

  /**
   * Reads one request.
   *
   * @throws IllegalArgumentException with the path of the field that a record cannot hold
   */
  public static CompletionRequest parse(String request) {
    ObjectNode fields = object(request);
    JsonNode id = fields.remove("request_id");
    JsonNode deadline = fields.remove("deadline_ms");
    JsonNode portkey = fields.remove("portkey");
    if (fields.remove("extra_body") instanceof ObjectNode extra) {
      fields.setAll(extra);
    }
    return CompletionRequest.newBuilder(BODIES.read(fields))
        .setRequestId(text(id))
        .setDeadlineMs(deadline == null ? null : deadline.asLong())
        .setPortkey(portkey == null ? null : portkey(portkey))
        .build();
  }

  private static ObjectNode object(String request) {
    try {
      if (JSON.readTree(request) instanceof ObjectNode object) {
        return object;
      }
      throw new IllegalArgumentException("not a JSON object");
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static PortkeyOptions portkey(JsonNode fields) {
    JsonNode refresh = fields.get("cache_force_refresh");
    return PortkeyOptions.newBuilder()
        .setVirtualKey(text(fields.get("virtual_key")))
        .setProvider(text(fields.get("provider")))
        .setConfig(text(fields.get("config")))
        .setTraceId(text(fields.get("trace_id")))
        .setSpanId(text(fields.get("span_id")))
        .setParentSpanId(text(fields.get("parent_span_id")))
        .setSpanName(text(fields.get("span_name")))
        .setMetadata(metadata(fields.get("metadata")))
        .setCacheNamespace(text(fields.get("cache_namespace")))
        .setCacheForceRefresh(refresh == null ? null : refresh.asBoolean())
        .build();
  }

  private static @Nullable Map<String, String> metadata(@Nullable JsonNode fields) {
    if (fields == null) {
      return null;
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    fields.properties().forEach(field -> metadata.put(field.getKey(), field.getValue().asText()));
    return metadata;
  }

  private static @Nullable String text(@Nullable JsonNode field) {
    return field == null || field.isNull() ? null : field.asText();
  }
}
