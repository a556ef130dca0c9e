// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.view;

import io.completionworker.cli.records.ClientSettings;
import io.completionworker.cli.records.RecordsException;
import io.completionworker.cli.records.StartAt;
import io.completionworker.cli.records.TopicReader;
import io.completionworker.cli.records.ValueDecoder;
import io.completionworker.cli.records.ValueDecoder.RecordFields;
import io.completionworker.cli.view.SeenRecord.Role;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.config.TopicsConfig;
import io.completionworker.config.WorkerSettings;
import io.completionworker.format.ValueSerdes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Searches the topics for the records of one request. */
public final class RequestSearch {

  /** The searched topics, in the order in which a request leaves records on them. */
  private static final List<Role> ROLES =
      List.of(Role.REQUESTS, Role.USAGE, Role.RESPONSES, Role.FAILURES, Role.DEAD_LETTERS);

  private final String requestId;
  private final byte @Nullable [] sought;
  private final Map<String, Role> roles = new HashMap<>();
  private final Map<Role, ValueDecoder<?>> values = new HashMap<>();
  private final List<RequestHistory.Found> found = new ArrayList<>();
  private @Nullable String fault;

  private RequestSearch(String requestId, TopicsConfig topics, ValueSerdes serdes) {
    this.requestId = requestId;
    this.sought = standsAsItIs(requestId) ? requestId.getBytes(StandardCharsets.UTF_8) : null;
    for (Role role : ROLES) {
      String topic = role.topic(topics);
      roles.put(topic, role);
      role.deserializer(serdes)
          .ifPresent(deserializer -> values.put(role, new ValueDecoder<>(topic, deserializer)));
    }
  }

  /**
   * Reads what is committed now.
   *
   * @param from where to begin on each topic
   * @param looked receives the number of records read so far
   * @throws RecordsException when the brokers or the registry do not answer
   */
  public static RequestHistory find(
      WorkerSettings settings, String requestId, StartAt from, LongConsumer looked)
      throws InterruptedException {
    RequestSearch search =
        new RequestSearch(requestId, settings.topics(), ValueSerdes.of(settings));
    try (TopicReader reader =
        TopicReader.open(ClientSettings.consumer(settings.kafka()), search.roles.keySet())) {
      reader.readThrough(from, search::look, looked);
    }
    search.found.sort(
        Comparator.comparingLong((RequestHistory.Found one) -> one.seen().found().timestamp())
            .thenComparing(RequestHistory.Found::role));
    return new RequestHistory(
        requestId,
        List.copyOf(search.found),
        RequestHistory.Standing.of(settings, requestId, search.found),
        Optional.ofNullable(search.fault));
  }

  private void look(ConsumerRecord<byte[], byte[]> record) {
    Role role = roles.get(record.topic());
    if (role == null || !mayBeOfIt(role, record)) {
      return;
    }
    ValueDecoder<?> readable = values.get(role);
    ValueDecoder.Decoded<?> decoded =
        readable == null
            ? new ValueDecoder.Decoded<>(Optional.empty(), Optional.empty(), false)
            : readable.answered(record);
    SeenRecord seen = SeenRecord.of(record, decoded);
    if (requestId.equals(id(role, seen))) {
      found.add(new RequestHistory.Found(role, seen));
    } else if (fault == null && decoded.fault().isPresent()) {
      fault = seen.position() + ": " + decoded.fault().get();
    }
  }

  /**
   * Whether the record may belong to the request. A search of its bytes for the id, which they
   * contain unchanged, is cheaper than decoding.
   */
  private boolean mayBeOfIt(Role role, ConsumerRecord<byte[], byte[]> record) {
    return switch (role) {
      case DEAD_LETTERS -> true;
      case REQUESTS ->
          requestId.equals(RecordFields.position(record).toString())
              || holds(record.value(), sought);
      default -> holds(record.value(), sought);
    };
  }

  /**
   * Returns the id of the request that a record belongs to, or the position of a request without an
   * id.
   */
  private static @Nullable String id(Role role, SeenRecord seen) {
    return switch (role) {
      case REQUESTS ->
          Optional.ofNullable(seen.requestId())
              .filter(id -> !id.isEmpty())
              .orElseGet(() -> RecordFields.position(seen.found()).toString());
      case DEAD_LETTERS ->
          RecordFields.source(seen.found().headers()).map(RecordPosition::toString).orElse(null);
      default -> seen.requestId();
    };
  }

  /** Whether Avro and every JSON writer leave the id unchanged. */
  private static boolean standsAsItIs(String id) {
    return id.chars().allMatch(c -> c >= ' ' && c < 127 && c != '"' && c != '\\' && c != '/');
  }

  private static boolean holds(byte @Nullable [] value, byte @Nullable [] sought) {
    if (value == null || sought == null) {
      return value != null;
    }
    for (int at = 0; at <= value.length - sought.length; at++) {
      int same = 0;
      while (same < sought.length && value[at + same] == sought[same]) {
        same++;
      }
      if (same == sought.length) {
        return true;
      }
    }
    return false;
  }
}
