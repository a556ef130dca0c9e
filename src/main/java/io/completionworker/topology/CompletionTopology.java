// SPDX-License-Identifier: Apache-2.0
package io.completionworker.topology;

import io.completionworker.completion.Emission;
import io.completionworker.completion.Emission.OutputValue;
import io.completionworker.config.TopicsConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;

/** The stream graph: requests in, one outcome each, and the outcome's records out. */
public final class CompletionTopology {

  private final TopicsConfig topics;
  private final ProcessorSupplier<byte[], byte[], byte[], Emission> complete;
  private final ProcessorSupplier<byte[], Emission, byte[], OutputValue> sumUsage;

  /**
   * @param complete accepts requests and forwards their outcomes; brings its own store
   * @param sumUsage adds the rows of outcomes up and forwards windows; brings its own store
   */
  public CompletionTopology(
      TopicsConfig topics,
      ProcessorSupplier<byte[], byte[], byte[], Emission> complete,
      ProcessorSupplier<byte[], Emission, byte[], OutputValue> sumUsage) {
    this.topics = topics;
    this.complete = complete;
    this.sumUsage = sumUsage;
  }

  /** Builds the graph; the names of its nodes are part of internal topics' names and stay. */
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
    return builder.build();
  }

  private static Consumed<byte[], byte[]> requests() {
    return Consumed.with(Serdes.ByteArray(), Serdes.ByteArray())
        .withTimestampExtractor(new RecordTime())
        .withName("requests");
  }

  private static Produced<byte[], OutputValue> outputs(String name) {
    return Produced.<byte[], OutputValue>as(name)
        .withKeySerde(Serdes.ByteArray())
        .withValueSerde(OutputValueSerde.INSTANCE)
        .withStreamPartitioner(new RequestPartitioner());
  }
}
