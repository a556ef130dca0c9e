// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import io.completionworker.avro.UsageWindow;
import io.completionworker.completion.port.WindowWriter;
import org.apache.kafka.common.serialization.Serde;

/** Encodes usage windows. Codec thread only. */
public final class WindowEncoder implements WindowWriter {

  private final Serde<UsageWindow> serde;
  private final String topic;

  /** An encoder for this topic. */
  public WindowEncoder(Serde<UsageWindow> serde, String topic) {
    this.serde = serde;
    this.topic = topic;
  }

  @Override
  public Writing write(UsageWindow window) {
    EncodedForms<UsageWindow> forms = new EncodedForms<>(serde, topic, 1, form -> window);
    try {
      byte[] bytes = forms.within(0);
      return bytes == null
          ? new Writing.Never(String.valueOf(forms.fault()))
          : new Writing.Written(bytes);
    } catch (BlockedTopicException e) {
      return new Writing.Refused(String.valueOf(e.getMessage()));
    } catch (RuntimeException | StackOverflowError e) {
      String why = topic + ": " + Faults.describeWithoutData(e);
      return Faults.mayPass(e) ? new Writing.Later(why) : new Writing.Never(why);
    }
  }
}
