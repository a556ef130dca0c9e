// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import io.completionworker.cli.terminal.CountedText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks whether the output topics are still what they were when the worker started. If one of them
 * was deleted, calls go on and are paid for, but no outcome can be written.
 *
 * <p>On brokers with {@code auto.create.topics.enable} the worker's own producer causes a deleted
 * topic to be created again, too small: a Java producer allows that with each metadata request, and
 * has no setting against it (KIP-487 was never accepted).
 *
 * <p>Threads: one thread calls {@link #see}; {@link #faults} is safe on every thread.
 */
final class OutputTopics {

  private final List<String> names;
  private final Map<String, Integer> most = new HashMap<>();
  private Set<String> missing = Set.of();
  private volatile List<String> faults = List.of();

  OutputTopics(List<String> names) {
    this.names = names;
  }

  /**
   * Compares the topics with what they were before.
   *
   * @param partitions number of partitions of each topic: 0 if it is missing, no entry if the
   *     worker may not see it
   */
  void see(Map<String, Integer> partitions) {
    List<String> wrong = new ArrayList<>();
    Set<String> gone = new HashSet<>();
    for (String name : names) {
      int had = most.getOrDefault(name, 0);
      int has = partitions.getOrDefault(name, had);
      most.put(name, Math.max(had, has));
      if (has == 0 && had > 0) {
        gone.add(name);
        if (missing.contains(name)) { // twice: a broker that has just started may not know it
          wrong.add(
              "Output topic %s is not there any more; it was deleted while running, and no outcome can be written; make it with `completion-worker topics`"
                  .formatted(name));
        }
      } else if (has < had) {
        wrong.add(
            "Output topic %s has %s and had %d; it was deleted while running, and the brokers made it again; give it its partitions and settings with `completion-worker topics --alter`"
                .formatted(name, CountedText.of(has, "partition"), had));
      }
    }
    missing = gone;
    faults = List.copyOf(wrong);
  }

  /** Returns what is wrong with the topics, and how to repair it. */
  List<String> faults() {
    return faults;
  }
}
