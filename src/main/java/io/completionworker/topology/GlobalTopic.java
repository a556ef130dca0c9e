// SPDX-License-Identifier: Apache-2.0
package io.completionworker.topology;

import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.control.ControlRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.header.Header;
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
final class GlobalTopic extends ContextualProcessor<Bytes, byte[], Void, Void> {

  private final String name;
  private final Consumer<Record<Bytes, byte[]>> take;
  private @Nullable KeyValueStore<Bytes, byte[]> store;

  /**
   * @param name of the store
   * @param take takes the next record of the topic. Its value is null if it deletes what has its
   *     key.
   */
  private GlobalTopic(String name, Consumer<Record<Bytes, byte[]>> take) {
    this.name = name;
    this.take = take;
  }

  /** Passes on every record of the topic of controls. */
  static GlobalTopic controls(Consumer<ControlRecord> control) {
    return new GlobalTopic(CompletionTopology.CONTROLS, record -> control.accept(control(record)));
  }

  /** Passes on the newest sum of each partition, budget and period. */
  static GlobalTopic spend(Consumer<byte[]> published) {
    return new GlobalTopic(
        CompletionTopology.SPEND,
        record -> {
          byte[] value = record.value();
          if (value != null) {
            published.accept(value);
          }
        });
  }

  static StoreBuilder<KeyValueStore<Bytes, byte[]>> builder(String name) {
    return Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
        .withLoggingDisabled();
  }

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    super.init(context);
    store = context.getStateStore(name);
  }

  @Override
  public void process(Record<Bytes, byte[]> record) {
    Bytes key = record.key();
    if (key != null && store != null) {
      store.put(key, record.value());
    }
    take.accept(record);
  }

  private static ControlRecord control(Record<Bytes, byte[]> record) {
    List<RecordHeader> headers = new ArrayList<>();
    for (Header header : record.headers()) {
      headers.add(new RecordHeader(header.key(), header.value()));
    }
    return new ControlRecord(id(record.key()), record.value(), headers);
  }

  /**
   * Returns the key as text: empty if there is none, with replacement characters where it is not
   * UTF-8. A control with such an id is refused when it is decoded.
   */
  private static String id(@Nullable Bytes key) {
    return key == null ? "" : new String(key.get(), StandardCharsets.UTF_8);
  }
}
