// SPDX-License-Identifier: Apache-2.0
package io.completionworker.topology;

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
 * Reads a topic on every instance: keeps the newest record of each key and passes every record on.
 *
 * <p>Kafka Streams reads the whole topic through this processor each time the process starts,
 * before any task runs, and goes on with new records after that. The store is in memory and holds
 * what is asked of Kafka Streams' global stores; nothing reads it.
 *
 * <p>Threads: the global stream thread only, for which an exception would be the end.
 */
abstract class GlobalTopic extends ContextualProcessor<Bytes, byte[], Void, Void> {

  private final String name;
  private @Nullable KeyValueStore<Bytes, byte[]> store;

  /**
   * @param name of the store
   */
  GlobalTopic(String name) {
    this.name = name;
  }

  static StoreBuilder<KeyValueStore<Bytes, byte[]>> builder(String name) {
    return Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
        .withLoggingDisabled();
  }

  /** Takes the next record of the topic. Its value is null if it deletes what has its key. */
  abstract void take(Record<Bytes, byte[]> record);

  @Override
  public final void init(ProcessorContext<Void, Void> context) {
    super.init(context);
    store = context.getStateStore(name);
  }

  @Override
  public final void process(Record<Bytes, byte[]> record) {
    Bytes key = record.key();
    if (key != null && store != null) {
      store.put(key, record.value());
    }
    take(record);
  }
}
