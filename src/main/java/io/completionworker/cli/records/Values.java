package io.completionworker.cli.records;

import io.completionworker.serde.Outage;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the values of one topic; what cannot be decoded is left to others.
 *
 * @param topic whose schema they have
 */
public record Values<T>(String topic, Deserializer<T> deserializer) {

  /** The value of a record; empty when it has none, or one that can never be read. */
  public Optional<T> read(ConsumerRecord<byte[], byte[]> found) {
    return read(found.headers(), found.value());
  }

  /**
   * A value; empty when it can never be read.
   *
   * @throws RecordsException when the registry cannot be asked, so that nobody knows
   */
  public Optional<T> read(Headers headers, byte @Nullable [] value) {
    if (value == null) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(deserializer.deserialize(topic, headers, value));
    } catch (RuntimeException | StackOverflowError e) {
      if (Outage.is(e)) {
        throw new RecordsException("The schema registry does not answer", e);
      }
      return Optional.empty();
    }
  }
}
