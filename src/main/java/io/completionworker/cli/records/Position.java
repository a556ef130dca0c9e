package io.completionworker.cli.records;

import java.util.Optional;
import org.apache.kafka.common.header.Headers;

/** Where the request of an outcome stood. */
public record Position(String topic, int partition, long offset) {

  /** What the headers of a dead letter say. */
  public static Optional<Position> ofDeadLetter(Headers headers) {
    Optional<String> topic = RecordHeaders.text(headers, RecordHeaders.ERRORS + "topic");
    Optional<Long> partition = RecordHeaders.number(headers, RecordHeaders.ERRORS + "partition");
    Optional<Long> offset = RecordHeaders.number(headers, RecordHeaders.ERRORS + "offset");
    if (topic.isEmpty() || partition.isEmpty() || offset.isEmpty()) {
      return Optional.empty();
    }
    return partition.get() > Integer.MAX_VALUE
        ? Optional.empty()
        : Optional.of(new Position(topic.get(), partition.get().intValue(), offset.get()));
  }

  @Override
  public String toString() {
    return topic + "-" + partition + "-" + offset;
  }
}
