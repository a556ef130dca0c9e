package io.completionworker.bench.parallelconsumer;

import io.confluent.parallelconsumer.ParallelConsumerOptions;
import io.confluent.parallelconsumer.ParallelConsumerOptions.CommitMode;
import io.confluent.parallelconsumer.ParallelConsumerOptions.ProcessingOrder;
import io.confluent.parallelconsumer.vertx.VertxParallelEoSStreamProcessor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Confluent's Parallel Consumer with its Vert.x module: at least once, unordered, which is what it
 * is fastest with.
 */
public final class ParallelConsumerLoop implements AutoCloseable {

  private static final int EVENT_LOOPS = 2;

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(EVENT_LOOPS));
  private final WebClient http;
  private final String endpoint;
  private final BiFunction<byte[], Long, Map.Entry<byte[], Function<byte[], Map<String, byte[]>>>>
      calls;
  private final KafkaProducer<byte[], byte[]> producer;
  private final VertxParallelEoSStreamProcessor<byte[], byte[]> processor;

  /**
   * Starts it.
   *
   * @param settings {@code bootstrap.servers}, {@code endpoint}, {@code in.flight}, {@code topic}
   * @param calls makes of a record's value and timestamp what is to be sent, and what makes of the
   *     answer the values to write, by topic
   */
  public ParallelConsumerLoop(
      Map<String, Object> settings,
      BiFunction<byte[], Long, Map.Entry<byte[], Function<byte[], Map<String, byte[]>>>> calls) {
    this.calls = calls;
    int inFlight = (Integer) settings.get("in.flight");
    endpoint = (String) settings.get("endpoint");
    http = WebClient.create(vertx, new WebClientOptions().setMaxPoolSize(inFlight));
    Map<String, Object> broker =
        Map.of("bootstrap.servers", settings.get("bootstrap.servers"), "linger.ms", 5);
    producer = new KafkaProducer<>(broker, new ByteArraySerializer(), new ByteArraySerializer());
    processor = new VertxParallelEoSStreamProcessor<>(vertx, http, options(settings, inFlight));
    processor.subscribe(List.of((String) settings.get("topic")));
    processor.vertxFuture(context -> answer(context.getSingleConsumerRecord()));
  }

  private static ParallelConsumerOptions<byte[], byte[]> options(
      Map<String, Object> settings, int inFlight) {
    Map<String, Object> consumer =
        Map.of(
            "bootstrap.servers",
            settings.get("bootstrap.servers"),
            "group.id",
            "parallel-consumer",
            "enable.auto.commit",
            false,
            "auto.offset.reset",
            "earliest");
    return ParallelConsumerOptions.<byte[], byte[]>builder()
        .consumer(
            new KafkaConsumer<>(
                consumer, new ByteArrayDeserializer(), new ByteArrayDeserializer()))
        .ordering(ProcessingOrder.UNORDERED)
        .commitMode(CommitMode.PERIODIC_CONSUMER_ASYNCHRONOUS)
        .commitInterval(Duration.ofMillis(100))
        .maxConcurrency(inFlight)
        .build();
  }

  private Future<?> answer(ConsumerRecord<byte[], byte[]> record) {
    Map.Entry<byte[], Function<byte[], Map<String, byte[]>>> call =
        calls.apply(record.value(), record.timestamp());
    return http.postAbs(endpoint)
        .putHeader("content-type", "application/json")
        .sendBuffer(Buffer.buffer(call.getKey()))
        .compose(
            answer ->
                write(record.key(), call.getValue().apply(answer.bodyAsBuffer().getBytes())));
  }

  private Future<?> write(byte[] key, Map<String, byte[]> outputs) {
    List<Future<?>> written = new ArrayList<>();
    outputs.forEach(
        (topic, value) -> {
          Promise<Void> promise = Promise.promise();
          producer.send(
              new ProducerRecord<>(topic, key, value),
              (metadata, failure) -> {
                if (failure == null) {
                  promise.complete();
                } else {
                  promise.fail(failure);
                }
              });
          written.add(promise.future());
        });
    return Future.all(written);
  }

  @Override
  public void close() {
    processor.close();
    producer.close();
    vertx.close();
  }
}
