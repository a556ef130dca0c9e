// SPDX-License-Identifier: Apache-2.0
package io.completionworker.topology;

import io.completionworker.completion.Emission;
import io.completionworker.completion.Emission.OutputValue;
import io.completionworker.completion.Emission.UsageRow;
import io.completionworker.config.TopicsConfig;
import io.completionworker.control.ControlRecord;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;

/**
 * The stream graph: reads requests, and writes the records of one outcome for each. Beside it, a
 * global store reads the topic of controls on every instance.
 */
public final class CompletionTopology {

  /** Name of the global store. */
  public static final String CONTROLS = "controls";

  private final TopicsConfig topics;
  private final ProcessorSupplier<byte[], byte[], byte[], Emission> complete;
  private final ProcessorSupplier<byte[], Emission, byte[], OutputValue> sumUsage;
  private final Consumer<ControlRecord> control;

  /**
   * @param complete accepts requests and forwards their outcomes; has its own store
   * @param sumUsage sums the usage rows of outcomes and forwards windows; has its own store
   * @param control receives each control, in the order of its topic, on the global stream thread;
   *     must not block or throw
   */
  public CompletionTopology(
      TopicsConfig topics,
      ProcessorSupplier<byte[], byte[], byte[], Emission> complete,
      ProcessorSupplier<byte[], Emission, byte[], OutputValue> sumUsage,
      Consumer<ControlRecord> control) {
    this.topics = topics;
    this.complete = complete;
    this.sumUsage = sumUsage;
    this.control = control;
  }

  /**
   * Builds the graph. Names of nodes are part of the names of internal topics and must not change.
   */
  public Topology build() {
    StreamsBuilder builder = new StreamsBuilder();
    KStream<byte[], Emission> outcomes =
        builder.stream(topics.requests(), requests()).process(complete, Named.as("complete"));
    outcomes
        .flatMapValues(Emission::responses, Named.as("to-response"))
        .to(topics.responses(), outputs("responses"));
    outcomes
        .flatMapValues(Emission::chunks, Named.as("to-chunk"))
        .to(topics.chunks(), outputs("chunks"));
    outcomes.process(ToUsage::new, Named.as("to-usage")).to(topics.usage(), outputs("usage"));
    outcomes
        .flatMapValues(Emission::failures, Named.as("to-failure"))
        .to(topics.failures(), outputs("failures"));
    outcomes
        .flatMapValues(Emission::deadLetters, Named.as("to-dead-letter"))
        .to(topics.deadLetters(), outputs("dead-letters"));
    outcomes
        .process(sumUsage, Named.as("sum-usage"))
        .to(topics.usageWindows(), outputs("usage-windows"));
    builder.addGlobalStore(
        ControlStore.builder(), topics.controls(), controls(), () -> new ControlStore(control));
    return builder.build();
  }

  private static Consumed<byte[], byte[]> requests() {
    return Consumed.with(Serdes.ByteArray(), Serdes.ByteArray())
        .withTimestampExtractor(new RecordTime())
        .withName("requests");
  }

  /**
   * Names the nodes of the controls. The name of their source has to be behind that of {@code
   * requests} in the alphabet: Kafka Streams numbers sub-topologies, and with them tasks, in that
   * order.
   */
  private static Consumed<Bytes, byte[]> controls() {
    return Consumed.with(Serdes.Bytes(), Serdes.ByteArray())
        .withTimestampExtractor(new RecordTime())
        .withName("take-controls");
  }

  private static Produced<byte[], OutputValue> outputs(String name) {
    return Produced.<byte[], OutputValue>as(name)
        .withKeySerde(Serdes.ByteArray())
        .withValueSerde(OutputValueSerde.INSTANCE)
        .withStreamPartitioner(new RequestPartitioner());
  }

  /** Passes on the bytes of an encoded output. Serializes only. */
  private static final class OutputValueSerde {

    static final Serde<OutputValue> INSTANCE =
        Serdes.serdeFrom(
            (topic, value) -> value == null ? null : value.bytes(),
            (topic, bytes) -> {
              throw new UnsupportedOperationException("Output values are written, never read");
            });

    private OutputValueSerde() {}
  }

  /**
   * Extracts the timestamp of a request. A negative timestamp counts as 0, since Kafka Streams
   * would end its thread because of it, or drop the record.
   */
  static final class RecordTime implements TimestampExtractor {

    @Override
    public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
      return Math.max(0, record.timestamp());
    }
  }

  /** Sends each output to its request's partition, modulo the partitions of the output topic. */
  private static final class RequestPartitioner implements StreamPartitioner<byte[], OutputValue> {

    /**
     * This method is abstract until Kafka 5 removes it. The method with headers, which remains,
     * calls this one.
     */
    @Override
    @SuppressWarnings("removal")
    public Optional<Set<Integer>> partitions(
        String topic, byte[] key, OutputValue value, int numPartitions) {
      return Optional.of(Set.of(value.partition() % numPartitions));
    }
  }

  /**
   * Forwards the usage rows of outcomes. Each has the time at which its attempt ended, not the time
   * of the outcome, which may be much later after retries.
   */
  private static final class ToUsage
      extends ContextualProcessor<byte[], Emission, byte[], OutputValue> {

    @Override
    public void process(Record<byte[], Emission> outcome) {
      for (UsageRow usage : outcome.value().usage()) {
        OutputValue value = usage.value();
        if (value != null) {
          long endedAt = usage.row().getCompletedAt().toEpochMilli();
          context().forward(outcome.withValue(value).withTimestamp(endedAt));
        }
      }
    }
  }
}
