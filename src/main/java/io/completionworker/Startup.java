// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;

/**
 * Whether the worker has got off the ground: it has worked once, or restores its store, which takes
 * as long as it takes. Safe on every thread.
 */
final class Startup implements StateRestoreListener {

  private final AtomicInteger restoring = new AtomicInteger();
  private volatile boolean started;

  /** Kafka Streams works. */
  void running() {
    started = true;
  }

  boolean started() {
    return started;
  }

  /** Whether stores are being restored. */
  boolean restoring() {
    return restoring.get() > 0;
  }

  @Override
  public void onRestoreStart(TopicPartition partition, String store, long from, long to) {
    started = true;
    restoring.incrementAndGet();
  }

  @Override
  public void onBatchRestored(TopicPartition partition, String store, long end, long restored) {
    // its end is what counts
  }

  @Override
  public void onRestoreEnd(TopicPartition partition, String store, long restored) {
    restoring.decrementAndGet();
  }

  @Override
  public void onRestoreSuspended(TopicPartition partition, String store, long restored) {
    restoring.decrementAndGet();
  }
}
