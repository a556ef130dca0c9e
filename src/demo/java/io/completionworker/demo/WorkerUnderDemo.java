// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo;

import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;

/** What the demo needs of the product: the worker itself and its serdes. */
interface WorkerUnderDemo {

  /**
   * Starts the worker.
   *
   * @param settings by configuration key, such as {@code gateway.url}
   */
  Running start(Map<String, String> settings);

  /** The product's serde of record values, speaking to the registry of {@code settings}. */
  <T extends SpecificRecord> Serde<T> valueSerde(Class<T> type, Map<String, String> settings);

  /** A worker that runs until it is closed. */
  @FunctionalInterface
  interface Running extends AutoCloseable {

    @Override
    void close();
  }
}
