// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.records;

import io.completionworker.avro.CompletionFailure;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.headers.KnownHeader;
import io.completionworker.serde.Outage;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the values of one topic. The caller handles values that cannot be decoded.
 *
 * @param topic topic whose schema the values have
 */
public record ValueDecoder<T>(String topic, Deserializer<T> deserializer) {

  private static final String NO_REGISTRY =
      "The schema registry does not answer; see schema.registry.url";

  private static final int DEEPEST = 10;

  /** First byte of a value whose schema is in a registry. */
  private static final byte FRAME = 0;

  /**
   * The result of decoding.
   *
   * @param value empty if the record has no value, or none that can be decoded
   * @param fault why the value cannot be decoded
   * @param outage whether the registry was unavailable, so that the same bytes may be decoded later
   */
  public record Decoded<T>(Optional<T> value, Optional<String> fault, boolean outage) {}

  /** Returns a decoder of the same values on another topic. */
  public ValueDecoder<T> on(String other) {
    return new ValueDecoder<>(other, deserializer);
  }

  /**
   * Returns the value of a record; empty if the record has no value, or one that can never be
   * decoded.
   */
  public Optional<T> read(ConsumerRecord<byte[], byte[]> found) {
    return read(found.headers(), found.value());
  }

  /**
   * Returns a value; empty if it can never be decoded.
   *
   * @throws RecordsException if the registry is unavailable, so that the result is unknown
   */
  public Optional<T> read(Headers headers, byte @Nullable [] value) {
    return answered(headers, value).value();
  }

  /**
   * Returns a value that this worker has written; empty if the record has none, or if its value was
   * written by another program. A schema that the registry does not know, or has under another id,
   * counts as a temporary failure: the same bytes can be decoded when the registry has its schemas
   * back.
   *
   * @throws RecordsException if the value cannot be decoded now
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
   * Returns the value of a record, or why there is none.
   *
   * @throws RecordsException if the registry is unavailable, so that the result is unknown
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

  /** Returns a value, or why there is none. */
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

  /**
   * Returns the outermost message, without the topic, which the reader of the message already
   * knows, and the innermost message.
   */
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

  /** Reads parts of records other than their values: positions and texts in headers. */
  public static final class RecordFields {

    private RecordFields() {}

    /** Returns the position of a record. */
    public static RecordPosition position(ConsumerRecord<?, ?> found) {
      return new RecordPosition(found.topic(), found.partition(), found.offset());
    }

    /** Returns the position in readable form: topic-partition@offset. */
    public static String positionText(ConsumerRecord<?, ?> found) {
      return found.topic() + "-" + found.partition() + "@" + found.offset();
    }

    /** Returns the position of the request that failed. */
    public static RecordPosition source(CompletionFailure failure) {
      return new RecordPosition(
          failure.getSourceTopic(), failure.getSourcePartition(), failure.getSourceOffset());
    }

    /** Returns the position of the request of a dead letter, which is in its headers. */
    public static Optional<RecordPosition> source(Headers headers) {
      Optional<String> topic = text(headers, KnownHeader.ERRORS.text() + "topic");
      Optional<Long> partition = number(headers, KnownHeader.ERRORS.text() + "partition");
      Optional<Long> offset = number(headers, KnownHeader.ERRORS.text() + "offset");
      if (topic.isEmpty() || offset.isEmpty() || partition.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(new RecordPosition(topic.get(), partition.get().intValue(), offset.get()));
    }

    /** Whether a value has these bytes somewhere. A search is cheaper than decoding. */
    public static boolean contains(byte[] value, byte[] sought) {
      for (int at = 0; at <= value.length - sought.length; at++) {
        int same = 0;
        while (same < sought.length && value[at + same] == sought[same]) {
          same++;
        }
        if (same == sought.length) {
          return true;
        }
      }
      return false;
    }

    /** Returns the text of the last header with this name. */
    public static Optional<String> text(Headers headers, String name) {
      Header last = headers.lastHeader(name);
      return last == null || last.value() == null
          ? Optional.empty()
          : Optional.of(new String(last.value(), StandardCharsets.UTF_8));
    }

    /**
     * Returns the number in the last header with this name, if it is a whole number of 0 or more.
     */
    public static Optional<Long> number(Headers headers, String name) {
      return text(headers, name).filter(text -> text.matches("[0-9]{1,18}")).map(Long::valueOf);
    }
  }
}
