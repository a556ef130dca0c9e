// SPDX-License-Identifier: Apache-2.0
package io.completionworker.format;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.PortkeyOptions;
import io.completionworker.format.body.BodyJson;
import io.completionworker.format.body.BodyJson.BodyFaultException;
import io.completionworker.format.body.BodyReader;
import io.completionworker.format.body.MisspeltNames;
import io.completionworker.serde.json.JsonSerde;
import io.completionworker.serde.json.RecordReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deserializes a request in JSON. The value is a request body of the endpoint as {@link BodyReader}
 * reads it, which may also have {@code request_id}, {@code portkey}, {@code deadline_ms} and {@code
 * extra_body} beside its parameters. Forms that only the schema has are accepted too, see {@link
 * RequestForms}. So a request that was written from a record reads as it was. Safe on every thread.
 */
final class JsonRequests implements Deserializer<CompletionRequest> {

  private static final Logger log = LoggerFactory.getLogger(JsonRequests.class);

  /** The most names to remember. They come from records, so their number must be bounded. */
  private static final int MOST_NAMES = 1_000;

  /** Longer names do not resemble any parameter. */
  private static final int LONGEST_NAME = 64;

  private final BodyReader bodies = BodyReader.ofRecords();
  private final Set<String> seen = ConcurrentHashMap.newKeySet();
  private final Set<String> noticed = ConcurrentHashMap.newKeySet();

  @Override
  public @Nullable CompletionRequest deserialize(String topic, byte @Nullable [] value) {
    if (value == null) {
      return null;
    }
    try {
      return read(topic, BodyJson.readValue(value));
    } catch (BodyFaultException | SerializationException e) {
      throw JsonSerde.unreadable(topic, e.getMessage());
    } catch (RuntimeException e) {
      // The exception comes from a library, and its message may quote the value.
      throw JsonSerde.unreadable(topic, "no request: " + e.getClass().getSimpleName());
    }
  }

  private CompletionRequest read(String topic, ObjectNode value) {
    JsonNode id = taken(value, "request_id");
    JsonNode portkey = taken(value, "portkey");
    JsonNode deadline = taken(value, "deadline_ms");
    JsonNode extra = taken(value, "extra_body");
    notice(topic, value);
    RequestForms.toBody(value);
    CompletionRequest.Builder request = bodies.builder(value);
    return request
        .setRequestId(text(id))
        .setPortkey(portkey(portkey))
        .setDeadlineMs(whole(deadline))
        .setExtraBody(extraBody(request.getExtraBody(), extra))
        .build();
  }

  private static @Nullable String text(JsonNode id) {
    if (isAbsent(id)) {
      return null;
    }
    if (!id.isTextual()) {
      throw BodyFaultException.wrong("request_id", "is not a string");
    }
    return id.textValue();
  }

  private static @Nullable Long whole(JsonNode deadline) {
    if (isAbsent(deadline)) {
      return null;
    }
    if (!deadline.isIntegralNumber() || !deadline.canConvertToLong()) {
      throw BodyFaultException.wrong("deadline_ms", "is not a whole number of 64 bits");
    }
    return deadline.longValue();
  }

  /**
   * Reads the Portkey options. Metadata is sent as text, so numbers and booleans in it are accepted
   * and converted.
   */
  private static @Nullable PortkeyOptions portkey(JsonNode portkey) {
    if (isAbsent(portkey)) {
      return null;
    }
    if (portkey.path("metadata") instanceof ObjectNode metadata) {
      for (Map.Entry<String, JsonNode> entry : metadata.properties()) {
        if (!entry.getValue().isTextual() && !entry.getValue().isNull()) {
          entry.setValue(TextNode.valueOf(entry.getValue().toString()));
        }
      }
    }
    try (JsonParser in = portkey.traverse()) {
      return RecordReader.read(PortkeyOptions.class, in, "portkey", JsonRequests::unknown);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // reading from memory cannot fail
    }
  }

  /**
   * Describes an unknown option. Options are sent as headers of the same names, so an unknown one
   * would have no effect at all.
   */
  private static String unknown(String name, Schema schema) {
    Set<String> known =
        schema.getFields().stream().map(Schema.Field::name).collect(Collectors.toSet());
    return MisspeltNames.nearest(name, known)
        .map(nearest -> "is not known; the nearest is " + nearest)
        .orElse("is not known");
  }

  /**
   * Merges the members that have no field with the record's own {@code extra_body}. Members of the
   * latter take precedence.
   */
  private static @Nullable String extraBody(@Nullable String left, JsonNode own) {
    if (isAbsent(own)) {
      return left;
    }
    if (left == null && own.isTextual()) {
      return own.textValue(); // checked later by the validation rules
    }
    ObjectNode members = RequestForms.object(own, "extra_body");
    if (left == null) {
      return members.toString();
    }
    ObjectNode all = BodyJson.parsed(left);
    all.setAll(members);
    return all.toString();
  }

  private static JsonNode taken(ObjectNode value, String name) {
    JsonNode member = value.remove(name);
    return member == null ? MissingNode.getInstance() : member;
  }

  private static boolean isAbsent(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  /**
   * Logs each name that nearly matches a parameter once. The name is sent unchanged, as {@code
   * submit} does.
   */
  private void notice(String topic, ObjectNode body) {
    boolean isNew = hasNewName(body);
    for (JsonNode message : body.path("messages")) {
      isNew |= hasNewName(message);
    }
    if (isNew) {
      for (String notice : MisspeltNames.in(body)) {
        if (noticed.size() < MOST_NAMES && noticed.add(notice)) {
          log.warn("A request of topic {}: {} (said once)", topic, notice);
        }
      }
    }
  }

  private boolean hasNewName(JsonNode object) {
    boolean isNew = false;
    for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!seen.contains(name) && name.length() <= LONGEST_NAME && seen.size() < MOST_NAMES) {
        isNew |= seen.add(name);
      }
    }
    return isNew;
  }
}
