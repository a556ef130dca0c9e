// SPDX-License-Identifier: Apache-2.0
package io.completionworker.topology;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * The timestamp of a request. A negative one counts as 0: Kafka Streams would end its thread over
 * it, or drop the record.
 */
final class RecordTime implements TimestampExtractor {

  @Override
  public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
    return Math.max(0, record.timestamp());
  }
}
