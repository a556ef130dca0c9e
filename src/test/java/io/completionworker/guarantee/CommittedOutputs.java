// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import io.completionworker.avro.CompletionFailure;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.UsageWindow;
import io.completionworker.guarantee.Guarantee.Ended;
import io.completionworker.it.Stand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * What readers of committed records see. Reads without the registry, which may be down, as all
 * writers have the schemas of this build. One thread.
 */
final class CommittedOutputs implements AutoCloseable {

  private static final int WIRE_PREFIX = 5;

  private final KafkaConsumer<String, byte[]> consumer;
  private final List<TopicPartition> partitions;
  private final Witness witness;
  private final long[] endedOfPartition;
  private int ended;

  CommittedOutputs(Stand stand, int partitionCount, Witness witness) {
    this.witness = witness;
    endedOfPartition = new long[partitionCount];
    consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                stand.broker.bootstrapServers(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed"),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    partitions =
        Stream.of("responses", "failures", "dead-letters", "usage", "usage-windows")
            .flatMap(
                topic ->
                    IntStream.range(0, partitionCount)
                        .mapToObj(number -> new TopicPartition("completion-" + topic, number)))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** Outcomes so far. */
  int ended() {
    return ended;
  }

  /** The highest request of each partition that has an outcome. */
  long[] endedOfPartition() {
    return endedOfPartition.clone();
  }

  /** Reads what has come. */
  void poll() {
    for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(50))) {
      read(record);
    }
  }

  /** Whether all that is committed was read. */
  boolean atEnd() {
    return consumer.endOffsets(partitions).entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  private void read(ConsumerRecord<String, byte[]> record) {
    byte[] value = record.value();
    switch (record.topic()) {
      case "completion-responses" ->
          end(record, decode(value, CompletionResponse.class).getRequestId(), "response");
      case "completion-failures" -> {
        CompletionFailure failure = decode(value, CompletionFailure.class);
        end(record, failure.getRequestId(), failure.getReason().name());
      }
      case "completion-dead-letters" ->
          end(record, decode(value, CompletionRequest.class).getRequestId(), "dead letter");
      case "completion-usage" -> {
        CompletionUsage row = decode(value, CompletionUsage.class);
        witness.tell(guarantee -> guarantee.used(row));
      }
      default -> {
        UsageWindow window = decode(value, UsageWindow.class);
        witness.tell(guarantee -> guarantee.summed(record.key(), window));
      }
    }
  }

  private void end(ConsumerRecord<String, byte[]> record, String requestId, String kind) {
    ended++;
    int number = Load.number(requestId);
    int partition = record.partition();
    endedOfPartition[partition] = Math.max(endedOfPartition[partition], number);
    Ended outcome = new Ended(number, record.key(), record.topic(), partition, kind);
    witness.tell(guarantee -> guarantee.ended(outcome));
  }

  private static <T> T decode(byte[] value, Class<T> type) {
    try {
      var decoder =
          DecoderFactory.get().binaryDecoder(value, WIRE_PREFIX, value.length - WIRE_PREFIX, null);
      return new SpecificDatumReader<>(type).read(null, decoder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
