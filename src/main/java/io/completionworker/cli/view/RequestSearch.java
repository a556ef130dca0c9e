// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.view;

import com.fasterxml.jackson.databind.JsonNode;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.cli.records.ClientSettings;
import io.completionworker.cli.records.RecordsException;
import io.completionworker.cli.records.StartAt;
import io.completionworker.cli.records.TopicReader;
import io.completionworker.cli.records.ValueDecoder;
import io.completionworker.cli.records.ValueDecoder.RecordFields;
import io.completionworker.cli.topics.Instances;
import io.completionworker.cli.view.SeenRecord.Role;
import io.completionworker.completion.CutText;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.config.ClassesConfig.RequestClass;
import io.completionworker.config.TopicsConfig;
import io.completionworker.config.WorkerSettings;
import io.completionworker.format.ValueSerdes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Searches the topics for the records of one request. Reads the request topics first, because some
 * outcomes identify their request only by its position: those of requests without a usable id, of
 * requests that were not decoded, and failures whose id was cut.
 */
public final class RequestSearch {

  /** The searched topics, in the order in which a request leaves records on them. */
  private static final List<Role> ROLES =
      List.of(Role.REQUESTS, Role.USAGE, Role.RESPONSES, Role.FAILURES, Role.DEAD_LETTERS);

  /** Characters that some writers of JSON escape, though they need not. */
  private static final String ESCAPED = "\"\\/<>&='+`";

  private final String requestId;
  private final byte @Nullable [] sought;
  private final byte[] positionsBegin;

  /** The request id, and the positions of the requests that were found. */
  private final Set<String> ids = new HashSet<>();

  private final Map<String, Role> roles = new HashMap<>();
  private final Map<Role, ValueDecoder<?>> values = new HashMap<>();
  private final List<RequestHistory.Found> found = new ArrayList<>();
  private RequestControls.@Nullable Published latest;
  private @Nullable String fault;
  private long records;

  RequestSearch(String requestId, WorkerSettings settings, ValueSerdes serdes) {
    TopicsConfig topics = settings.topics();
    this.requestId = requestId;
    String uncut = CutText.uncutId(requestId);
    this.sought = isNeverEscaped(uncut) ? uncut.getBytes(StandardCharsets.UTF_8) : null;
    // the name of each class's request topic begins with that of topics.requests
    this.positionsBegin = CutText.uncutId(topics.requests() + "-").getBytes(StandardCharsets.UTF_8);
    ids.add(requestId);
    for (Role role : ROLES) {
      String topic = role.topic(topics);
      roles.put(topic, role);
      role.deserializer(serdes)
          .ifPresent(deserializer -> values.put(role, new ValueDecoder<>(topic, deserializer)));
    }
    settings.requestTopics().forEach(topic -> roles.put(topic, Role.REQUESTS));
  }

  /**
   * Reads what is committed now.
   *
   * @param instances are asked where the request is, if it is pending
   * @param from where to begin on each topic
   * @param looked receives the number of records read so far
   * @throws RecordsException when the brokers or the registry do not answer
   */
  public static RequestHistory find(
      WorkerSettings settings,
      Instances instances,
      String requestId,
      StartAt from,
      LongConsumer looked)
      throws InterruptedException {
    RequestSearch search = new RequestSearch(requestId, settings, ValueSerdes.of(settings));
    Map<String, Object> consumer = ClientSettings.consumer(settings.kafka());
    TopicReader.require(consumer, search.roles.keySet());
    Set<String> requests = Set.copyOf(settings.requestTopics());
    Set<String> outcomes = new HashSet<>(search.roles.keySet());
    outcomes.removeAll(requests);
    for (Set<String> topics : List.of(requests, outcomes)) {
      try (TopicReader reader = TopicReader.open(consumer, topics)) {
        reader.readThrough(from, search::look, records -> looked.accept(search.records));
      }
    }
    search.found.sort(
        Comparator.comparingLong((RequestHistory.Found one) -> one.seen().found().timestamp())
            .thenComparing(RequestHistory.Found::role));
    RequestControls controls = RequestControls.of(settings, requestId, search.latest, search.found);
    return new RequestHistory(
        requestId,
        List.copyOf(search.found),
        RequestHistory.Standing.of(settings, instances, requestId, search.found),
        search.className(settings),
        controls.applied(),
        search.notices(controls));
  }

  /** Returns the class of the request; empty if there is only one, or if nothing tells. */
  private Optional<String> className(WorkerSettings settings) {
    if (!settings.classes().several()) {
      return Optional.empty();
    }
    return found.stream()
        .flatMap(one -> one.requestTopic().stream())
        .flatMap(topic -> settings.classOf(topic).stream())
        .map(RequestClass::name)
        .reduce((earlier, later) -> later);
  }

  private List<String> notices(RequestControls controls) {
    List<String> notices = new ArrayList<>();
    if (fault != null) {
      notices.add("records that cannot be decoded are not compared; the first is " + fault);
    }
    controls
        .fault()
        .ifPresent(why -> notices.add("controls are not compared, they cannot be read: " + why));
    return notices;
  }

  /** Returns what was found so far, in the order in which it was read. */
  List<RequestHistory.Found> found() {
    return found;
  }

  /** Looks at a record. Outcomes must come after all requests. */
  void look(ConsumerRecord<byte[], byte[]> record) {
    records++;
    Role role = roles.get(record.topic());
    if (role == null || !mayBeOfIt(role, record)) {
      return;
    }
    ValueDecoder<?> readable = values.get(role);
    ValueDecoder.Decoded<?> decoded =
        readable == null
            ? new ValueDecoder.Decoded<>(Optional.empty(), Optional.empty(), false)
            : readable.on(record.topic()).answered(record);
    SeenRecord seen = SeenRecord.of(record, decoded);
    if (isOfIt(role, seen)) {
      if (role == Role.REQUESTS) {
        ids.add(RecordFields.position(record).toString());
        if (decoded.value().orElse(null) instanceof CompletionRequest request) {
          latest = new RequestControls.Published(request, record);
        }
      }
      found.add(new RequestHistory.Found(role, seen));
    } else if (fault == null && decoded.fault().isPresent()) {
      fault = seen.position() + ": " + decoded.fault().get();
    }
  }

  /**
   * Whether the record may belong to the request. A search of its bytes for the id, which they
   * contain unchanged, is cheaper than decoding. Those of some outcomes contain a position instead.
   */
  private boolean mayBeOfIt(Role role, ConsumerRecord<byte[], byte[]> record) {
    return switch (role) {
      case DEAD_LETTERS -> true;
      case REQUESTS ->
          requestId.equals(RecordFields.position(record).toString())
              || holds(record.value(), sought);
      default ->
          holds(record.value(), sought)
              || (ids.size() > 1 && holds(record.value(), positionsBegin));
    };
  }

  private boolean isOfIt(Role role, SeenRecord seen) {
    return switch (role) {
      case REQUESTS ->
          requestId.equals(
              Optional.ofNullable(seen.requestId())
                  .filter(id -> !id.isEmpty())
                  .orElseGet(() -> RecordFields.position(seen.found()).toString()));
      case DEAD_LETTERS ->
          RecordFields.source(seen.found().headers())
              .filter(source -> ids.contains(source.toString()))
              .isPresent();
      case FAILURES -> ids.contains(seen.requestId()) || isCutFailure(seen);
      default -> ids.contains(seen.requestId());
    };
  }

  /** Whether it is a failure whose id was cut, of one of the requests that were found. */
  private boolean isCutFailure(SeenRecord seen) {
    JsonNode failure = seen.value();
    String source =
        new RecordPosition(
                failure.path("source_topic").asText(),
                failure.path("source_partition").asInt(),
                failure.path("source_offset").asLong())
            .toString();
    return ids.contains(source) && ids.stream().anyMatch(seen::isCutFrom);
  }

  /** Whether Avro and the usual writers of JSON leave the text unchanged. */
  private static boolean isNeverEscaped(String text) {
    return text.chars().allMatch(c -> c >= ' ' && c < 127 && ESCAPED.indexOf(c) < 0);
  }

  private static boolean holds(byte @Nullable [] value, byte @Nullable [] sought) {
    return value != null && (sought == null || RecordFields.contains(value, sought));
  }
}
