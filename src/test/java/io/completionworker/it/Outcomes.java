// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import io.completionworker.avro.CompletionFailure;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.demo.EmbeddedBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;

/** What readers of committed records see. One thread. */
final class Outcomes implements AutoCloseable {

  /** One outcome record. */
  record Outcome(String requestId, String key, String kind, boolean recovered, long endedAt) {}

  private final EmbeddedBroker broker;
  private final KafkaConsumer<String, byte[]> consumer;
  private final Deserializer<CompletionResponse> responses;
  private final Deserializer<CompletionFailure> failures;
  private final Deserializer<CompletionUsage> usage;
  private final List<Outcome> all = new ArrayList<>();
  private final List<CompletionUsage> usageRows = new ArrayList<>();
  private final Map<TopicPartition, Long> read = new HashMap<>();
  private int deadLetters;

  Outcomes(Stand stand) {
    broker = stand.broker;
    consumer =
        stand.committed(
            "completion-responses",
            "completion-failures",
            "completion-dead-letters",
            "completion-usage");
    var serdes = stand.serdes();
    responses = serdes.forValues(CompletionResponse.class).deserializer();
    failures = serdes.forValues(CompletionFailure.class).deserializer();
    usage = serdes.forValues(CompletionUsage.class).deserializer();
  }

  /** Reads what has come since the last time. */
  Outcomes poll() {
    for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
      TopicPartition partition = new TopicPartition(record.topic(), record.partition());
      // A reader that was set back when a broker came back reads the same records again.
      if (record.offset() > read.getOrDefault(partition, -1L)) {
        read.put(partition, record.offset());
        add(record);
      }
    }
    return this;
  }

  /** Whether all that was written has been read, and no transaction is open in between. */
  boolean atEnd() {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    consumer.assignment().forEach(partition -> ends.put(partition, OffsetSpec.latest()));
    try (Admin admin = broker.admin()) {
      return admin.listOffsets(ends).all().get().entrySet().stream()
          .allMatch(end -> consumer.position(end.getKey()) >= end.getValue().offset());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private void add(ConsumerRecord<String, byte[]> record) {
    switch (record.topic()) {
      case "completion-responses" -> {
        var response = responses.deserialize(record.topic(), record.value());
        all.add(
            new Outcome(
                response.getRequestId(),
                record.key(),
                "response",
                response.getCallDetails().getRecovered(),
                response.getCallDetails().getCompletedAt().toEpochMilli()));
      }
      case "completion-failures" -> {
        var failure = failures.deserialize(record.topic(), record.value());
        all.add(
            new Outcome(
                failure.getRequestId(),
                record.key(),
                failure.getReason().name(),
                failure.getRecovered(),
                failure.getFailedAt().toEpochMilli()));
      }
      case "completion-usage" -> usageRows.add(usage.deserialize(record.topic(), record.value()));
      default -> deadLetters++;
    }
  }

  List<Outcome> all() {
    return List.copyOf(all);
  }

  List<CompletionUsage> usage() {
    return List.copyOf(usageRows);
  }

  int deadLetters() {
    return deadLetters;
  }

  /** Requests that have an outcome. */
  int distinct() {
    return (int) all.stream().map(Outcome::requestId).distinct().count();
  }

  /** Requests that have more than one outcome, and how many. */
  Map<String, Integer> repeated() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    all.forEach(outcome -> counts.merge(outcome.requestId(), 1, Integer::sum));
    counts.values().removeIf(count -> count == 1);
    return counts;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
