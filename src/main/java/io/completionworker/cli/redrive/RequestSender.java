package io.completionworker.cli.redrive;

import io.completionworker.cli.clients.ClientSettings;
import io.completionworker.cli.records.RecordsException;
import io.completionworker.config.WorkerSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends requests in transactions that are short in time and size. For one thread. */
final class RequestSender implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RequestSender.class);

  /** The worker reads no further than an open transaction, also one that a kill has left. */
  private static final int TIMEOUT_MILLIS = 15_000;

  private static final int MOST_RECORDS = 500;
  private static final long LONGEST_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long STEP_NANOS = Duration.ofMillis(100).toNanos();

  private final @Nullable KafkaProducer<byte[], byte[]> producer;
  private final long pauseNanos;
  private long next = System.nanoTime();
  private long begun;
  private int open;

  private RequestSender(@Nullable KafkaProducer<byte[], byte[]> producer, OptionalDouble rate) {
    this.producer = producer;
    this.pauseNanos =
        rate.isPresent() ? (long) (TimeUnit.SECONDS.toNanos(1) / rate.getAsDouble()) : 0;
  }

  /** A sender that sends nothing. */
  static RequestSender none() {
    return new RequestSender(null, OptionalDouble.empty());
  }

  /**
   * A sender of the worker's redrive: when this returns, no other one can commit any more.
   *
   * @param rate most records a second
   */
  static RequestSender open(WorkerSettings settings, OptionalDouble rate) {
    String id = settings.kafka().get("application.id") + "-redrive";
    Map<String, Object> config =
        ClientSettings.producer(settings.kafka(), id, settings.async().maxMessageBytes());
    config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TIMEOUT_MILLIS);
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    try {
      producer.initTransactions();
    } catch (KafkaException e) {
      producer.close(Duration.ZERO);
      throw new RecordsException("Cannot begin transactions as " + id, e);
    }
    return new RequestSender(producer, rate);
  }

  /**
   * Sends when its time has come.
   *
   * @return false when it was stopped before
   */
  boolean send(
      String topic,
      Optional<Integer> partition,
      long notBefore,
      Candidate.Copy copy,
      BooleanSupplier stopped)
      throws InterruptedException {
    if (producer == null) {
      return true;
    }
    while (System.nanoTime() - next < 0) {
      commitWhenLong();
      if (stopped.getAsBoolean()) {
        return false;
      }
      TimeUnit.NANOSECONDS.sleep(Math.min(STEP_NANOS, Math.max(1, next - System.nanoTime())));
    }
    next = Math.max(next, System.nanoTime() - LONGEST_NANOS) + pauseNanos;
    try {
      if (open == 0) {
        producer.beginTransaction();
        begun = System.nanoTime();
      }
      open++;
      // a reader that begins at the time of the failure finds its copy
      long timestamp = Math.max(notBefore, System.currentTimeMillis());
      var unused = // the commit fails when this does
          producer.send(
              new ProducerRecord<>(
                  topic,
                  partition.orElse(null),
                  timestamp,
                  copy.key(),
                  copy.value(),
                  copy.headers()));
    } catch (KafkaException e) {
      throw explained(e);
    }
    commitWhenLong();
    return true;
  }

  /** Makes what was sent last when it has waited for long enough; to be called all the time. */
  void commitWhenLong() {
    if (open >= MOST_RECORDS || (open > 0 && System.nanoTime() - begun > LONGEST_NANOS)) {
      commit();
    }
  }

  /** Makes what was sent last. */
  void commit() {
    if (producer != null && open > 0) {
      try {
        producer.commitTransaction();
      } catch (KafkaException e) {
        throw explained(e);
      }
      open = 0;
    }
  }

  /** What is not committed is as if it was never sent. */
  @Override
  public void close() {
    if (producer != null) {
      if (open > 0) {
        abort(producer);
      }
      producer.close(Duration.ofSeconds(5));
    }
  }

  private static void abort(KafkaProducer<byte[], byte[]> producer) {
    try {
      producer.abortTransaction();
    } catch (KafkaException e) {
      log.debug("The brokers will abort it when its time is up", e);
    }
  }

  private static RecordsException explained(KafkaException failure) {
    // an error that was met by the producer's own thread comes as the cause of another
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProducerFencedException
          || cause instanceof InvalidProducerEpochException) {
        return new RecordsException("Another redrive has begun, and takes over from this one");
      }
    }
    return new RecordsException("Cannot send; what was committed stays sent", failure);
  }
}
