// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async;

import io.completionworker.async.dispatch.Dispatcher;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.config.AsyncConfig;
import io.completionworker.config.DedupeConfig;
import io.completionworker.metrics.Meters;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Creates the processor of each task, and the store in which it keeps its requests. An instance has
 * one supplier. Its tasks share the dispatcher, the capacity and the intake control.
 */
public final class CompletionProcessorSupplier
    implements ProcessorSupplier<byte[], byte[], byte[], Object> {

  private final Dispatcher dispatcher;
  private final Capacity capacity;
  private final IntakeControl intake;
  private final OwnedPartitions owned;
  private final Strikes strikes;
  private final SourceFormat format;
  private final AsyncConfig config;
  private final DedupeConfig dedupe;
  private final Meters meters;

  /**
   * @param format converts records of the request topic
   */
  public CompletionProcessorSupplier(
      Dispatcher dispatcher,
      Capacity capacity,
      IntakeControl intake,
      OwnedPartitions owned,
      SourceFormat format,
      AsyncConfig config,
      DedupeConfig dedupe,
      Meters meters) {
    this.dispatcher = dispatcher;
    this.strikes = new Strikes(dispatcher::nanos);
    this.capacity = capacity;
    this.intake = intake;
    this.owned = owned;
    this.format = format;
    this.config = config;
    this.dedupe = dedupe;
    this.meters = meters;
  }

  @Override
  public Processor<byte[], byte[], byte[], Object> get() {
    return new CompletionProcessor(
        dispatcher,
        capacity,
        intake,
        owned,
        strikes,
        format,
        new PendingStore.Settings(config.spillAfter(), dispatcher.process()),
        dedupe,
        meters);
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
    Set<StoreBuilder<?>> stores = new LinkedHashSet<>(); // ordered, as in architecture.md
    stores.add(pending);
    stores.add(marks());
    if (dedupe.on()) {
      stores.add(AnsweredIds.builder(config.changelog()));
    }
    return stores;
  }

  /** Returns the builder of the marks, which are small and written once per commit. */
  private StoreBuilder<?> marks() {
    return Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(HeldOffsets.STORE), Serdes.Bytes(), Serdes.ByteArray())
        .withLoggingEnabled(config.changelog())
        .withCachingEnabled();
  }

  /**
   * The partitions of the request topic that this instance works on: those whose tasks are
   * initialized and not closed. Safe on every thread.
   */
  public static final class OwnedPartitions {

    private final Map<Integer, Integer> tasks = new HashMap<>();
    private final Consumer<Set<Integer>> listener;

    /**
     * @param listener receives the partitions after every change, on the thread that made it
     */
    public OwnedPartitions(Consumer<Set<Integer>> listener) {
      this.listener = listener;
    }

    /** Returns the number of partitions. */
    public synchronized int count() {
      return tasks.size();
    }

    /**
     * Counts tasks: within one process, a partition may get its new task before the old one ends.
     */
    synchronized void taken(int partition) {
      tasks.merge(partition, 1, Integer::sum);
      listener.accept(Set.copyOf(tasks.keySet()));
    }

    synchronized void givenUp(int partition) {
      tasks.computeIfPresent(partition, (p, count) -> count == 1 ? null : count - 1);
      listener.accept(Set.copyOf(tasks.keySet()));
    }
  }

  /**
   * Counts how often a record has killed the thread that accepted it. A record that does so again
   * and again would block its partition forever, so it becomes a dead letter in the end. Strikes
   * expire after a while, and the oldest are dropped when there are too many: deaths that happen
   * only now and then are not caused by the record. Safe on every thread.
   */
  static final class Strikes {

    private static final int OUT = 3;
    private static final int MOST = 1_000;

    /** Longer than it takes to replace a thread and to restore its tasks. */
    private static final long MEMORY_NANOS = Duration.ofHours(1).toNanos();

    private final LongSupplier nanos;

    /** Ordered by the time of the latest strike, the oldest first. */
    private final Map<RecordPosition, Count> counts = new LinkedHashMap<>();

    private volatile boolean any;

    private record Count(int strikes, long latest) {}

    /**
     * @param nanos monotonic time in nanoseconds
     */
    Strikes(LongSupplier nanos) {
      this.nanos = nanos;
    }

    /** Counts the death of a thread that was accepting this record. */
    synchronized void strike(RecordPosition position) {
      long now = nanos.getAsLong();
      forget(now);
      Count before = counts.remove(position);
      counts.put(position, new Count(before == null ? 1 : before.strikes() + 1, now));
      if (counts.size() > MOST) {
        counts.remove(counts.keySet().iterator().next());
      }
      any = true;
    }

    /** Returns true if the record has used up its chances. Its count then starts again. */
    boolean out(RecordPosition position) {
      return any && counted(position) >= OUT;
    }

    private synchronized int counted(RecordPosition position) {
      forget(nanos.getAsLong());
      Count count = counts.get(position);
      if (count == null) {
        return 0;
      }
      if (count.strikes() >= OUT) {
        counts.remove(position);
        any = !counts.isEmpty();
      }
      return count.strikes();
    }

    /** Returns the number of records that have strikes. */
    synchronized int size() {
      return counts.size();
    }

    private void forget(long now) {
      counts.values().removeIf(count -> now - count.latest() > MEMORY_NANOS);
      any = !counts.isEmpty();
    }
  }
}
