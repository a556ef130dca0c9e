// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import io.completionworker.codec.EncodedForms.Faults.BlockedTopicException;
import io.completionworker.completion.port.Writing;
import io.completionworker.serde.BlankRecords;
import io.completionworker.serde.Outage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;

/**
 * One output record in forms of falling size: form 0 is the whole record, each next one leaves more
 * out. A form is encoded when it is first asked for.
 *
 * <p>A form that can never be encoded is passed over. Whether it is the value's doing is found out
 * by a blank record of the same kind: when not even that can be encoded, the fault is not in what
 * the record says.
 */
final class EncodedForms<T> {

  private final Serde<T> serde;
  private final String topic;
  private final int count;
  private final IntFunction<T> forms;
  private final List<byte @Nullable []> encoded = new ArrayList<>();
  private @Nullable String fault;

  EncodedForms(Serde<T> serde, String topic, int count, IntFunction<T> forms) {
    this.serde = serde;
    this.topic = topic;
    this.count = count;
    this.forms = forms;
  }

  /** The whole record, not encoded; null when it cannot even be made. */
  @Nullable T whole() {
    try {
      return forms.apply(0);
    } catch (RuntimeException | StackOverflowError e) {
      return null;
    }
  }

  /**
   * The largest form of at most this many bytes; the smallest, if none is that small; null when
   * none can be encoded.
   *
   * @throws BlockedTopicException when nothing can be encoded for the topic
   * @throws RuntimeException for what may pass
   */
  byte @Nullable [] within(long room) {
    byte[] smallest = null;
    for (int form = 0; form < count; form++) {
      byte[] bytes = bytes(form);
      if (bytes != null) {
        smallest = bytes;
        if (bytes.length <= room) {
          return bytes;
        }
      }
    }
    return smallest;
  }

  /** What could not be encoded of the forms that were asked for; null when all could be. */
  @Nullable String fault() {
    return fault;
  }

  /** Whether a form that was asked for could be encoded. */
  boolean encodable() {
    return encoded.stream().anyMatch(Objects::nonNull);
  }

  private byte @Nullable [] bytes(int form) {
    if (form == encoded.size()) {
      encoded.add(encode(form));
    }
    return encoded.get(form);
  }

  private byte @Nullable [] encode(int form) {
    T value;
    try {
      value = forms.apply(form);
    } catch (RuntimeException | StackOverflowError e) {
      return failed(e);
    }
    try {
      return serialize(value);
    } catch (RuntimeException | StackOverflowError e) {
      if (Faults.mayPass(e)) {
        throw e;
      }
      serializeBlank(value);
    }
    try {
      return serialize(value); // once more: something may have been mended meanwhile
    } catch (RuntimeException | StackOverflowError e) {
      if (Faults.mayPass(e)) {
        throw e;
      }
      return failed(e);
    }
  }

  private byte @Nullable [] failed(Throwable thrown) {
    fault = topic + ": " + Faults.describeWithoutData(thrown);
    return null;
  }

  private void serializeBlank(T value) {
    try {
      serialize(BlankRecords.like(value));
    } catch (RuntimeException | StackOverflowError e) {
      if (Faults.mayPass(e)) {
        throw e;
      }
      throw new BlockedTopicException(topic + ": " + Faults.describe(e), e);
    }
  }

  private byte[] serialize(T value) {
    Headers headers = noHeaders(topic);
    byte[] bytes = serde.serializer().serialize(topic, headers, value);
    if (bytes == null || headers.iterator().hasNext()) {
      // the records of one emission share their headers, so a schema id cannot live there
      throw new SerializationException("The serde of " + topic + " must put all into the value");
    }
    return bytes;
  }

  /** Empty headers by way of the public API; their own class is internal to Kafka. */
  static Headers noHeaders(String topic) {
    return new ProducerRecord<byte[], byte[]>(topic, null).headers();
  }

  /** What an exception of a serde means. */
  static final class Faults {

    private static final int LONGEST = 1000;
    private static final int DEEPEST = 10;

    private Faults() {}

    /** Whether the same bytes may be read later. */
    static boolean mayPass(Throwable thrown) {
      return Outage.is(thrown);
    }

    /** Class and message, and those of the innermost cause. */
    static String describe(Throwable thrown) {
      Throwable root = thrown;
      for (int i = 0; root.getCause() != null && i < DEEPEST; i++) {
        root = root.getCause();
      }
      String text = line(thrown, thrown.getMessage());
      return cut(root == thrown ? text : text + "; caused by " + line(root, root.getMessage()));
    }

    /** The same without messages of libraries that may quote the value they could not write. */
    static String describeWithoutData(Throwable thrown) {
      boolean ours = thrown instanceof KafkaException;
      return cut(line(thrown, ours ? thrown.getMessage() : null));
    }

    /**
     * What becomes of something that a fault has kept from being encoded.
     *
     * @param where what the text begins with
     */
    static <T> Writing<T> unwritten(String where, Throwable thrown) {
      if (thrown instanceof BlockedTopicException) {
        return new Writing.Refused<>(String.valueOf(thrown.getMessage()));
      }
      String why = where + describeWithoutData(thrown);
      return mayPass(thrown) ? new Writing.Later<>(why) : new Writing.Never<>(why);
    }

    private static String line(Throwable thrown, @Nullable String message) {
      String name = thrown.getClass().getSimpleName();
      return message == null ? name : name + ": " + message;
    }

    private static String cut(String text) {
      return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }

    /**
     * Nothing can be encoded for a topic, not even a record with the fewest fields. {@link
     * EncodedForms} throws it, and {@link Faults#unwritten} makes it a value.
     */
    static final class BlockedTopicException extends RuntimeException {

      private static final long serialVersionUID = 1L;

      /**
       * A topic that is blocked.
       *
       * @param why with the topic; it has nothing of any request
       */
      BlockedTopicException(String why, Throwable cause) {
        super(why, cause);
      }
    }
  }
}
