// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.limits;

import io.completionworker.avro.CompletionControl;
import io.completionworker.avro.ControlKind;
import io.completionworker.bench.Rig;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** Writes controls, as {@code control} does. One thread. */
final class Operator implements AutoCloseable {

  private final KafkaProducer<byte[], byte[]> producer;
  private final Serializer<CompletionControl> values;

  Operator(Rig rig) {
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", rig.broker().bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    values = rig.serdes().forValues(CompletionControl.class).serializer();
  }

  /** A control of this moment. */
  static CompletionControl.Builder control(ControlKind kind) {
    return CompletionControl.newBuilder()
        .setKind(kind)
        .setCreatedAt(Instant.now())
        .setCreatedBy("bench")
        .setReason("a measurement");
  }

  /**
   * Writes a control.
   *
   * @return when the broker had it, in milliseconds since the epoch
   */
  long put(String id, CompletionControl.Builder control) {
    return send(id, values.serialize(Rig.CONTROLS, control.build()));
  }

  /** Withdraws a control; returns the same. */
  long withdraw(String id) {
    return send(id, null);
  }

  @Override
  public void close() {
    producer.close();
    values.close();
  }

  private long send(String id, byte @Nullable [] value) {
    byte[] key = id.getBytes(StandardCharsets.UTF_8);
    try {
      producer.send(new ProducerRecord<>(Rig.CONTROLS, key, value)).get();
      return System.currentTimeMillis();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a control was written", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a control was not written", e.getCause());
    }
  }
}
