// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import io.completionworker.cli.topics.TopicCheck;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether the topics that the worker writes to are still what they were when it began. Where one
 * was deleted, calls go on and are paid, but no outcome can be written.
 *
 * <p>On brokers with {@code auto.create.topics.enable} the worker's own producer has such a topic
 * made again, too small: a Java producer allows that with each request for metadata, and has no
 * setting against it (KIP-487 was never accepted).
 *
 * <p>Threads: one tells what it sees; what is wrong can be asked for on every thread.
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
   * Takes what is there now.
   *
   * @param partitions of each topic, 0 where it is missing; none where it may not be seen
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
        if (missing.contains(name)) { // twice, since a broker that has just started may not know it
          wrong.add(
              "Output topic %s is not there any more; it was deleted while running, and no outcome can be written; make it with `completion-worker topics`"
                  .formatted(name));
        }
      } else if (has < had) {
        wrong.add(
            "Output topic %s has %s and had %d; it was deleted while running, and the brokers made it again; give it its partitions and settings with `completion-worker topics --alter`"
                .formatted(name, TopicCheck.counted(has), had));
      }
    }
    missing = gone;
    faults = List.copyOf(wrong);
  }

  /** What is wrong with them, with what to do. */
  List<String> faults() {
    return faults;
  }
}
