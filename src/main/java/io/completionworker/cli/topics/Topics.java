// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.topics;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The topics of a cluster, as far as their setup is concerned. */
public interface Topics {

  /**
   * A topic that exists.
   *
   * @param replicas number of replicas of each partition; of the first one where they differ
   * @param maxMessageBytes empty when reading it is not allowed
   * @param cleanupPolicy likewise
   */
  record Existing(
      int partitions,
      int replicas,
      Optional<Integer> maxMessageBytes,
      Optional<String> cleanupPolicy) {}

  /** What a topic is used for, as far as old records are concerned. */
  enum Cleanup {
    /** Every record is needed until its time is over: the topic must not be compacted. */
    KEEP_EACH,
    /** The last record of each key is needed for good: the topic must be compacted only. */
    KEEP_LAST,
    /** Either will do. */
    ANY
  }

  /**
   * A topic to create.
   *
   * @param replicationFactor -1 for the broker's default
   * @param maxMessageBytes 0 for the broker's default
   * @param retention empty for the broker's default
   */
  record Wanted(
      String name,
      int partitions,
      short replicationFactor,
      int maxMessageBytes,
      Optional<Duration> retention,
      Cleanup cleanup) {}

  /** Returns those topics that exist, by name. */
  Map<String, Existing> describe(Collection<String> names) throws InterruptedException;

  /**
   * Creates a topic, or in a dry run only checks that it could be created.
   *
   * @throws TopicsException with the reason
   */
  void create(Wanted topic, boolean dryRun) throws InterruptedException;

  /**
   * The changes to an existing topic.
   *
   * @param lines a line for each change, and for each that could not be made
   * @param complete whether the topic is, or would be, as it should be
   */
  record Repair(List<String> lines, boolean complete) {}

  /**
   * Raises what is too low in an existing topic. Lowers nothing except a retention that was asked
   * for. Changes a cleanup policy that would lose records.
   */
  Repair repair(Wanted topic, boolean dryRun) throws InterruptedException;

  /**
   * Thrown when the topics are not as they should be, or the brokers refuse or fail a request. The
   * message is one line.
   */
  final class TopicsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Creates an exception that says what is wrong. */
    public TopicsException(String message) {
      super(message);
    }

    /** Creates an exception that says what is wrong, with its cause. */
    public TopicsException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
