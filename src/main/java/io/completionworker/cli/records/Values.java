// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.records;

import io.completionworker.avro.CompletionFailure;
import io.completionworker.completion.CompletionCall.OutputNames;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.serde.Outage;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the values of one topic; what cannot be decoded is left to others.
 *
 * @param topic whose schema they have
 */
public record Values<T>(String topic, Deserializer<T> deserializer) {

  private static final String NO_REGISTRY =
      "The schema registry does not answer; see schema.registry.url";

  private static final int DEEPEST = 10;

  /** What a value begins with whose schema is in a registry. */
  private static final byte FRAME = 0;

  /**
   * What decoding came to.
   *
   * @param value empty when the record has none, or none that can be read
   * @param fault why there is none that can be read
   * @param outage whether that is for want of a registry, so that the same bytes may be read later
   */
  public record Decoded<T>(Optional<T> value, Optional<String> fault, boolean outage) {}

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
    return answered(headers, value).value();
  }

  /**
   * A value that this worker has written; empty when it has none, or was written by somebody else.
   * A schema that the registry does not know, or has under another id, is not an end: the same
   * bytes can be read when it has its schemas back.
   *
   * @throws RecordsException when it cannot be read now
   */
  public Optional<T> readWritten(ConsumerRecord<byte[], byte[]> found) {
    byte[] value = found.value();
    Decoded<T> decoded = answered(found);
    if (decoded.fault().isPresent() && value != null && value.length > 0 && value[0] == FRAME) {
      throw new RecordsException(
          "%s cannot be decoded: %s; give the registry its schemas back and run the same command again, which goes on here; --skip-undecodable leaves such records out"
              .formatted(RecordFields.positionText(found), decoded.fault().get()));
    }
    return decoded.value();
  }

  /**
   * A value of a record, or why there is none.
   *
   * @throws RecordsException when the registry cannot be asked, so that nobody knows
   */
  public Decoded<T> answered(ConsumerRecord<byte[], byte[]> found) {
    return answered(found.headers(), found.value());
  }

  private Decoded<T> answered(Headers headers, byte @Nullable [] value) {
    Decoded<T> decoded = decode(headers, value);
    if (decoded.outage()) {
      throw new RecordsException(decoded.fault().orElse(NO_REGISTRY));
    }
    return decoded;
  }

  /** A value, or why there is none. */
  public Decoded<T> decode(Headers headers, byte @Nullable [] value) {
    if (value == null) {
      return new Decoded<>(Optional.empty(), Optional.empty(), false);
    }
    try {
      T read = deserializer.deserialize(topic, headers, value);
      return new Decoded<>(Optional.ofNullable(read), Optional.empty(), false);
    } catch (RuntimeException | StackOverflowError e) {
      boolean outage = Outage.is(e);
      String reason = outage ? NO_REGISTRY + ": " + reason(e) : reason(e);
      return new Decoded<>(Optional.empty(), Optional.of(reason), outage);
    }
  }

  /** The outermost message, without the topic that its reader knows, and the innermost. */
  private String reason(Throwable failure) {
    Throwable root = failure;
    for (int depth = 0; depth < DEEPEST && root.getCause() != null; depth++) {
      root = root.getCause();
    }
    String known = "Cannot read a record of topic " + topic + ": ";
    String outer = text(failure).replace(known, "");
    String inner = text(root).replace(known, "");
    return outer.contains(inner) ? outer : outer + ": " + inner;
  }

  private static String text(Throwable failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank()
        ? failure.getClass().getSimpleName()
        : message.strip().replaceAll("\\s*\\R\\s*", " ");
  }

  /**
   * Reads parts of records other than their values: their positions, and texts in their headers.
   */
  public static final class RecordFields {

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
}
