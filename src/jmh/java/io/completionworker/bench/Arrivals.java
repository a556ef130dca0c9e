// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Outcomes and usage rows as they became readable. Values are kept as bytes and decoded when all is
 * over, so that the reader takes no CPU from what it measures. One thread.
 */
public final class Arrivals {

  /**
   * A committed outcome.
   *
   * @param at when it was read, in milliseconds since the epoch
   */
  public record Arrival(ConsumerRecord<byte[], byte[]> record, long at) {

    /** Whether it is an answer. */
    public boolean response() {
      return record.topic().equals(Rig.RESPONSES);
    }
  }

  private final List<Arrival> outcomes = new ArrayList<>();
  private final List<byte[]> usage = new ArrayList<>();
  private final Map<String, Integer> byRequest = new HashMap<>();

  /** Takes one. */
  public void add(ConsumerRecord<byte[], byte[]> record) {
    if (record.topic().equals(Rig.USAGE)) {
      usage.add(record.value());
      return;
    }
    outcomes.add(new Arrival(record, System.currentTimeMillis()));
    byRequest.merge(new String(record.key(), StandardCharsets.UTF_8), 1, Integer::sum);
  }

  /** In the order of their arrival. */
  public List<Arrival> outcomes() {
    return outcomes;
  }

  List<byte[]> usage() {
    return usage;
  }

  /** Requests with an outcome. */
  public int answered() {
    return byRequest.size();
  }

  /** Requests with more than one outcome. */
  public long repeated() {
    return byRequest.values().stream().filter(count -> count > 1).count();
  }
}
