// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.limits;

import io.completionworker.bench.Rig;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Counts committed outcomes by their topic. One thread. */
final class Tally {

  private final Map<String, Integer> byTopic = new HashMap<>();
  private final Set<ByteBuffer> keys = new HashSet<>();
  private int repeated;

  void add(ConsumerRecord<byte[], byte[]> record) {
    byTopic.merge(record.topic(), 1, Integer::sum);
    if (!keys.add(ByteBuffer.wrap(record.key()))) {
      repeated++;
    }
  }

  int responses() {
    return byTopic.getOrDefault(Rig.RESPONSES, 0);
  }

  /** Outcomes that are no responses. */
  int failures() {
    return byTopic.getOrDefault(Rig.FAILURES, 0) + byTopic.getOrDefault(Rig.DEAD_LETTERS, 0);
  }

  /** Outcomes of requests that had one before. */
  int repeated() {
    return repeated;
  }

  /** Whether all went well for all who have an outcome. */
  boolean clean() {
    return failures() == 0 && repeated == 0;
  }

  @Override
  public String toString() {
    return "%,d responses, %,d failures, %,d outcomes too many"
        .formatted(responses(), failures(), repeated);
  }
}
