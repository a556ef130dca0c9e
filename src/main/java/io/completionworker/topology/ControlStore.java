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
 * Keeps the newest record of each control and passes every record on.
 *
 * <p>Kafka Streams reads the whole topic through this processor each time the process starts,
 * before any task runs, and goes on with new records after that. The store is in memory and holds
 * what is asked of Kafka Streams' global stores; nothing reads it.
 *
 * <p>Threads: the global stream thread only, for which an exception would be the end.
 */
final class ControlStore extends ContextualProcessor<Bytes, byte[], Void, Void> {

  private final Consumer<ControlRecord> control;
  private @Nullable KeyValueStore<Bytes, byte[]> store;

  ControlStore(Consumer<ControlRecord> control) {
    this.control = control;
  }

  static StoreBuilder<KeyValueStore<Bytes, byte[]>> builder() {
    return Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(CompletionTopology.CONTROLS),
            Serdes.Bytes(),
            Serdes.ByteArray())
        .withLoggingDisabled();
  }

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    super.init(context);
    store = context.getStateStore(CompletionTopology.CONTROLS);
  }

  @Override
  public void process(Record<Bytes, byte[]> record) {
    Bytes key = record.key();
    if (key != null && store != null) {
      store.put(key, record.value());
    }
    List<RecordHeader> headers = new ArrayList<>();
    for (Header header : record.headers()) {
      headers.add(new RecordHeader(header.key(), header.value()));
    }
    control.accept(new ControlRecord(id(key), record.value(), headers));
  }

  /**
   * Returns the key as text: empty if there is none, with replacement characters where it is not
   * UTF-8. A control with such an id is refused when it is decoded.
   */
  private static String id(@Nullable Bytes key) {
    return key == null ? "" : new String(key.get(), StandardCharsets.UTF_8);
  }
}
