// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import io.completionworker.avro.UsageWindow;
import io.completionworker.codec.EncodedForms.Faults;
import io.completionworker.completion.port.EncodingResult;
import io.completionworker.completion.port.WindowWriter;
import org.apache.kafka.common.serialization.Serde;

/** Encodes usage windows. For the codec thread only. */
public final class WindowEncoder implements WindowWriter {

  private final Serde<UsageWindow> serde;
  private final String topic;

  /** Creates an encoder for this topic. */
  public WindowEncoder(Serde<UsageWindow> serde, String topic) {
    this.serde = serde;
    this.topic = topic;
  }

  @Override
  public EncodingResult<byte[]> write(UsageWindow window) {
    EncodedForms<UsageWindow> forms = new EncodedForms<>(serde, topic, 1, form -> window);
    try {
      byte[] bytes = forms.within(0);
      return bytes == null
          ? new EncodingResult.Unencodable<>(String.valueOf(forms.fault()))
          : new EncodingResult.Encoded<>(bytes);
    } catch (RuntimeException | StackOverflowError e) {
      return Faults.unwritten(topic + ": ", e);
    }
  }
}
