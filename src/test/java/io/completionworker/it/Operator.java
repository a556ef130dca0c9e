// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import io.completionworker.avro.CompletionControl;
import io.completionworker.avro.ControlKind;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** Writes controls to the topic of a stand. Each is on the brokers when its method returns. */
final class Operator implements AutoCloseable {

  private final KafkaProducer<byte[], byte[]> producer;
  private final Serializer<CompletionControl> values;

  Operator(Stand stand) {
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", stand.broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    values = stand.serdes().forValues(CompletionControl.class).serializer();
  }

  /** A control that applies to what was published until now, if it cancels. */
  static CompletionControl.Builder control(ControlKind kind) {
    return CompletionControl.newBuilder()
        .setKind(kind)
        .setCreatedAt(Instant.now().plusMillis(1))
        .setCreatedBy("ops")
        .setReason("a test");
  }

  void put(String id, CompletionControl.Builder control) {
    putBytes(id, values.serialize(Stand.CONTROLS, control.build()));
  }

  void withdraw(String id) {
    putBytes(id, null);
  }

  void putText(String id, String value) {
    putBytes(id, value.getBytes(StandardCharsets.UTF_8));
  }

  private void putBytes(String id, byte @Nullable [] value) {
    byte[] key = id.getBytes(StandardCharsets.UTF_8);
    try {
      producer.send(new ProducerRecord<>(Stand.CONTROLS, key, value)).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  @Override
  public void close() {
    producer.close();
    values.close();
  }
}
