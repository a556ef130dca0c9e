// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.avro.CompletionResponse;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** A response record that can be shown. */
record SampleResponse(ConsumerRecord<byte[], byte[]> row, CompletionResponse response) {

  private static final ObjectMapper JSON = new ObjectMapper();

  int attempts() {
    return response.getCallDetails().getAttempts();
  }

  /** The record with its headers, indented; without its nulls, and of the body only the length. */
  String json() {
    ObjectNode shown = JSON.createObjectNode();
    shown.put("topic", row.topic());
    shown.put("partition", row.partition());
    shown.put("offset", row.offset());
    shown.put("key", text(row.key()));
    ObjectNode headers = shown.putObject("headers");
    for (Header header : row.headers()) {
      headers.put(header.key(), text(header.value()));
    }
    shown.set("value", value());
    return shown.toPrettyString();
  }

  private JsonNode value() {
    try {
      // generated records print themselves as JSON
      JsonNode value = JSON.readTree(response.toString());
      removeNulls(value);
      String body = value.path("body").asText();
      if (value instanceof ObjectNode object && !body.isEmpty()) {
        object.put("body", "(%d characters of JSON, as they came)".formatted(body.length()));
      }
      return value;
    } catch (JsonProcessingException e) {
      return JSON.getNodeFactory().textNode(response.toString());
    }
  }

  private static void removeNulls(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.properties().removeIf(field -> field.getValue().isNull());
    }
    node.forEach(SampleResponse::removeNulls);
  }

  private static String text(byte[] bytes) {
    return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
  }
}
