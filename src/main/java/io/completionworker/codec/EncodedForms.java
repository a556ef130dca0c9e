// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serde;

/**
 * One output record in forms of falling size: form 0 is the whole record, each next one leaves more
 * out. A form is encoded when it is first asked for.
 */
final class EncodedForms<T> {

  private final Serde<T> serde;
  private final String topic;
  private final int count;
  private final IntFunction<T> forms;
  private final List<byte[]> encoded = new ArrayList<>();

  EncodedForms(Serde<T> serde, String topic, int count, IntFunction<T> forms) {
    this.serde = serde;
    this.topic = topic;
    this.count = count;
    this.forms = forms;
  }

  /** The whole record, not encoded. */
  T whole() {
    return forms.apply(0);
  }

  /** The largest form of at most this many bytes; the last one, if none is that small. */
  byte[] within(long room) {
    for (int form = 0; form < count - 1; form++) {
      if (bytes(form).length <= room) {
        return bytes(form);
      }
    }
    return bytes(count - 1);
  }

  private byte[] bytes(int form) {
    if (form == encoded.size()) {
      encoded.add(encode(forms.apply(form)));
    }
    return encoded.get(form);
  }

  private byte[] encode(T value) {
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
}
