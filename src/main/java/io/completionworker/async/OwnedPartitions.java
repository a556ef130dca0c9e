// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The request partitions that this instance works on: those whose tasks are initialized and not
 * closed. Safe on every thread.
 */
public final class OwnedPartitions {

  private final Map<Integer, Integer> tasks = new HashMap<>();
  private final Consumer<Set<Integer>> listener;

  /**
   * @param listener hears which they are after every change, on the thread that made it
   */
  public OwnedPartitions(Consumer<Set<Integer>> listener) {
    this.listener = listener;
  }

  /** How many there are now. */
  public synchronized int count() {
    return tasks.size();
  }

  /** Within one process a task can be taken before it was given up. */
  synchronized void taken(int partition) {
    tasks.merge(partition, 1, Integer::sum);
    listener.accept(Set.copyOf(tasks.keySet()));
  }

  synchronized void givenUp(int partition) {
    tasks.computeIfPresent(partition, (p, count) -> count == 1 ? null : count - 1);
    listener.accept(Set.copyOf(tasks.keySet()));
  }
}
