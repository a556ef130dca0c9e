// SPDX-License-Identifier: Apache-2.0
package io.completionworker.topology;

import java.util.function.Consumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Record;

/** Passes on the newest sum of each partition, budget and period. */
final class SpendStore extends GlobalTopic {

  private final Consumer<byte[]> published;

  SpendStore(Consumer<byte[]> published) {
    super(CompletionTopology.SPEND);
    this.published = published;
  }

  @Override
  void take(Record<Bytes, byte[]> record) {
    byte[] value = record.value();
    if (value != null) {
      published.accept(value);
    }
  }
}
