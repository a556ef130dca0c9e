// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.avro.CompletionChunk;
import io.completionworker.avro.CompletionControl;
import io.completionworker.avro.CompletionFailure;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.UsageWindow;
import io.completionworker.cli.records.ValueDecoder;
import io.completionworker.cli.records.ValueDecoder.RecordFields;
import io.completionworker.completion.CutText;
import io.completionworker.completion.Fingerprint;
import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.config.TopicsConfig;
import io.completionworker.format.ValueSerdes;
import io.completionworker.headers.KnownHeader;
import io.completionworker.serde.PlainJson;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * A record as it may be shown: without refused headers, inline configs and virtual keys.
 *
 * @param value decoded value; a missing node when there is none that can be decoded
 * @param fault why the value cannot be decoded
 */
public record SeenRecord(
    ConsumerRecord<byte[], byte[]> found, JsonNode value, Optional<String> fault) {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Pattern TRACEPARENT =
      Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}.*");
  private static final String HIDDEN = "(hidden)";
  private static final String VIRTUAL_KEY = "virtual_key";

  /** Returns what may be shown of a record, whether or not its value could be decoded. */
  public static SeenRecord of(
      ConsumerRecord<byte[], byte[]> found, ValueDecoder.Decoded<?> decoded) {
    if (decoded.value().isEmpty()) {
      return new SeenRecord(found, NODES.missingNode(), decoded.fault());
    }
    ObjectNode value = PlainJson.of(decoded.value().get());
    hide(value);
    hide(value.path("portkey"));
    hide(value.path("group"));
    hide(value.path("request").path("portkey"));
    return new SeenRecord(found, value, Optional.empty());
  }

  /**
   * Hides inline configs, which contain hosts and keys, and replaces virtual keys by their hashes.
   */
  private static void hide(JsonNode node) {
    if (!(node instanceof ObjectNode object)) {
      return;
    }
    if (object.path("config").isTextual()
        && !KnownHeader.isSavedConfig(object.path("config").asText())) {
      object.put("config", HIDDEN);
    }
    String key = object.path(VIRTUAL_KEY).textValue();
    if (key != null && !key.isEmpty()) {
      object.put(VIRTUAL_KEY, hash(key));
    }
  }

  private static String hash(String key) {
    return "sha256:" + Fingerprint.of(key, 8);
  }

  private static @Nullable String shown(RecordHeader header) {
    String text = header.text();
    if (text != null && KnownHeader.of(header.name().strip()) == KnownHeader.VIRTUAL_KEY) {
      return hash(text);
    }
    return header.mayHoldKeys() ? HIDDEN : text;
  }

  boolean matches(Tail.Options options) {
    return options.key().map(wanted -> wanted.equals(key())).orElse(true)
        && options.requestId().map(id -> id.equals(requestId()) || isCutFrom(id)).orElse(true)
        && options.traceId().map(this::isOfTrace).orElse(true);
  }

  /** Returns the position of the record. */
  public String position() {
    return RecordFields.positionText(found);
  }

  /** Returns the key as text; null when there is none. */
  @Nullable String key() {
    return found.key() == null ? null : new String(found.key(), StandardCharsets.UTF_8);
  }

  /** Returns the id in the value; null when there is none. */
  public @Nullable String requestId() {
    return value.path("request_id").textValue();
  }

  /**
   * Whether the record is a failure that had to be small, and its request id may be what was left
   * of this one.
   */
  boolean isCutFrom(String wanted) {
    String id = requestId();
    return id != null
        && value.path("source_topic").isTextual()
        && !value.path("request").isObject()
        && CutText.isCutFrom(id, wanted);
  }

  private boolean isOfTrace(String wanted) {
    return wanted.equals(traceId()) || parentTrace().filter(wanted::equals).isPresent();
  }

  /** Returns the trace in the header {@code traceparent}; empty when there is none. */
  Optional<String> parentTrace() {
    return RecordFields.text(found.headers(), KnownHeader.TRACEPARENT.text())
        .map(TRACEPARENT::matcher)
        .filter(Matcher::matches)
        .map(parent -> parent.group(1));
  }

  @Nullable String traceId() {
    return RecordFields.text(found.headers(), KnownHeader.TRACE_ID.text())
        .or(() -> Optional.ofNullable(value.path("trace_id").textValue()))
        .or(() -> Optional.ofNullable(value.path("portkey").path("trace_id").textValue()))
        .orElse(null);
  }

  /** Returns the record on one line for people, with what matters in this role. */
  public String line(Role role) {
    return ReadableLine.of(role, this);
  }

  /** Returns the record for scripts. */
  public ObjectNode json() {
    ObjectNode json = NODES.objectNode();
    json.put("topic", found.topic());
    json.put("partition", found.partition());
    json.put("offset", found.offset());
    json.put("timestamp", Instant.ofEpochMilli(found.timestamp()).toString());
    json.put("key", key());
    ObjectNode headers = json.putObject("headers");
    for (Header header : found.headers()) {
      RecordHeader held = new RecordHeader(header.key(), header.value());
      if (KnownHeader.accepts(header.key())) {
        headers.put(header.key(), shown(held));
      }
    }
    byte[] bytes = found.value();
    if (!value.isMissingNode()) {
      json.set("value", value);
    } else if (bytes == null) {
      json.putNull("value");
    } else {
      json.put("value_base64", Base64.getEncoder().encodeToString(bytes));
      fault.ifPresent(reason -> json.put("fault", reason));
    }
    return json;
  }

  /** The role of one of the worker's topics. The name of the topic is a setting. */
  public enum Role {
    REQUESTS,
    RESPONSES,
    USAGE,
    FAILURES,
    CHUNKS,
    USAGE_WINDOWS,
    DEAD_LETTERS,
    CONTROLS;

    /** Returns the topic in this role; of requests that of the main class. */
    public String topic(TopicsConfig topics) {
      return switch (this) {
        case REQUESTS -> topics.requests();
        case RESPONSES -> topics.responses();
        case USAGE -> topics.usage();
        case FAILURES -> topics.failures();
        case CHUNKS -> topics.chunks();
        case USAGE_WINDOWS -> topics.usageWindows();
        case DEAD_LETTERS -> topics.deadLetters();
        case CONTROLS -> topics.controls();
      };
    }

    /**
     * Returns the deserializer of the topic's values; empty for dead letters, most of which cannot
     * be decoded. Requests are read as a worker reads them, only in the configured format.
     */
    public Optional<Deserializer<?>> deserializer(ValueSerdes serdes) {
      return switch (this) {
        case REQUESTS -> Optional.of(serdes.forValues(CompletionRequest.class).deserializer());
        case RESPONSES -> Optional.of(serdes.eitherFormat(CompletionResponse.class));
        case USAGE -> Optional.of(serdes.eitherFormat(CompletionUsage.class));
        case FAILURES -> Optional.of(serdes.eitherFormat(CompletionFailure.class));
        case CHUNKS -> Optional.of(serdes.eitherFormat(CompletionChunk.class));
        case USAGE_WINDOWS -> Optional.of(serdes.eitherFormat(UsageWindow.class));
        case DEAD_LETTERS -> Optional.empty();
        case CONTROLS -> Optional.of(serdes.eitherFormat(CompletionControl.class));
      };
    }

    /** Returns the name of the role on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
