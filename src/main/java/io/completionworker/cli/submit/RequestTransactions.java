package io.completionworker.cli.submit;

import io.completionworker.cli.clients.ClientSettings;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts records on the request topic in transactions of bounded size, so that readers of committed
 * records see them soon and little is done again after a crash. Making one ends what an earlier one
 * of the same id has open, and keeps it from going on.
 *
 * <p>One thread, but for the callbacks of the producer.
 */
final class RequestTransactions implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RequestTransactions.class);

  private static final int MAX_RECORDS = 1_000;
  private static final long MAX_BYTES = 4L << 20;
  private static final long MAX_NANOS = Duration.ofSeconds(2).toNanos();
  private static final int BATCH_BYTES = 65_536;
  private static final int LINGER_MS = 20;
  private static final int MIN_BUFFER_BYTES = 16 << 20;

  private final Producer<byte[], byte[]> producer;
  private volatile @Nullable Exception failure;
  private boolean open;
  private int records;
  private long bytes;
  private long began;

  RequestTransactions(Map<String, String> kafka, String batch, int maxMessageBytes) {
    Map<String, Object> settings =
        ClientSettings.producer(kafka, "completion-submit-" + batch, maxMessageBytes);
    settings.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    settings.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, LINGER_MS);
    settings.put(
        ProducerConfig.BUFFER_MEMORY_CONFIG, Math.max(MIN_BUFFER_BYTES, 2L * maxMessageBytes));
    producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    try {
      producer.initTransactions();
    } catch (KafkaException e) {
      producer.close(Duration.ZERO);
      throw e;
    }
  }

  /** Takes a record. */
  void send(ProducerRecord<byte[], byte[]> record, int size) {
    throwFailure();
    if (!open) {
      producer.beginTransaction();
      open = true;
      records = 0;
      bytes = 0;
      began = System.nanoTime();
    }
    // The callback says what the future would, and commit throws it.
    var unused =
        producer.send(
            record,
            (metadata, failed) -> {
              if (failed != null && failure == null) {
                failure = failed;
              }
            });
    records++;
    bytes += size;
  }

  /** Whether it is time to commit. */
  boolean isFull() {
    return open
        && (records >= MAX_RECORDS || bytes >= MAX_BYTES || System.nanoTime() - began > MAX_NANOS);
  }

  /** Makes what was sent visible, all of it. */
  void commit() {
    if (open) {
      producer.flush();
      throwFailure();
      producer.commitTransaction();
      open = false;
      records = 0;
      bytes = 0;
    }
  }

  /** What was sent and is not committed never was. */
  void abort() {
    if (open) {
      open = false;
      producer.abortTransaction();
    }
  }

  /** The first cause is told; those that follow from it are not. */
  private void throwFailure() {
    Exception failed = failure;
    if (failed != null) {
      throw failed instanceof KafkaException kafka ? kafka : new KafkaException(failed);
    }
  }

  /** What is open after a failure is ended here, or else readers would wait for its time-out. */
  @Override
  public void close() {
    try {
      abort();
    } catch (KafkaException e) {
      log.debug("The open transaction ends with its time-out, or with its successor", e);
    }
    producer.close(Duration.ofSeconds(5));
  }
}
