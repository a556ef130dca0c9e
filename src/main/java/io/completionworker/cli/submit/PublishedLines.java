// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.submit;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.cli.batch.Batch;
import io.completionworker.cli.batch.LineFaults.InputFaultsException;
import io.completionworker.cli.records.ClientSettings;
import io.completionworker.cli.records.StartAt;
import io.completionworker.cli.records.TopicReader;
import io.completionworker.cli.terminal.Progress;
import io.completionworker.completion.BatchRequestId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Finds out how much of each batch is published: the highest line among the committed records of
 * the request topic. Reads the request topics of the other classes, too, since a batch that is
 * there would be called a second time. The lines of a batch are committed in order, so all lines
 * before the highest one are published too.
 *
 * <p>A search ends at the high watermark that the topic has when the search begins, not at the last
 * stable offset. The last stable offset does not advance while any producer has an open
 * transaction, so the search would miss committed records of the batches behind it. A search may
 * therefore have to wait for such a transaction to end. The next search begins where the previous
 * one ended. Not thread-safe.
 */
public final class PublishedLines implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final byte[] BEGINNING = "batch:".getBytes(StandardCharsets.UTF_8);

  private final String topic;
  private final String topics;
  private final Deserializer<CompletionRequest> requests;
  private final TopicReader reader;
  private final Map<String, Search> searches = new HashMap<>();

  /**
   * Opens the topics, without reading them yet.
   *
   * @param since records before it are not read
   */
  PublishedLines(Submission submission, List<Batch> batches, StartAt since) {
    this.topic = submission.topic();
    this.topics = String.join(", ", submission.requestTopics());
    this.requests = submission.requests().deserializer();
    batches.forEach(batch -> searches.putIfAbsent(batch.id(), new Search(batch)));
    reader = TopicReader.open(settings(submission.kafka()), submission.requestTopics());
    try {
      reader.seek(since, reader.partitions());
    } catch (KafkaException e) {
      reader.close();
      throw e;
    }
  }

  /**
   * Reads the records that have been committed by now.
   *
   * @param stop whether to give up; the result is meaningless then
   * @throws InputFaultsException if a batch on a topic has different content, or is on the topic of
   *     another class
   */
  void look(Submission.Display display, BooleanSupplier stop) {
    readTo(reader.writtenEnds(), display, stop);
  }

  /**
   * Reads the records before this time that were skipped so far.
   *
   * @throws InputFaultsException if a batch on the topic has different content
   */
  void lookBefore(Instant time, Submission.Display display, BooleanSupplier stop) {
    Map<TopicPartition, Long> reached = reader.positions();
    reader.seek(StartAt.time(time), reader.partitions());
    Map<TopicPartition, Long> ends = reader.positions();
    reader.seek(StartAt.EARLIEST, reader.partitions());
    readTo(ends, display, stop);
    reader.resume(reached);
  }

  private void readTo(
      Map<TopicPartition, Long> ends, Submission.Display display, BooleanSupplier stop) {
    if (reader.reached(ends)) {
      return;
    }
    try (Progress progress = display.progress("look", 0)) {
      long read = 0;
      long heard = System.nanoTime();
      boolean said = false; // said once, until the next record
      while (!stop.getAsBoolean() && !reader.reached(ends)) {
        var records = reader.poll(POLL);
        records.forEach(this::take);
        read += records.count();
        progress.at(read);
        if (!records.isEmpty()) {
          heard = System.nanoTime();
          said = false;
        } else if (!said && System.nanoTime() - heard > PATIENCE.toNanos()) {
          said = true;
          progress.say("Waiting for a transaction on " + topics + " to end, or for its brokers");
        }
      }
    }
  }

  /** Whether no line of the batch was found on the topic. */
  public boolean isUnpublished(Batch batch) {
    return highest(batch) == 0;
  }

  /** Returns the highest published line of a batch; 0 if there is none. */
  long highest(Batch batch) {
    return search(batch.id()).highest;
  }

  @Override
  public void close() {
    reader.close();
  }

  private Search search(String batch) {
    return Objects.requireNonNull(searches.get(batch), batch);
  }

  private static Map<String, Object> settings(Map<String, String> kafka) {
    Map<String, Object> settings = ClientSettings.consumer(kafka);
    // Retention may delete records while they are read. Deleted records belong to no batch any
    // more.
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    return settings;
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    Header digest = record.headers().lastHeader(Batch.DIGEST_HEADER);
    byte[] value = record.value();
    if (digest == null || value == null || !mayBeOurs(value)) {
      return;
    }
    CompletionRequest request = requests.deserialize(record.topic(), record.headers(), value);
    String id = request == null ? null : request.getRequestId();
    Optional<BatchRequestId> line = id == null ? Optional.empty() : BatchRequestId.parse(id);
    if (line.isPresent() && searches.containsKey(line.get().batch())) {
      search(line.get().batch())
          .found(
              record.topic(),
              line.get().line(),
              new String(digest.value(), StandardCharsets.UTF_8));
    }
  }

  /**
   * Whether a value may be a request of one of the batches. Avro stores text unchanged, so a value
   * that does not contain the id of a batch need not be decoded.
   */
  private boolean mayBeOurs(byte[] value) {
    for (int i = 0; i + BEGINNING.length < value.length; i++) {
      int from = i + BEGINNING.length;
      if (value[i] == BEGINNING[0] && Arrays.equals(value, i, from, BEGINNING, 0, from - i)) {
        int end = from;
        while (end < value.length && end - from <= BatchRequestId.LONGEST && value[end] != ':') {
          end++;
        }
        if (searches.containsKey(new String(value, from, end - from, StandardCharsets.UTF_8))) {
          return true;
        }
      }
    }
    return false;
  }

  /** The search for one batch. */
  private final class Search {

    private final Batch batch;
    private long highest;

    Search(Batch batch) {
      this.batch = batch;
    }

    void found(String where, long line, String content) {
      if (!content.equals(batch.inspection().digest())) {
        throw new InputFaultsException(
            List.of(
                batch.name()
                    + ": batch "
                    + batch.id()
                    + " is on "
                    + where
                    + " already, of another content; give this one another --batch;"
                    + " nothing was published"));
      }
      if (!where.equals(topic)) {
        throw new InputFaultsException(
            List.of(
                "%s: batch %s was begun on %s, the request topic of another class; name that class by --class, or give this one another --batch; nothing was published"
                    .formatted(batch.name(), batch.id(), where)));
      }
      highest = Math.max(highest, line);
    }
  }
}
