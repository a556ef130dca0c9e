// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.topics;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The topics of a cluster, as far as their set-up is concerned. */
public interface Topics {

  /**
   * A topic that exists.
   *
   * @param replicas of each partition; of the first, where they differ
   * @param maxMessageBytes empty when it may not be read
   */
  record Existing(int partitions, int replicas, Optional<Integer> maxMessageBytes) {}

  /**
   * A topic to be made.
   *
   * @param replicationFactor -1 for the broker's default
   * @param retention empty for the broker's default
   */
  record Wanted(
      String name,
      int partitions,
      short replicationFactor,
      int maxMessageBytes,
      Optional<Duration> retention) {}

  /** Those of the names that exist. */
  Map<String, Existing> describe(Collection<String> names) throws InterruptedException;

  /**
   * Makes a topic, or only asks whether it could be made.
   *
   * @throws TopicsException with the reason
   */
  void create(Wanted topic, boolean dryRun) throws InterruptedException;

  /**
   * What was done to a topic that exists.
   *
   * @param lines a line for each change, and for each that was not made
   * @param complete whether it is as it should be, or would be
   */
  record Repair(List<String> lines, boolean complete) {}

  /**
   * Raises what is too low at a topic that exists, and lowers nothing but a retention that was
   * asked for.
   *
   * @param keepsAll whether compaction would lose records that are still needed
   */
  Repair repair(Wanted topic, boolean keepsAll, boolean dryRun) throws InterruptedException;

  /** The topics are not as they should be, or the brokers did not let us see to it; in one line. */
  final class TopicsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public TopicsException(String message) {
      super(message);
    }

    /** What is wrong. */
    public TopicsException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
