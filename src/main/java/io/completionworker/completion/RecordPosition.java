// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

/** Where a request record stands in Kafka; its identity inside the worker. */
public record RecordPosition(String topic, int partition, long offset) {

  /** The request id of a request that brings none: topic-partition-offset. */
  @Override
  public String toString() {
    return topic + "-" + partition + "-" + offset;
  }
}
