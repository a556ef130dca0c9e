// SPDX-License-Identifier: Apache-2.0
package io.completionworker.container;

import io.completionworker.avro.CompletionRequest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Puts requests on their topic. */
final class Inputs implements AutoCloseable {

  private final KafkaProducer<String, CompletionRequest> producer;

  Inputs(ContainerStand stand) {
    Serializer<CompletionRequest> values =
        stand.serdes().forValues(CompletionRequest.class).serializer();
    producer =
        new KafkaProducer<>(
            Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, stand.bootstrapServers()),
            new StringSerializer(),
            values);
  }

  /** Returns when the broker has it. */
  void publish(CompletionRequest request, Map<String, String> headers) {
    ProducerRecord<String, CompletionRequest> row =
        new ProducerRecord<>(ContainerStand.REQUESTS, request.getRequestId(), request);
    headers.forEach(
        (name, value) -> row.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
    try {
      producer.send(row).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a request was published", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a request was not published", e.getCause());
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
