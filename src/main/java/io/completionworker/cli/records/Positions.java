// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.records;

import io.completionworker.avro.CompletionFailure;
import io.completionworker.completion.RecordPosition;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Positions of records that were read. */
public final class Positions {

  private Positions() {}

  /** Where this record stands. */
  public static RecordPosition of(ConsumerRecord<?, ?> found) {
    return new RecordPosition(found.topic(), found.partition(), found.offset());
  }

  /** The same for people: topic-partition@offset. */
  public static String text(ConsumerRecord<?, ?> found) {
    return found.topic() + "-" + found.partition() + "@" + found.offset();
  }

  /** Where the request of this failure stands, or stood. */
  public static RecordPosition source(CompletionFailure failure) {
    return new RecordPosition(
        failure.getSourceTopic(), failure.getSourcePartition(), failure.getSourceOffset());
  }
}
