// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.submit;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.cli.batch.Batch;
import io.completionworker.cli.batch.FileLines;
import io.completionworker.cli.batch.LineFaults.InputFaultsException;
import io.completionworker.cli.batch.LineReader;
import io.completionworker.cli.records.ClientSettings;
import io.completionworker.cli.records.RecordsException;
import io.completionworker.cli.records.RequestTransactions;
import io.completionworker.cli.records.StartAt;
import io.completionworker.cli.terminal.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;

/**
 * Publishes batches, each from its first line that is not on the topic yet.
 *
 * @param topic topic of the requests
 * @param requestTopics request topics of all classes, which a batch must not be on twice
 * @param requests serializes the requests in the format that the worker reads
 * @param maxMessageBytes size in bytes of the largest message that is sent
 */
public record Submission(
    Map<String, String> kafka,
    String topic,
    List<String> requestTopics,
    Serde<CompletionRequest> requests,
    int maxMessageBytes) {

  private static final RequestTransactions.Bounds TRANSACTION =
      new RequestTransactions.Bounds(1_000, 4L << 20, Duration.ofSeconds(2));

  private static final CompletionRequest SAMPLE =
      CompletionRequest.newBuilder().setModel("").setMessages(List.of()).build();

  /** How long to wait for brokers before anything is published. */
  private static final int ANSWER_MILLIS = 7_000;

  private static final int BATCH_BYTES = 65_536;
  private static final int LINGER_MS = 20;
  private static final int MIN_BUFFER_BYTES = 16 << 20;

  /** Shows the progress of tasks. */
  @FunctionalInterface
  public interface Display {

    /**
     * Starts to show a task.
     *
     * @param total 0 if the total is not known
     */
    Progress progress(String task, long total);
  }

  /**
   * Finds out which lines of these batches are already on the topic, and checks that their records
   * can be written. Publishes nothing. Fences an earlier submit of one of the batches that is still
   * running.
   *
   * @param since time before which the topic has no record of the batches
   * @param stop whether to give up; checked between records
   * @throws SubmitException if the batches cannot be published
   * @throws InputFaultsException if a batch on the topic has different content, is on the topic of
   *     another class, or was begun before {@code since}
   */
  public PublishedLines look(
      List<Batch> batches, StartAt since, Display display, BooleanSupplier stop) {
    try {
      // checks that the schema registry answers, and has the schema or accepts it
      requests.serializer().serialize(topic, headers(), SAMPLE);
      Optional<EarlierSubmits> earlier =
          Optional.ofNullable(since.time()).map(time -> EarlierSubmits.of(kafka, batches, time));
      for (Batch batch : batches) {
        Map<String, Object> settings = producer(batch);
        settings.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, ANSWER_MILLIS);
        new RequestTransactions(settings, TRANSACTION).close();
      }
      PublishedLines lines = new PublishedLines(this, batches, since);
      try {
        lines.look(display, stop);
        earlier.ifPresent(submits -> submits.requireNone(lines, display, stop));
        return lines;
      } catch (RuntimeException e) {
        lines.close();
        throw e;
      }
    } catch (TimeoutException e) {
      throw new SubmitException("Nothing was published", RecordsException.of(kafka, e));
    } catch (KafkaException | RecordsException e) {
      throw new SubmitException("Nothing was published", e);
    }
  }

  /**
   * Publishes a batch, except for records that are already on the topic.
   *
   * @param lines the lines that are already on the topic
   * @param stop whether to stop; checked between records. Records not yet committed are aborted
   *     then
   * @throws SubmitException if the batch cannot be published; committed records remain
   * @throws InputFaultsException if the batch on the topic has different content by now
   */
  public Batch.Published publish(
      Batch batch, PublishedLines lines, Display display, BooleanSupplier stop) throws IOException {
    try (RequestTransactions transactions = new RequestTransactions(producer(batch), TRANSACTION)) {
      lines.look(display, stop);
      long highest = lines.highest(batch);
      int before = batch.inspection().requestsUpTo(highest);
      if (stop.getAsBoolean() || before == batch.inspection().requests()) {
        return new Batch.Published(batch, before, before);
      }
      try (Progress progress = display.progress("submit", batch.inspection().requests())) {
        Run run = new Run(batch, transactions, progress, before);
        run.publish(highest, stop);
        return new Batch.Published(batch, run.committed, before);
      }
    } catch (KafkaException | RecordsException e) {
      throw explained(batch, e);
    }
  }

  /** Returns empty headers, taken from a record because Kafka has no public class for them. */
  private Headers headers() {
    return new ProducerRecord<byte[], byte[]>(topic, null).headers();
  }

  private Map<String, Object> producer(Batch batch) {
    Map<String, Object> settings =
        ClientSettings.producer(kafka, batch.transactionalId(), maxMessageBytes);
    settings.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    settings.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, LINGER_MS);
    settings.put(
        ProducerConfig.BUFFER_MEMORY_CONFIG, Math.max(MIN_BUFFER_BYTES, 2L * maxMessageBytes));
    return settings;
  }

  private SubmitException explained(Batch batch, RuntimeException e) {
    Throwable cause = e;
    for (int depth = 0; depth < 8 && cause != null; depth++) {
      if (cause instanceof ProducerFencedException
          || cause instanceof InvalidProducerEpochException) {
        return new SubmitException(
            "Another submit of batch " + batch.id() + " has taken over, and goes on with it");
      }
      if (cause instanceof RecordTooLargeException) {
        return new SubmitException(
            "A record is larger than topic "
                + topic
                + " takes; raise its max.message.bytes, or have --on-invalid=skip",
            e);
      }
      cause = cause.getCause();
    }
    return new SubmitException(
        "Batch " + batch.id() + " is not published whole; start it again, and it goes on", e);
  }

  /** One pass over the lines of a batch. */
  private final class Run {

    private final Batch batch;
    private final RequestTransactions transactions;
    private final Progress progress;
    private final LineReader reader;
    private final long partitions;
    private int sent;
    private int committed;

    Run(Batch batch, RequestTransactions transactions, Progress progress, int before) {
      this.batch = batch;
      this.transactions = transactions;
      this.progress = progress;
      this.reader = new LineReader(batch.inspection().format(), batch.options());
      this.partitions = transactions.partitions(topic);
      this.sent = before;
      this.committed = before;
    }

    void publish(long highest, BooleanSupplier stop) throws IOException {
      Batch.Inspection inspection = batch.inspection();
      progress.at(committed);
      try (FileLines lines = FileLines.open(batch.file(), batch.longestLine())) {
        for (FileLines.Line line = lines.next(); line != null; line = lines.next()) {
          if (stop.getAsBoolean()) {
            transactions.abort();
            return;
          }
          if (line.number() > highest && inspection.valid().get((int) line.number())) {
            send(line);
          }
          if (transactions.isFull()) {
            commit();
          }
        }
        if (!lines.digest().equals(inspection.digest()) || sent != inspection.requests()) {
          transactions.abort();
          throw new SubmitException(
              batch.name() + " has changed while it was read; batch " + batch.id() + " is broken");
        }
        commit();
      }
    }

    private void commit() {
      transactions.commit(this::brokersAnswer);
      committed = sent;
      progress.at(committed);
    }

    private void brokersAnswer(boolean answer) {
      progress.say(
          answer
              ? "The brokers answer again"
              : "No answer from the brokers at "
                  + kafka.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)
                  + "; waiting for them");
    }

    private void send(FileLines.Line line) {
      LineReader.LineRequest request = read(line);
      Headers headers = headers();
      byte[] value = requests.serializer().serialize(topic, headers, request.request());
      headers.add(Batch.DIGEST_HEADER, utf8(batch.inspection().digest()));
      if (line.number() == batch.inspection().lastLine()) {
        headers.add(Batch.SIZE_HEADER, utf8(Integer.toString(batch.inspection().requests())));
      }
      transactions.send(
          new ProducerRecord<>(topic, partition(request), null, request.key(), value, headers),
          value.length);
      sent++;
    }

    /**
     * Spreads requests without a key evenly over the partitions, since the partitioner would put a
     * small batch on a single one. Batches begin at different partitions. The partitioner chooses
     * the partition of a request with a key.
     */
    private @Nullable Integer partition(LineReader.LineRequest request) {
      return request.key() == null
          ? Integer.valueOf((int) Math.floorMod((long) batch.id().hashCode() + sent, partitions))
          : null;
    }

    private LineReader.LineRequest read(FileLines.Line line) {
      try {
        return reader.read(batch.id(), line);
      } catch (IllegalArgumentException e) {
        throw new SubmitException(
            batch.name() + " has changed while it was read: line " + line.number(), e);
      }
    }

    private static byte[] utf8(String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }

  /**
   * A batch could not be published completely. The message is one line that says how to continue.
   */
  public static final class SubmitException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception with a message about what happened. */
    public SubmitException(String message) {
      super(message);
    }

    /** Creates the exception with a message about what happened. */
    public SubmitException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
