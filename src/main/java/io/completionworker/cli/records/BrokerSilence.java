// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.records;

import java.time.Duration;
import java.util.Collection;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Tells a topic without new records from brokers that are away, which look the same to who polls: a
 * consumer that has got nothing for a while asks for the ends of its partitions. For one thread.
 */
final class BrokerSilence {

  private static final long LONGEST_NANOS = Duration.ofSeconds(3).toNanos();
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  private long heard = System.nanoTime();

  /**
   * To be called after each poll; asks now and then.
   *
   * @return whether a broker has just been heard
   * @throws TimeoutException when the brokers have been silent, and do not answer
   */
  boolean after(
      ConsumerRecords<byte[], byte[]> polled,
      KafkaConsumer<byte[], byte[]> consumer,
      Collection<TopicPartition> partitions) {
    if (polled.isEmpty()) {
      if (System.nanoTime() - heard < LONGEST_NANOS) {
        return false;
      }
      consumer.endOffsets(partitions, PATIENCE);
    }
    heard = System.nanoTime();
    return true;
  }
}
