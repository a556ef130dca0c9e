// SPDX-License-Identifier: Apache-2.0
package io.completionworker.usage;

import io.completionworker.async.codec.CodecStage;
import io.completionworker.async.schedule.Lease;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.completion.Emission.OutputValue;
import io.completionworker.completion.port.WindowWriter;
import io.completionworker.config.AsyncConfig;
import io.completionworker.config.UsageWindowConfig;
import io.completionworker.metrics.Meters;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Creates the processor of each task that sums usage, and the store of the sums. */
public final class UsageWindowSupplier
    implements ProcessorSupplier<byte[], List<CompletionUsage>, byte[], OutputValue> {

  private static final Duration LONGEST_BEAT = Duration.ofSeconds(1);

  /** A task must be seen several times within its lease, or it would seem to be stalled. */
  private static final int BEATS_OF_A_LEASE = 3;

  private final UsageWindowProcessor.Settings settings;
  private final Map<String, String> changelog;
  private final CodecStage codec;
  private final WindowWriter writer;
  private final Lease lease;
  private final LongSupplier nanos;

  /**
   * @param requests name of the request topic
   * @param writer encodes windows on the codec thread
   * @param nanos monotonic time in nanoseconds, which the lease uses too
   */
  public UsageWindowSupplier(
      UsageWindowConfig windows,
      String requests,
      AsyncConfig async,
      CodecStage codec,
      WindowWriter writer,
      Lease lease,
      LongSupplier nanos,
      Meters meters) {
    Duration part = async.lease().dividedBy(BEATS_OF_A_LEASE);
    Duration beat = part.compareTo(LONGEST_BEAT) < 0 ? part : LONGEST_BEAT;
    this.settings = new UsageWindowProcessor.Settings(windows, requests, beat, meters);
    this.changelog = async.changelog();
    this.codec = codec;
    this.writer = writer;
    this.lease = lease;
    this.nanos = nanos;
  }

  @Override
  public Processor<byte[], List<CompletionUsage>, byte[], OutputValue> get() {
    return new UsageWindowProcessor(settings, codec, writer, lease, nanos);
  }

  /**
   * Returns the builder of the store. The store is always in memory: the sums are few, and the
   * changelog restores them. It is cached, so that a window is written to the changelog once per
   * commit and not with every row.
   */
  @Override
  public Set<StoreBuilder<?>> stores() {
    return Set.of(
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(WindowStore.NAME), Serdes.Bytes(), Serdes.ByteArray())
            .withLoggingEnabled(changelog)
            .withCachingEnabled());
  }
}
