// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.redrive;

import io.completionworker.cli.records.ClientSettings;
import io.completionworker.cli.records.RecordsException;
import io.completionworker.cli.records.RequestTransactions;
import io.completionworker.cli.redrive.Redriver.Candidate;
import io.completionworker.config.WorkerSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Sends requests in transactions that are short in time and small in size. For one thread. */
final class RequestSender implements AutoCloseable {

  /**
   * The transaction timeout. The worker reads no further than an open transaction, including one
   * that a kill has left open.
   */
  private static final int TIMEOUT_MILLIS = 15_000;

  /**
   * The longest wait for brokers. After it the command ends. A later one continues and sends
   * nothing twice.
   */
  private static final int ANSWER_MILLIS = 8_000;

  private static final int REQUEST_MILLIS = 5_000;

  private static final Duration LONGEST = Duration.ofSeconds(1);
  private static final RequestTransactions.Bounds TRANSACTION =
      new RequestTransactions.Bounds(500, Long.MAX_VALUE, LONGEST);
  private static final long STEP_NANOS = Duration.ofMillis(100).toNanos();

  private final @Nullable RequestTransactions transactions;
  private final long pauseNanos;
  private long next = System.nanoTime();

  private RequestSender(@Nullable RequestTransactions transactions, OptionalDouble rate) {
    this.transactions = transactions;
    this.pauseNanos =
        rate.isPresent() ? (long) (TimeUnit.SECONDS.toNanos(1) / rate.getAsDouble()) : 0;
  }

  /** Creates a sender that sends nothing. */
  static RequestSender none() {
    return new RequestSender(null, OptionalDouble.empty());
  }

  /**
   * Opens a sender for the worker's redrive. When this returns, no other redrive can commit any
   * more.
   *
   * @param rate the most records per second
   */
  static RequestSender open(WorkerSettings settings, OptionalDouble rate) {
    String id = settings.group() + "-redrive";
    Map<String, Object> config =
        ClientSettings.producer(settings.kafka(), id, settings.async().maxMessageBytes());
    config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TIMEOUT_MILLIS);
    config.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, ANSWER_MILLIS);
    config.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, ANSWER_MILLIS);
    config.putIfAbsent(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_MILLIS);
    try {
      return new RequestSender(new RequestTransactions(config, TRANSACTION), rate);
    } catch (KafkaException e) {
      throw new RecordsException("Cannot begin transactions as " + id, e);
    }
  }

  /**
   * Waits until the rate allows the next request, then sends it.
   *
   * @param notBefore the earliest timestamp of the record, in milliseconds since 1970
   * @return false when the redrive was stopped before that
   */
  boolean send(
      Optional<Integer> partition, long notBefore, Candidate.Copy copy, BooleanSupplier stopped)
      throws InterruptedException {
    if (transactions == null) {
      return true;
    }
    while (System.nanoTime() - next < 0) {
      commitWhenLong();
      if (stopped.getAsBoolean()) {
        return false;
      }
      TimeUnit.NANOSECONDS.sleep(Math.min(STEP_NANOS, Math.max(1, next - System.nanoTime())));
    }
    next = Math.max(next, System.nanoTime() - LONGEST.toNanos()) + pauseNanos;
    // With this timestamp, a reader that begins at the time of the failure finds the copy.
    long timestamp = Math.max(notBefore, System.currentTimeMillis());
    var record =
        new ProducerRecord<>(
            copy.topic(),
            partition.orElse(null),
            timestamp,
            copy.key(),
            copy.value(),
            copy.headers());
    try {
      transactions.send(record, copy.value().length);
    } catch (KafkaException e) {
      throw explained(e);
    }
    commitWhenLong();
    return true;
  }

  /** Commits the open transaction when it has reached its bounds. Must be called continually. */
  void commitWhenLong() {
    if (transactions != null && transactions.isFull()) {
      commit();
    }
  }

  /** Commits what was sent. */
  void commit() {
    if (transactions != null) {
      try {
        transactions.commit();
      } catch (KafkaException e) {
        throw explained(e);
      }
    }
  }

  /** Closes the sender. What is not committed counts as never sent. */
  @Override
  public void close() {
    if (transactions != null) {
      transactions.close();
    }
  }

  private static RecordsException explained(KafkaException failure) {
    // An error that occurred on the producer's own thread arrives as the cause of another
    // exception.
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProducerFencedException
          || cause instanceof InvalidProducerEpochException) {
        return new RecordsException("Another redrive has begun, and takes over from this one");
      }
      if (cause instanceof TimeoutException) {
        return new RecordsException(
            "Cannot send: no answer from the brokers within "
                + ANSWER_MILLIS / 1_000
                + " s; what was committed stays sent; see kafka.bootstrap.servers");
      }
    }
    return new RecordsException("Cannot send; what was committed stays sent", failure);
  }
}
