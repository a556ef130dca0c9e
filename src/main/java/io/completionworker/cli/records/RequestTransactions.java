// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.records;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
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
public final class RequestTransactions implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RequestTransactions.class);

  private static final Duration LATE = Duration.ofSeconds(10);

  private final Producer<byte[], byte[]> producer;
  private final Bounds bounds;
  private volatile @Nullable Exception failure;
  private boolean open;
  private int records;
  private long bytes;
  private long began;

  /**
   * What one transaction holds at the most.
   *
   * @param bytes of values
   * @param time from its first record on
   */
  public record Bounds(int records, long bytes, Duration time) {}

  /**
   * Transactions of the producer with these settings.
   *
   * @throws KafkaException when they cannot be begun
   */
  public RequestTransactions(Map<String, Object> settings, Bounds bounds) {
    this.bounds = bounds;
    producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    try {
      producer.initTransactions();
    } catch (KafkaException e) {
      producer.close(Duration.ZERO);
      throw e;
    }
  }

  /**
   * Takes a record; what becomes of it shows when it is committed.
   *
   * @param size of its value, in bytes
   */
  public void send(ProducerRecord<byte[], byte[]> record, int size) {
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

  /** How many partitions a topic has. */
  public int partitions(String topic) {
    return producer.partitionsFor(topic).size();
  }

  /** Whether it is time to commit. */
  public boolean isFull() {
    return open
        && (records >= bounds.records
            || bytes >= bounds.bytes
            || System.nanoTime() - began > bounds.time.toNanos());
  }

  /** Makes what was sent visible, all of it. */
  public void commit() {
    if (open) {
      producer.flush();
      throwFailure();
      producer.commitTransaction();
      open = false;
    }
  }

  /**
   * The same, for a command that says so when the brokers take long.
   *
   * @param answers told false, on another thread, when they have not answered for a while, and then
   *     true once they have
   */
  public void commit(Consumer<Boolean> answers) {
    CompletableFuture<Void> late =
        CompletableFuture.runAsync(
            () -> answers.accept(false),
            CompletableFuture.delayedExecutor(LATE.toMillis(), TimeUnit.MILLISECONDS));
    try {
      commit();
    } finally {
      if (!late.cancel(false)) {
        answers.accept(true);
      }
    }
  }

  /** What was sent and is not committed never was. */
  public void abort() {
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

  /**
   * What is open after a failure is ended here, or else readers would wait for its time-out; but
   * brokers that were waited for in vain are not waited for once more.
   */
  @Override
  public void close() {
    if (failure instanceof TimeoutException) {
      producer.close(Duration.ZERO);
      return;
    }
    try {
      abort();
    } catch (KafkaException e) {
      log.debug("The open transaction ends with its time-out, or with its successor", e);
    }
    producer.close(Duration.ofSeconds(5));
  }
}
