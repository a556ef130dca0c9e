package io.completionworker.async;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * The request partitions that this instance works on: those whose tasks are initialized and not
 * closed. Safe on every thread.
 */
public final class OwnedPartitions {

  private final Map<Integer, Integer> tasks = new HashMap<>();
  private final IntConsumer listener;

  /**
   * @param listener hears how many there are after every change, on the thread that made it
   */
  public OwnedPartitions(IntConsumer listener) {
    this.listener = listener;
  }

  /** How many there are now. */
  public synchronized int count() {
    return tasks.size();
  }

  /** Within one process a task can be taken before it was given up. */
  synchronized void taken(int partition) {
    tasks.merge(partition, 1, Integer::sum);
    listener.accept(tasks.size());
  }

  synchronized void givenUp(int partition) {
    tasks.computeIfPresent(partition, (p, count) -> count == 1 ? null : count - 1);
    listener.accept(tasks.size());
  }
}
