// SPDX-License-Identifier: Apache-2.0
package io.completionworker.topology;

import io.completionworker.completion.Emission.OutputValue;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.processor.StreamPartitioner;

/** Sends every output to the partition of its request; modulo when the output topic has fewer. */
final class RequestPartitioner implements StreamPartitioner<byte[], OutputValue> {

  /** Abstract until Kafka 5 leaves only the method with headers, which calls this one. */
  @Override
  @SuppressWarnings("removal")
  public Optional<Set<Integer>> partitions(
      String topic, byte[] key, OutputValue value, int numPartitions) {
    return Optional.of(Set.of(value.partition() % numPartitions));
  }
}
