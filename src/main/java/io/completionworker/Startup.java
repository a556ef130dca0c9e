// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import io.completionworker.topology.CompletionTopology;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;

/**
 * Whether the worker has started: it reached RUNNING once, or has begun to restore its stores
 * (which has no time limit). The controls do not count, which are read before that. Safe on every
 * thread.
 */
final class Startup implements StateRestoreListener {

  private final AtomicInteger restoring = new AtomicInteger();
  private volatile boolean started;

  /** Records that Kafka Streams is RUNNING. */
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
    if (isOfTask(store)) {
      started = true;
      restoring.incrementAndGet();
    }
  }

  @Override
  public void onBatchRestored(TopicPartition partition, String store, long end, long restored) {
    // only the end of a restoration counts
  }

  @Override
  public void onRestoreEnd(TopicPartition partition, String store, long restored) {
    if (isOfTask(store)) {
      restoring.decrementAndGet();
    }
  }

  @Override
  public void onRestoreSuspended(TopicPartition partition, String store, long restored) {
    restoring.decrementAndGet();
  }

  private static boolean isOfTask(String store) {
    return !store.equals(CompletionTopology.CONTROLS) && !store.equals(CompletionTopology.SPEND);
  }
}
