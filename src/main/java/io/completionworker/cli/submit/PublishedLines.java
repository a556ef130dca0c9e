package io.completionworker.cli.submit;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.cli.batch.BatchHeaders;
import io.completionworker.cli.batch.BatchRequestId;
import io.completionworker.cli.clients.ClientSettings;
import io.completionworker.cli.records.StartAt;
import io.completionworker.cli.records.TopicReader;
import io.completionworker.cli.terminal.Progress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Finds out how far a batch is published: the highest of its lines among the committed records of
 * the request topic. Lines are committed in their order, so all before it are there too.
 *
 * <p>The end is the high watermark, as it is when this begins, and not the end of what is
 * committed: that one stands still while anyone else's transaction is open, and records behind it,
 * which are ours and committed, would be missed. So this may have to wait for such a transaction to
 * end.
 */
final class PublishedLines {

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Map<String, String> kafka;
  private final String topic;
  private final Deserializer<CompletionRequest> requests;

  PublishedLines(
      Map<String, String> kafka, String topic, Deserializer<CompletionRequest> requests) {
    this.kafka = kafka;
    this.topic = topic;
    this.requests = requests;
  }

  /**
   * The highest line of a batch; 0 when there is none.
   *
   * @param since records before it are not looked at
   * @param stop whether to give up; then what it returns means nothing
   * @throws InputFaultsException when the batch on the topic is of another content
   */
  long highest(Batch batch, StartAt since, Progress progress, BooleanSupplier stop) {
    Search search = new Search(batch);
    try (TopicReader reader = TopicReader.open(settings(), List.of(topic))) {
      Map<TopicPartition, Long> ends = reader.writtenEnds();
      reader.seek(since, reader.partitions());
      long read = 0;
      long heard = System.nanoTime();
      while (!stop.getAsBoolean() && !reader.reached(ends)) {
        var records = reader.poll(POLL);
        records.forEach(search::look);
        read += records.count();
        progress.at(read);
        if (!records.isEmpty()) {
          heard = System.nanoTime();
        } else if (System.nanoTime() - heard > PATIENCE.toNanos()) {
          heard = Long.MAX_VALUE; // once is enough
          progress.say("Waiting for a transaction on " + topic + " to end, or for its brokers");
        }
      }
    }
    return search.highest;
  }

  private Map<String, Object> settings() {
    Map<String, Object> settings = ClientSettings.consumer(kafka);
    // Records may go by retention while they are read; what is gone is of no batch any more.
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    return settings;
  }

  /** The search for one batch. */
  private final class Search {

    private final Batch batch;
    private final byte[] beginning;
    private long highest;

    Search(Batch batch) {
      this.batch = batch;
      this.beginning = ("batch:" + batch.id() + ":").getBytes(StandardCharsets.UTF_8);
    }

    void look(ConsumerRecord<byte[], byte[]> record) {
      Header digest = record.headers().lastHeader(BatchHeaders.DIGEST);
      byte[] value = record.value();
      // Avro has text as it is: what does not have these bytes need not be decoded.
      if (digest == null || value == null || !contains(value, beginning)) {
        return;
      }
      CompletionRequest request = requests.deserialize(topic, record.headers(), value);
      String id = request == null ? null : request.getRequestId();
      Optional<BatchRequestId> line = id == null ? Optional.empty() : BatchRequestId.parse(id);
      if (line.isEmpty() || !line.get().batch().equals(batch.id())) {
        return;
      }
      String content = new String(digest.value(), StandardCharsets.UTF_8);
      if (!content.equals(batch.inspection().digest())) {
        throw new InputFaultsException(
            List.of(
                batch.name()
                    + ": batch "
                    + batch.id()
                    + " is on "
                    + topic
                    + " already, of another content; give this one another --batch"));
      }
      highest = Math.max(highest, line.get().line());
    }

    private static boolean contains(byte[] text, byte[] part) {
      for (int i = 0; i <= text.length - part.length; i++) {
        if (text[i] == part[0] && startsAt(text, i, part)) {
          return true;
        }
      }
      return false;
    }

    private static boolean startsAt(byte[] text, int at, byte[] part) {
      for (int i = 1; i < part.length; i++) {
        if (text[at + i] != part[i]) {
          return false;
        }
      }
      return true;
    }
  }
}
