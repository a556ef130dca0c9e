// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo;

import io.completionworker.avro.CompletionRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Puts requests on their topic, keyed by their id: the key comes back on every output. */
final class RequestPublisher {

  private final String bootstrapServers;
  private final Serializer<CompletionRequest> serializer;

  RequestPublisher(String bootstrapServers, Serializer<CompletionRequest> serializer) {
    this.bootstrapServers = bootstrapServers;
    this.serializer = serializer;
  }

  /** Returns when the broker has them all. */
  void publish(List<CompletionRequest> requests) {
    Map<String, Object> config =
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ProducerConfig.LINGER_MS_CONFIG,
            5);
    try (KafkaProducer<String, CompletionRequest> producer =
        new KafkaProducer<>(config, new StringSerializer(), serializer)) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (CompletionRequest request : requests) {
        sent.add(
            producer.send(
                new ProducerRecord<>(DemoTopics.REQUESTS, request.getRequestId(), request)));
      }
      for (Future<RecordMetadata> one : sent) {
        one.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while requests were published", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a request was not published", e.getCause());
    }
  }
}
