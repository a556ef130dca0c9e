package io.completionworker.cli.topics;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** The topics of a cluster, as far as their set-up is concerned. */
public interface Topics {

  /**
   * A topic that exists.
   *
   * @param maxMessageBytes empty when it may not be read
   */
  record Existing(int partitions, Optional<Integer> maxMessageBytes) {}

  /**
   * A topic to be made.
   *
   * @param replicationFactor -1 for the broker's default
   */
  record Wanted(String name, int partitions, short replicationFactor, int maxMessageBytes) {}

  /** Those of the names that exist. */
  Map<String, Existing> describe(Collection<String> names) throws InterruptedException;

  /**
   * Makes a topic, or only asks whether it could be made.
   *
   * @throws TopicsException with the reason
   */
  void create(Wanted topic, boolean dryRun) throws InterruptedException;
}
