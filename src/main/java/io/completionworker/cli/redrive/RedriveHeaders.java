// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.redrive;

import io.completionworker.cli.records.NumberSet;
import io.completionworker.cli.records.StartAt;
import io.completionworker.cli.records.TopicReader;
import io.completionworker.cli.records.ValueDecoder.RecordFields;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.headers.KnownHeader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Headers of a request that is sent again. The worker copies headers that it does not know to the
 * outputs and sends none of them to the endpoint. So the count is still there after the next
 * failure.
 */
public final class RedriveHeaders {

  /** The number of times that the request was sent again. */
  public static final String COUNT = KnownHeader.REDRIVE_COUNT.text();

  /** The failure or dead letter that the request was made from: topic-partition-offset. */
  public static final String SOURCE = KnownHeader.REDRIVE_SOURCE.text();

  /** Headers that are replaced, and those that describe the error. */
  private static final Set<KnownHeader> REPLACED =
      Set.of(KnownHeader.REDRIVE_COUNT, KnownHeader.REDRIVE_SOURCE, KnownHeader.ERRORS);

  private static final String TRACEPARENT = KnownHeader.TRACEPARENT.text();
  private static final Pattern TRACE =
      Pattern.compile("([0-9a-f]{2}-[0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})");
  private static final Pattern SPAN = Pattern.compile("(?!0{16})[0-9a-f]{16}");
  private static final Pattern POSITION = Pattern.compile("(.+)-([0-9]{1,9})-([0-9]{1,18})");

  private RedriveHeaders() {}

  /** Returns how often the request of this record was sent again so far. */
  static long count(Headers headers) {
    return RecordFields.number(headers, COUNT).orElse(0L);
  }

  /** Returns the record that a request was made from; empty when it was not sent again. */
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
   * Copies the headers of a record to the request that is made from it. Leaves out the headers that
   * describe the error, and sets this count.
   */
  static void copy(Headers from, RecordPosition source, long count, Headers to) {
    for (Header header : from) {
      KnownHeader known = KnownHeader.of(header.key());
      if (!REPLACED.contains(known) && !known.isRefused()) {
        to.add(header);
      }
    }
    to.add(COUNT, bytes(String.valueOf(count)));
    to.add(SOURCE, bytes(source.toString()));
  }

  /**
   * Restores the trace context of the request from that of an output. The span of an output is the
   * span of the call. If it became the parent, the next call's span would be its own parent.
   */
  static void turnTraceBack(Headers headers) {
    Optional<Matcher> trace =
        RecordFields.text(headers, TRACEPARENT).map(TRACE::matcher).filter(Matcher::matches);
    Optional<String> parent =
        RecordFields.text(headers, KnownHeader.PARENT_SPAN_ID.text())
            .filter(id -> SPAN.matcher(id).matches());
    headers.remove(TRACEPARENT);
    if (trace.isPresent() && parent.isPresent()) {
      String text = trace.get().group(1) + "-" + parent.get() + "-" + trace.get().group(2);
      headers.add(TRACEPARENT, bytes(text));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The records of a topic that were sent again before, according to the request topics. They are
   * kept as bits, not objects. A request that is sent again goes to the topic and partition of the
   * first one, after it. So where its request topic still has all records after the first one, none
   * was overlooked.
   */
  static final class SentBefore {

    private static final Duration POLL = Duration.ofMillis(200);

    private final String topic;
    private final Map<TopicPartition, Long> oldest;
    private final Map<Integer, NumberSet> sent = new HashMap<>();

    private SentBefore(String topic, Map<TopicPartition, Long> oldest) {
      this.topic = topic;
      this.oldest = oldest;
    }

    /**
     * Reads the request topics up to their current ends. Waits for the end of open transactions of
     * others, since an open transaction hides the records that were committed after its start.
     *
     * @param topic topic of the records
     * @param from time before which none of them was written
     */
    static SentBefore read(
        Map<String, Object> consumer,
        Collection<String> requests,
        String topic,
        StartAt from,
        BooleanSupplier stopped) {
      try (TopicReader reader = TopicReader.open(consumer, requests)) {
        SentBefore before = new SentBefore(topic, reader.oldest());
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

    /** Adds a record whose request is sent now. */
    void add(RecordPosition source) {
      sent.computeIfAbsent(source.partition(), partition -> new NumberSet()).add(source.offset());
    }

    /** Whether the request of this record was sent again, as far as is known. */
    boolean contains(RecordPosition source) {
      NumberSet offsets = sent.get(source.partition());
      return offsets != null && offsets.contains(source.offset());
    }

    /** Whether a request topic would show that the request at this position had been sent again. */
    boolean isProven(RecordPosition request) {
      Long first = oldest.get(new TopicPartition(request.topic(), request.partition()));
      return first != null && first <= request.offset() + 1;
    }

    /** Returns the number of partitions of a request topic. */
    int partitions(String requests) {
      return (int) oldest.keySet().stream().filter(where -> where.topic().equals(requests)).count();
    }
  }
}
