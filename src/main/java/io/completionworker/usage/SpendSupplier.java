// SPDX-License-Identifier: Apache-2.0
package io.completionworker.usage;

import io.completionworker.async.spending.Spending;
import io.completionworker.completion.Emission.Charged;
import io.completionworker.completion.Emission.OutputValue;
import io.completionworker.config.AsyncConfig;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Creates the processor of each task that adds up what budgets have spent, and its store. */
public final class SpendSupplier
    implements ProcessorSupplier<byte[], List<Charged>, byte[], OutputValue> {

  private final String requests;
  private final Map<String, String> changelog;
  private final Spending spending;

  /**
   * @param requests name of the request topic
   * @param spending hears of what tasks add up
   */
  public SpendSupplier(String requests, AsyncConfig async, Spending spending) {
    this.requests = requests;
    this.changelog = async.changelog();
    this.spending = spending;
  }

  @Override
  public Processor<byte[], List<Charged>, byte[], OutputValue> get() {
    return new SpendProcessor(requests, spending);
  }

  /**
   * Returns the builder of the store. It is always in memory, since the sums are few, and cached,
   * so that a sum is written to the changelog once per commit.
   */
  @Override
  public Set<StoreBuilder<?>> stores() {
    return Set.of(
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(SpendProcessor.STORE),
                Serdes.Bytes(),
                Serdes.ByteArray())
            .withLoggingEnabled(changelog)
            .withCachingEnabled());
  }
}
