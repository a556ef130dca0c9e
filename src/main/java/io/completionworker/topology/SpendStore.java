// SPDX-License-Identifier: Apache-2.0
package io.completionworker.topology;

import java.util.function.Consumer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the newest sum of each partition, budget and period, and passes every one on. Like {@link
 * ControlStore}, it is read from the beginning before any task runs.
 *
 * <p>Threads: the global stream thread only, for which an exception would be the end.
 */
final class SpendStore extends ContextualProcessor<Bytes, byte[], Void, Void> {

  private final Consumer<byte[]> published;
  private @Nullable KeyValueStore<Bytes, byte[]> store;

  SpendStore(Consumer<byte[]> published) {
    this.published = published;
  }

  static StoreBuilder<KeyValueStore<Bytes, byte[]>> builder() {
    return Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(CompletionTopology.SPEND),
            Serdes.Bytes(),
            Serdes.ByteArray())
        .withLoggingDisabled();
  }

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    super.init(context);
    store = context.getStateStore(CompletionTopology.SPEND);
  }

  @Override
  public void process(Record<Bytes, byte[]> record) {
    Bytes key = record.key();
    byte[] value = record.value();
    if (key != null && store != null) {
      store.put(key, value);
    }
    if (value != null) {
      published.accept(value);
    }
  }
}
