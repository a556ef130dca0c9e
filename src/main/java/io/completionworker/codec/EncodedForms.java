// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import io.completionworker.codec.EncodedForms.Faults.BlockedTopicException;
import io.completionworker.completion.CutText;
import io.completionworker.completion.port.EncodingResult;
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
 * One output record in forms of decreasing size. Form 0 is the complete record, and each following
 * form leaves out more. A form is encoded when it is first needed.
 *
 * <p>A form that can never be encoded is skipped. To find out whether its value is the reason, a
 * blank record of the same type is encoded. If that fails too, the fault is not in the content of
 * the record.
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

  /** Returns the largest form that can be built, not encoded; null if none can be. */
  @Nullable T largest() {
    for (int form = 0; form < count; form++) {
      try {
        return forms.apply(form);
      } catch (RuntimeException | StackOverflowError e) {
        // bytes() records the fault
      }
    }
    return null;
  }

  /**
   * Returns the largest form that has at most this many bytes. If no form is that small, returns
   * the smallest one; if none can be encoded, null.
   *
   * @throws BlockedTopicException if nothing can be encoded for the topic
   * @throws RuntimeException for a fault that may pass
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

  /** Returns why a form could not be encoded; null if all forms tried so far could be. */
  @Nullable String fault() {
    return fault;
  }

  /** Whether one of the forms tried so far could be encoded. */
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
      return serialize(value); // once more: the fault may have been fixed since
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
      // the records of one emission share their headers, so no schema id can be put there
      throw new SerializationException("The serde of " + topic + " must put all into the value");
    }
    return bytes;
  }

  /**
   * Returns empty headers, created through the public API. Their own class is internal to Kafka.
   */
  static Headers noHeaders(String topic) {
    return new ProducerRecord<byte[], byte[]>(topic, null).headers();
  }

  /** Interprets the exceptions of a serde. */
  static final class Faults {

    private static final int LONGEST = 1000;
    private static final int DEEPEST = 10;

    private Faults() {}

    /** Whether another try with the same data may succeed later. */
    static boolean mayPass(Throwable thrown) {
      return Outage.is(thrown);
    }

    /** Returns class and message of the exception, and those of its innermost cause. */
    static String describe(Throwable thrown) {
      Throwable root = thrown;
      for (int i = 0; root.getCause() != null && i < DEEPEST; i++) {
        root = root.getCause();
      }
      String text = line(thrown, thrown.getMessage());
      String all = root == thrown ? text : text + "; caused by " + line(root, root.getMessage());
      return CutText.of(all, LONGEST);
    }

    /**
     * Returns class and message of the exception, without its cause. The message of a library is
     * left out, because it may quote the value that could not be encoded.
     */
    static String describeWithoutData(Throwable thrown) {
      boolean ours = thrown instanceof KafkaException;
      return CutText.of(line(thrown, ours ? thrown.getMessage() : null), LONGEST);
    }

    /**
     * Returns the result for a value that could not be encoded because of this exception.
     *
     * @param where beginning of the message
     */
    static <T> EncodingResult<T> unwritten(String where, Throwable thrown) {
      if (thrown instanceof BlockedTopicException) {
        return new EncodingResult.Blocked<>(String.valueOf(thrown.getMessage()));
      }
      String why = where + describeWithoutData(thrown);
      return mayPass(thrown)
          ? new EncodingResult.RetryLater<>(why)
          : new EncodingResult.Unencodable<>(why);
    }

    private static String line(Throwable thrown, @Nullable String message) {
      String name = thrown.getClass().getSimpleName();
      return message == null ? name : name + ": " + message;
    }

    /**
     * Thrown if nothing can be encoded for a topic, not even a record with the fewest fields.
     * {@link EncodedForms} throws it, and {@link Faults#unwritten} turns it into a result.
     */
    static final class BlockedTopicException extends RuntimeException {

      private static final long serialVersionUID = 1L;

      /**
       * Creates the exception.
       *
       * @param why the reason, with the name of the topic; without any data of a request
       */
      BlockedTopicException(String why, Throwable cause) {
        super(why, cause);
      }
    }
  }
}
