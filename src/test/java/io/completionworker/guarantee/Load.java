// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.Message;
import io.completionworker.it.Stand;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Keeps so many requests without an outcome. The run's thread. */
final class Load implements AutoCloseable {

  private static final String PREFIX = "r-";
  private static final int KEYS = 60;
  private static final int USERS = 5;

  /** More than the limit lets through while a call lasts, so that some wait. */
  private static final int OPEN = 120;

  private final KafkaProducer<String, byte[]> producer;
  private final Serializer<CompletionRequest> values;
  private final Witness witness;
  private final AtomicReference<@Nullable Exception> failed = new AtomicReference<>();
  private int published;
  private int padding;

  Load(Stand stand, Witness witness) {
    this.witness = witness;
    producer =
        new KafkaProducer<>(
            Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, stand.broker.bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer());
    values = stand.serdes().forValues(CompletionRequest.class).serializer();
  }

  static int number(String requestId) {
    return Integer.parseInt(requestId.substring(PREFIX.length()));
  }

  int published() {
    return published;
  }

  /** Prompts have so many characters more from now on. */
  void pad(int characters) {
    padding = characters;
  }

  void topUp(int ended) {
    while (published - ended < OPEN) {
      int request = published++;
      witness.tell(guarantee -> guarantee.published(request));
      byte[] value = values.serialize(Stand.TOPICS.get(0), request(request));
      var unused = // the callback hears of it
          producer.send(
              new ProducerRecord<>(Stand.TOPICS.get(0), "k-" + request % KEYS, value),
              (sent, error) -> failed.compareAndSet(null, error));
    }
    Exception error = failed.get();
    if (error != null) {
      throw new IllegalStateException("A request was not published", error);
    }
  }

  private CompletionRequest request(int number) {
    String id = PREFIX + number;
    String prompt = "Say hello to " + id + " ".repeat(padding);
    return CompletionRequest.newBuilder(Stand.request(id))
        .setMessages(List.of(Message.newBuilder().setRole("user").setContent(prompt).build()))
        .setMetadata(Map.of("request", id))
        .setUser("u-" + number % USERS)
        .setStream(number % 3 == 0)
        .build();
  }

  @Override
  public void close() {
    producer.close();
    values.close();
  }
}
