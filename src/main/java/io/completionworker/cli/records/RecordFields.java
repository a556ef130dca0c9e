// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.records;

import io.completionworker.avro.CompletionFailure;
import io.completionworker.completion.OutputNames;
import io.completionworker.completion.RecordPosition;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** Reads parts of records other than their values: their positions, and texts in their headers. */
public final class RecordFields {

  private RecordFields() {}

  /** The position of this record. */
  public static RecordPosition position(ConsumerRecord<?, ?> found) {
    return new RecordPosition(found.topic(), found.partition(), found.offset());
  }

  /** The position as people read it: topic-partition@offset. */
  public static String positionText(ConsumerRecord<?, ?> found) {
    return found.topic() + "-" + found.partition() + "@" + found.offset();
  }

  /** The position of the request of this failure. */
  public static RecordPosition source(CompletionFailure failure) {
    return new RecordPosition(
        failure.getSourceTopic(), failure.getSourcePartition(), failure.getSourceOffset());
  }

  /** The position of the request of a dead letter, from its headers. */
  public static Optional<RecordPosition> source(Headers headers) {
    Optional<String> topic = text(headers, OutputNames.ERRORS + "topic");
    Optional<Long> partition = number(headers, OutputNames.ERRORS + "partition");
    Optional<Long> offset = number(headers, OutputNames.ERRORS + "offset");
    if (topic.isEmpty() || offset.isEmpty() || partition.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new RecordPosition(topic.get(), partition.get().intValue(), offset.get()));
  }

  /** The text of the last header of this name. */
  public static Optional<String> text(Headers headers, String name) {
    Header last = headers.lastHeader(name);
    return last == null || last.value() == null
        ? Optional.empty()
        : Optional.of(new String(last.value(), StandardCharsets.UTF_8));
  }

  /** The number in the last header of this name, if it is a whole number of 0 or more. */
  public static Optional<Long> number(Headers headers, String name) {
    return text(headers, name).filter(text -> text.matches("[0-9]{1,18}")).map(Long::valueOf);
  }
}
