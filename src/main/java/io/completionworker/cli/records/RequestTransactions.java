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
 * Writes records to the request topic in transactions of bounded size. Thus readers of committed
 * records see them soon, and little has to be repeated after a crash. A new instance aborts the
 * open transaction of an earlier instance with the same transactional id and fences it.
 *
 * <p>Used by one thread, except for the callbacks of the producer.
 */
public final class RequestTransactions implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RequestTransactions.class);

  private static final Duration LATE = Duration.ofSeconds(10);

  private final Producer<byte[], byte[]> producer;
  private final Bounds bounds;
  private final Duration late;
  private volatile @Nullable Exception failure;
  private boolean open;
  private int records;
  private long bytes;
  private long began;

  /**
   * Limits at which a transaction is committed.
   *
   * @param bytes size of the values in bytes
   * @param time time since the first record of the transaction
   */
  public record Bounds(int records, long bytes, Duration time) {}

  /**
   * Creates the producer with these settings and initializes its transactions.
   *
   * @throws KafkaException if the transactions cannot be initialized
   */
  public RequestTransactions(Map<String, Object> settings, Bounds bounds) {
    this(
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer()),
        bounds,
        LATE);
  }

  /**
   * Takes over a producer, and initializes its transactions.
   *
   * @param late time after which a commit is reported as late
   */
  RequestTransactions(Producer<byte[], byte[]> producer, Bounds bounds, Duration late) {
    this.producer = producer;
    this.bounds = bounds;
    this.late = late;
    try {
      producer.initTransactions();
    } catch (KafkaException e) {
      producer.close(Duration.ZERO);
      throw e;
    }
  }

  /**
   * Sends a record. A failure of the record is thrown by a later call that sends or commits.
   *
   * @param size size of the value in bytes
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
    // The callback receives what the future would, and commit throws the failure.
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

  /** Returns how many partitions a topic has. */
  public int partitions(String topic) {
    return producer.partitionsFor(topic).size();
  }

  /** Whether the transaction has reached one of its limits. */
  public boolean isFull() {
    return open
        && (records >= bounds.records
            || bytes >= bounds.bytes
            || System.nanoTime() - began > bounds.time.toNanos());
  }

  /** Commits all records sent so far, which makes them visible. */
  public void commit() {
    if (open) {
      producer.flush();
      throwFailure();
      producer.commitTransaction();
      open = false;
    }
  }

  /**
   * Commits like {@link #commit()}, and reports brokers that take long to answer.
   *
   * @param answers receives false, on another thread, if the brokers have not answered for a while,
   *     and then true if the commit succeeds
   */
  public void commit(Consumer<Boolean> answers) {
    CompletableFuture<Boolean> isLate =
        new CompletableFuture<Boolean>()
            .completeOnTimeout(true, late.toMillis(), TimeUnit.MILLISECONDS);
    CompletableFuture<Void> reported =
        isLate.thenAcceptAsync( // never on this thread, even if it is late by now
            reached -> {
              if (reached) {
                answers.accept(false);
              }
            });
    try {
      commit();
    } finally {
      isLate.complete(false); // unless it is late, or is just being reported
      reported.join();
    }
    if (isLate.join()) {
      answers.accept(true);
    }
  }

  /** Aborts the records that were sent but not committed. */
  public void abort() {
    if (open) {
      open = false;
      producer.abortTransaction();
    }
  }

  /** Throws the first failure only, since later ones are its consequences. */
  private void throwFailure() {
    Exception failed = failure;
    if (failed != null) {
      throw failed instanceof KafkaException kafka ? kafka : new KafkaException(failed);
    }
  }

  /**
   * Aborts a transaction that is open after a failure. Otherwise readers would have to wait for its
   * timeout. Does not wait for the brokers if a wait for them has already timed out.
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
