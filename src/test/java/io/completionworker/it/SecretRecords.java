// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.PortkeyOptions;
import io.completionworker.secrets.Canaries;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Publishes records that hold a secret where none belongs. */
final class SecretRecords implements AutoCloseable {

  private static final String TOPIC = "completion-requests";

  private final KafkaProducer<String, byte[]> producer;
  private final Serializer<CompletionRequest> values;
  private final List<Future<RecordMetadata>> sent = new ArrayList<>();

  SecretRecords(Stand stand) {
    this.values = stand.serdes().forValues(CompletionRequest.class).serializer();
    this.producer =
        new KafkaProducer<>(
            Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, stand.broker.bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  void plain(String id) {
    send(Stand.request(id), new RecordHeaders());
  }

  void withForbiddenHeaders(String id) {
    send(Stand.request(id), forbidden());
  }

  void withInlineConfigInAHeader(String id) {
    send(Stand.request(id), headers("x-portkey-config", config(Canaries.CONFIG_HEADER)));
  }

  void withInlineConfigInItsValue(String id) {
    PortkeyOptions options =
        PortkeyOptions.newBuilder().setConfig(config(Canaries.CONFIG_FIELD)).build();
    send(
        CompletionRequest.newBuilder(Stand.request(id)).setPortkey(options).build(),
        new RecordHeaders());
  }

  /** The endpoint refuses it, by the name of its span. */
  void refused(String id) {
    send(Stand.request(id), headers("x-portkey-span-name", "refused"));
  }

  void garbageWithForbiddenHeaders(String key) {
    byte[] garbage = "no avro".getBytes(StandardCharsets.UTF_8);
    sent.add(producer.send(new ProducerRecord<>(TOPIC, null, key, garbage, forbidden())));
  }

  @Override
  public void close() {
    producer.close();
    values.close();
    for (Future<RecordMetadata> record : sent) {
      try {
        record.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      } catch (ExecutionException e) {
        throw new IllegalStateException("not sent", e);
      }
    }
  }

  private void send(CompletionRequest request, RecordHeaders headers) {
    byte[] value = values.serialize(TOPIC, request);
    sent.add(
        producer.send(new ProducerRecord<>(TOPIC, null, request.getRequestId(), value, headers)));
  }

  private static String config(String canary) {
    return "{\"api_key\":\""
        + Canaries.PLANTED
        + canary
        + "\",\"custom_host\":\"http://127.0.0.1:1\"}";
  }

  private static RecordHeaders forbidden() {
    RecordHeaders headers = new RecordHeaders();
    Canaries.plantIn(headers);
    return headers;
  }

  private static RecordHeaders headers(String name, String value) {
    RecordHeaders headers = new RecordHeaders();
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    return headers;
  }
}
