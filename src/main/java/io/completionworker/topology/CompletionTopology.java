// SPDX-License-Identifier: Apache-2.0
package io.completionworker.topology;

import io.completionworker.avro.CompletionUsage;
import io.completionworker.completion.Emission.Charged;
import io.completionworker.completion.Emission.Output;
import io.completionworker.completion.Emission.OutputValue;
import io.completionworker.config.TopicsConfig;
import io.completionworker.control.ControlRecord;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.BytesDeserializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The stream graph of one class of requests: reads requests, and writes the records of one outcome
 * for each. Beside that of the most urgent class, a global store reads the topic of controls on
 * every instance.
 */
public final class CompletionTopology {

  /** Name of the global store of controls. */
  public static final String CONTROLS = "controls";

  /** Name of the global store of what budgets have spent. */
  public static final String SPEND = "spend";

  private static final String REQUESTS = "requests";
  private static final String COMPLETE = "complete";

  private final TopicsConfig topics;
  private final ProcessorSupplier<byte[], byte[], byte[], Object> complete;
  private final ProcessorSupplier<byte[], List<CompletionUsage>, byte[], OutputValue> sumUsage;
  private final @Nullable Consumer<ControlRecord> control;
  private final @Nullable Spend spend;

  /**
   * @param complete accepts requests and forwards each record of their outcomes to the node of its
   *     {@link Output}; has its own store
   * @param sumUsage sums the usage rows of outcomes and forwards windows; has its own store
   * @param control receives each control, in the order of its topic, on the global stream thread;
   *     must not block or throw; null if another graph of the worker reads the controls
   * @param spend adds up what budgets have spent; null if there are no budgets
   */
  public CompletionTopology(
      TopicsConfig topics,
      ProcessorSupplier<byte[], byte[], byte[], Object> complete,
      ProcessorSupplier<byte[], List<CompletionUsage>, byte[], OutputValue> sumUsage,
      @Nullable Consumer<ControlRecord> control,
      @Nullable Spend spend) {
    this.topics = topics;
    this.complete = complete;
    this.sumUsage = sumUsage;
    this.control = control;
    this.spend = spend;
  }

  /**
   * The part of the graph that is there only if there may be budgets.
   *
   * @param sumSpend adds up what the requests of a task take from budgets; has its own store
   * @param published receives the value of each record of the topic, on the global stream thread
   */
  public record Spend(
      ProcessorSupplier<byte[], List<Charged>, byte[], OutputValue> sumSpend,
      Consumer<byte[]> published) {}

  /**
   * Builds the graph. The order of the sources decides the numbers of the tasks, which are part of
   * the state: Kafka Streams takes them in the order of their names.
   */
  public Topology build() {
    Topology graph = new Topology();
    ByteArrayDeserializer bytes = new ByteArrayDeserializer();
    graph.addSource(
        (AutoOffsetReset) null, REQUESTS, new RecordTime(), bytes, bytes, topics.requests());
    graph.addProcessor(COMPLETE, complete, REQUESTS);
    addSink(graph, Output.RESPONSES.node(), topics.responses(), COMPLETE);
    addSink(graph, Output.CHUNKS.node(), topics.chunks(), COMPLETE);
    addSink(graph, Output.USAGE.node(), topics.usage(), COMPLETE);
    addSink(graph, Output.FAILURES.node(), topics.failures(), COMPLETE);
    addSink(graph, Output.DEAD_LETTERS.node(), topics.deadLetters(), COMPLETE);
    graph.addProcessor(Output.USAGE_SUMS.node(), sumUsage, COMPLETE);
    addSink(graph, "usage-windows", topics.usageWindows(), Output.USAGE_SUMS.node());
    if (spend != null) {
      graph.addProcessor(Output.SPEND_SUMS.node(), spend.sumSpend(), COMPLETE);
      addSink(graph, SPEND, topics.spend(), Output.SPEND_SUMS.node());
    }
    if (control != null) {
      addGlobal(graph, CONTROLS, topics.controls(), () -> GlobalTopic.controls(control));
    }
    if (control != null && spend != null) {
      addGlobal(graph, SPEND, topics.spend(), () -> GlobalTopic.spend(spend.published()));
    }
    return graph;
  }

  /** Adds a store that every instance fills from a whole topic, and the processor that does so. */
  private static void addGlobal(
      Topology graph, String store, String topic, Supplier<GlobalTopic> processor) {
    String name = "take-" + store;
    graph.addGlobalStore(
        GlobalTopic.builder(store),
        name + "-source",
        new RecordTime(),
        new BytesDeserializer(),
        new ByteArrayDeserializer(),
        topic,
        name,
        processor::get);
  }

  private static void addSink(Topology graph, String name, String topic, String parent) {
    graph.addSink(
        name,
        topic,
        new ByteArraySerializer(),
        (ignored, value) -> value == null ? null : value.bytes(),
        new RequestPartitioner(),
        parent);
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
}
