// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.redrive;

import io.completionworker.cli.records.NumberSet;
import io.completionworker.cli.records.StartAt;
import io.completionworker.cli.records.TopicReader;
import io.completionworker.cli.records.Values.RecordFields;
import io.completionworker.completion.AllowedHeaders;
import io.completionworker.completion.CompletionCall.OutputNames;
import io.completionworker.completion.SourceRecord.RecordPosition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Headers of a request that is sent again. The worker carries headers that it does not know through
 * to the outputs, and sends none of them to the endpoint; so the count outlives the next failure.
 */
public final class RedriveHeaders {

  /** How often a request was sent again. */
  public static final String COUNT = "redrive_count";

  /** The failure or dead letter that it was made of: topic-partition-offset. */
  public static final String SOURCE = "redrive_source";

  private static final String PARENT_SPAN_ID = "x-portkey-parent-span-id";
  private static final Pattern TRACE =
      Pattern.compile("([0-9a-f]{2}-[0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})");
  private static final Pattern SPAN = Pattern.compile("(?!0{16})[0-9a-f]{16}");
  private static final Pattern POSITION = Pattern.compile("(.+)-([0-9]{1,9})-([0-9]{1,18})");

  private RedriveHeaders() {}

  /** How often the request of this record was sent again so far. */
  static long count(Headers headers) {
    return RecordFields.number(headers, COUNT).orElse(0L);
  }

  /** The record that a request was made of, when it is one that was sent again. */
  static Optional<RecordPosition> source(Headers headers) {
    return RecordFields.text(headers, SOURCE)
        .map(POSITION::matcher)
        .filter(Matcher::matches)
        .map(
            found ->
                new RecordPosition(
                    found.group(1),
                    Integer.parseInt(found.group(2)),
                    Long.parseLong(found.group(3))));
  }

  /**
   * Adds the headers of a record as those of a request that is made of it: without what was wrong
   * with it, and with this count.
   */
  static void copy(Headers from, RecordPosition source, long count, Headers to) {
    for (Header header : from) {
      String name = header.key().toLowerCase(Locale.ROOT);
      boolean ours = name.equals(COUNT) || name.equals(SOURCE);
      if (!ours && !name.startsWith(OutputNames.ERRORS) && AllowedHeaders.allows(header.key())) {
        to.add(header);
      }
    }
    to.add(COUNT, bytes(String.valueOf(count)));
    to.add(SOURCE, bytes(source.toString()));
  }

  /**
   * Makes the trace of an output that of its request again. The span of an output is that of the
   * call; taken for the parent it would be its own.
   */
  static void turnTraceBack(Headers headers) {
    Optional<Matcher> trace =
        RecordFields.text(headers, OutputNames.TRACEPARENT)
            .map(TRACE::matcher)
            .filter(Matcher::matches);
    Optional<String> parent =
        RecordFields.text(headers, PARENT_SPAN_ID).filter(id -> SPAN.matcher(id).matches());
    headers.remove(OutputNames.TRACEPARENT);
    if (trace.isPresent() && parent.isPresent()) {
      String text = trace.get().group(1) + "-" + parent.get() + "-" + trace.get().group(2);
      headers.add(OutputNames.TRACEPARENT, bytes(text));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Which records of a topic were sent again before, by what the request topic holds: bits, not
   * objects. A request that is sent again goes to the partition of the first one, behind it; so
   * where the request topic still has all that is behind the first one, nothing was overlooked.
   */
  static final class SentBefore {

    private static final Duration POLL = Duration.ofMillis(200);

    private final String topic;
    private final String requests;
    private final Map<TopicPartition, Long> oldest;
    private final Map<Integer, NumberSet> sent = new HashMap<>();

    private SentBefore(String topic, String requests, Map<TopicPartition, Long> oldest) {
      this.topic = topic;
      this.requests = requests;
      this.oldest = oldest;
    }

    /**
     * Reads the request topic up to what is written now. Where another transaction is open it waits
     * for its end, since that hides what is committed behind it.
     *
     * @param topic of the records
     * @param from time before which none of them was written
     */
    static SentBefore read(
        Map<String, Object> consumer,
        String requests,
        String topic,
        StartAt from,
        BooleanSupplier stopped) {
      try (TopicReader reader = TopicReader.open(consumer, List.of(requests))) {
        SentBefore before = new SentBefore(topic, requests, reader.oldest());
        Map<TopicPartition, Long> ends = reader.writtenEnds();
        reader.seek(from, reader.partitions());
        while (!reader.reached(ends) && !stopped.getAsBoolean()) {
          for (ConsumerRecord<byte[], byte[]> found : reader.read(POLL)) {
            before.see(found);
          }
        }
        return before;
      }
    }

    private void see(ConsumerRecord<byte[], byte[]> found) {
      RedriveHeaders.source(found.headers())
          .filter(source -> source.topic().equals(topic))
          .ifPresent(source -> add(source));
    }

    /** This one is sent now. */
    void add(RecordPosition source) {
      sent.computeIfAbsent(source.partition(), partition -> new NumberSet()).add(source.offset());
    }

    /** Whether this one was sent, as far as is known. */
    boolean contains(RecordPosition source) {
      NumberSet offsets = sent.get(source.partition());
      return offsets != null && offsets.contains(source.offset());
    }

    /** Whether it would be known if the request at this position had been sent again. */
    boolean isProven(RecordPosition request) {
      Long first = oldest.get(new TopicPartition(requests, request.partition()));
      return request.topic().equals(requests) && first != null && first <= request.offset() + 1;
    }

    /** Partitions of the request topic. */
    int partitions() {
      return oldest.size();
    }
  }
}
