// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.contender;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What a good engineer writes in a day: one thread polls and starts calls while there is room,
 * event loops make them, and a partition's offset is committed up to the first request that is not
 * answered. At least once; a call that fails ends the process.
 */
final class HandWrittenLoop implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(5);
  private static final long COMMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int EVENT_LOOPS = 2;

  private final ChatWork work;
  private final int inFlight;
  private final RequestOptions post;
  private final Vertx vertx =
      Vertx.vertx(new VertxOptions().setEventLoopPoolSize(EVENT_LOOPS).setUseDaemonThread(true));
  private final HttpClient http;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, Watermark> watermarks = new HashMap<>();
  private final Queue<ConsumerRecord<byte[], byte[]>> waiting = new ArrayDeque<>();
  private final AtomicInteger open = new AtomicInteger();
  private final Thread thread = new Thread(this::run, "poll");
  private volatile boolean closed;

  HandWrittenLoop(Setup setup) {
    work = new ChatWork(setup.registryUrl());
    inFlight = setup.inFlight();
    post =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setAbsoluteURI(setup.endpoint())
            .putHeader("content-type", "application/json");
    http =
        vertx.createHttpClient(
            new PoolOptions()
                .setHttp1MaxSize(inFlight)
                .setEventLoopSize(EVENT_LOOPS)
                .setMaxWaitQueueSize(-1));
    producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                setup.bootstrapServers(),
                ProducerConfig.LINGER_MS_CONFIG,
                5),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                setup.bootstrapServers(),
                ConsumerConfig.GROUP_ID_CONFIG,
                "hand-written-loop",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    thread.start();
  }

  private void run() {
    consumer.subscribe(List.of(Topics.REQUESTS), new Forgetting());
    long committed = System.nanoTime();
    while (!closed) {
      if (waiting.isEmpty()) {
        consumer.resume(consumer.paused());
      } else {
        consumer.pause(consumer.assignment());
      }
      consumer.poll(POLL).forEach(waiting::add);
      while (!waiting.isEmpty() && open.get() < inFlight) {
        start(waiting.remove());
      }
      if (System.nanoTime() - committed > COMMIT_NANOS) {
        consumer.commitAsync(offsets(), null);
        committed = System.nanoTime();
      }
    }
    consumer.commitSync(offsets());
    consumer.close();
  }

  private void start(ConsumerRecord<byte[], byte[]> record) {
    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
    Watermark.Entry entry =
        watermarks.computeIfAbsent(partition, added -> new Watermark()).add(record.offset());
    ChatWork.Call call = work.call(record.value(), record.timestamp());
    open.incrementAndGet();
    Future<Buffer> answer =
        http.request(post)
            .compose(request -> request.send(Buffer.buffer(call.body())))
            .compose(HttpClientResponse::body);
    answer
        .onSuccess(body -> finish(record.key(), call, body.getBytes(), entry))
        .onFailure(HandWrittenLoop::fail);
  }

  private void finish(byte[] key, ChatWork.Call call, byte[] answer, Watermark.Entry entry) {
    open.decrementAndGet();
    ChatWork.Outputs outputs = work.outputs(call, answer);
    AtomicInteger unwritten = new AtomicInteger(2);
    write(new ProducerRecord<>(Topics.USAGE, key, outputs.usage()), unwritten, entry);
    write(new ProducerRecord<>(Topics.RESPONSES, key, outputs.response()), unwritten, entry);
  }

  private void write(
      ProducerRecord<byte[], byte[]> output, AtomicInteger unwritten, Watermark.Entry entry) {
    var unused =
        producer.send(
            output,
            (metadata, failure) -> {
              if (failure != null) {
                fail(failure);
              } else if (unwritten.decrementAndGet() == 0) {
                entry.markDone();
              }
            });
  }

  private Map<TopicPartition, OffsetAndMetadata> offsets() {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    watermarks.forEach(
        (partition, watermark) -> {
          long next = watermark.next();
          if (next >= 0) {
            offsets.put(partition, new OffsetAndMetadata(next));
          }
        });
    return offsets;
  }

  private static void fail(Throwable failure) {
    System.err.println("a call or its output failed: " + failure);
    Runtime.getRuntime().halt(1);
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    producer.close();
    vertx.close();
  }

  /** A partition that is gone is not committed any more. */
  private final class Forgetting implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      partitions.forEach(watermarks::remove);
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      // they begin at their committed offsets
    }
  }
}
