// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import io.completionworker.avro.UsageWindow;
import io.completionworker.completion.port.WindowWriter;
import org.apache.kafka.common.serialization.Serde;

/**
 * Encodes usage windows. What cannot be encoded is tried again later, whatever the cause, since the
 * window is still stored and a schema can be mended. Codec thread only.
 */
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
    try {
      return new Writing.Written(new EncodedForms<>(serde, topic, 1, form -> window).within(0));
    } catch (RuntimeException | StackOverflowError e) {
      return new Writing.Later(topic + ": " + Faults.describeWithoutData(e));
    }
  }
}
