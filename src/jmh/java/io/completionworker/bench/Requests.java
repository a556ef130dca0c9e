// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.Message;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.LongFunction;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes requests, keyed by their id: the key comes back on every output. One thread at a time.
 */
public final class Requests implements AutoCloseable {

  private final KafkaProducer<byte[], byte[]> producer;
  private final Serializer<CompletionRequest> serializer;
  private final LongFunction<CompletionRequest> kind;
  private final String topic;
  private final String ids;
  private final int partitions;
  private long published;
  private long bytes;
  private @Nullable Future<RecordMetadata> last;

  /**
   * Opens it.
   *
   * @param partitions of the topic
   * @param kind of requests, by number; their ids are made here
   */
  public Requests(Rig rig, int partitions, LongFunction<CompletionRequest> kind) {
    this(rig, Rig.REQUESTS, "r-", partitions, kind);
  }

  /**
   * Opens it for a request topic of its own.
   *
   * @param ids what the ids of its requests begin with
   */
  public Requests(
      Rig rig, String topic, String ids, int partitions, LongFunction<CompletionRequest> kind) {
    producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                rig.broker().bootstrapServers(),
                ProducerConfig.LINGER_MS_CONFIG,
                5,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                Rig.MAX_RECORD_BYTES),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    serializer = rig.serdes().forValues(CompletionRequest.class).serializer();
    this.kind = kind;
    this.topic = topic;
    this.ids = ids;
    this.partitions = partitions;
  }

  /** Requests that are all alike. */
  public static LongFunction<CompletionRequest> alike(Settings settings) {
    CompletionRequest request = request(words(settings.promptBytes()));
    return number -> request;
  }

  /** A request to a small model. */
  public static CompletionRequest request(String prompt) {
    return CompletionRequest.newBuilder()
        .setModel("gpt-4o-mini")
        .setMessages(List.of(Message.newBuilder().setRole("user").setContent(prompt).build()))
        .build();
  }

  /** So many bytes of words. */
  public static String words(int bytes) {
    return "word ".repeat(bytes / 5 + 1).substring(0, bytes);
  }

  /** Publishes so many, evenly over the partitions, and returns when the broker has them. */
  public void publish(int count) {
    for (int i = 0; i < count; i++) {
      publishOne();
    }
    flush();
  }

  /** Hands one to the producer; what becomes of it shows at the end. */
  public void publishOne() {
    last = send(published++);
  }

  /** Returns when the broker has all. */
  public void flush() {
    producer.flush();
    check(last);
  }

  /** Published so far. */
  public long published() {
    return published;
  }

  /** Mean size of a request with its key, in bytes. */
  long meanBytes() {
    return bytes / Math.max(1, published);
  }

  @Override
  public void close() {
    producer.close();
    serializer.close();
  }

  private Future<RecordMetadata> send(long number) {
    String id = ids + number;
    CompletionRequest request =
        CompletionRequest.newBuilder(kind.apply(number)).setRequestId(id).build();
    byte[] key = id.getBytes(StandardCharsets.UTF_8);
    byte[] value = serializer.serialize(topic, request);
    bytes += key.length + value.length;
    int partition = (int) (number % partitions);
    return producer.send(new ProducerRecord<>(topic, partition, key, value));
  }

  // Once flushed, the last has failed if the broker is gone.
  private static void check(@Nullable Future<RecordMetadata> last) {
    try {
      if (last != null) {
        last.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while requests were published", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a request was not published", e.getCause());
    }
  }
}
