// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async;

import io.completionworker.async.dispatch.Dispatcher;
import io.completionworker.completion.Emission;
import io.completionworker.config.AsyncConfig;
import io.completionworker.metrics.Meters;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Makes the processor of each task, and the store it keeps its requests in. One supplier an
 * instance; the dispatcher, the capacity and the intake are shared by its tasks.
 */
public final class CompletionProcessorSupplier
    implements ProcessorSupplier<byte[], byte[], byte[], Emission> {

  private final Dispatcher dispatcher;
  private final Capacity capacity;
  private final IntakeControl intake;
  private final OwnedPartitions owned;
  private final Strikes strikes = new Strikes();
  private final SourceFormat format;
  private final AsyncConfig config;
  private final Meters meters;

  /**
   * @param format how records of the request topic are taken
   */
  public CompletionProcessorSupplier(
      Dispatcher dispatcher,
      Capacity capacity,
      IntakeControl intake,
      OwnedPartitions owned,
      SourceFormat format,
      AsyncConfig config,
      Meters meters) {
    this.dispatcher = dispatcher;
    this.capacity = capacity;
    this.intake = intake;
    this.owned = owned;
    this.format = format;
    this.config = config;
    this.meters = meters;
  }

  @Override
  public Processor<byte[], byte[], byte[], Emission> get() {
    return new CompletionProcessor(
        dispatcher, capacity, intake, owned, strikes, format, config.spillAfter(), meters);
  }

  @Override
  public Set<StoreBuilder<?>> stores() {
    KeyValueBytesStoreSupplier bytes =
        config.store() == AsyncConfig.StoreKind.ROCKSDB
            ? Stores.persistentKeyValueStore(PendingStore.NAME)
            : Stores.inMemoryKeyValueStore(PendingStore.NAME);
    StoreBuilder<?> pending =
        Stores.keyValueStoreBuilder(bytes, Serdes.Bytes(), Serdes.ByteArray())
            .withLoggingEnabled(config.changelog())
            .withCachingDisabled();
    return config.spillAfter() == null ? Set.of(pending) : Set.of(pending, settled());
  }

  /** Small, and written once a commit. */
  private StoreBuilder<?> settled() {
    return Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(HeldOffsets.STORE), Serdes.Bytes(), Serdes.ByteArray())
        .withLoggingEnabled(config.changelog())
        .withCachingEnabled();
  }
}
