// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.key.Allowed;
import io.completionworker.config.key.KeyGroup;
import java.time.Duration;
import org.apache.kafka.common.config.ConfigDef.Importance;

/**
 * How the worker shuts down.
 *
 * @param drain longest wait for open calls when the worker is stopped
 * @param leaveGroup whether the worker leaves the consumer group at once, so that others take over
 */
public record ShutdownConfig(Duration drain, boolean leaveGroup) {

  /** Longest wait until the outcomes of drained calls are written. */
  public static final Duration EMIT = Duration.ofSeconds(5);

  /** Longest wait until Kafka Streams is closed. */
  public static final Duration CLOSE = Duration.ofSeconds(30);

  /**
   * The time for everything else: connections (5 s), the last spans (3 s), the management server (2
   * s).
   */
  private static final Duration REST = Duration.ofSeconds(10);

  public static final String DRAIN_CONFIG = "shutdown.drain.ms";
  static final String DRAIN_DOC =
      "Maximum wait for open calls when the worker stops. Calls that are still open then are made"
          + " again by the instance that takes over.";
  static final long DRAIN_DEFAULT = 20_000;

  public static final String LEAVE_GROUP_CONFIG = "shutdown.leave.group";
  static final String LEAVE_GROUP_DOC =
      "Leave the consumer group on stop, so that other instances take over at once. Set it to"
          + " `false` for a rolling restart, in which the same instance is soon back.";
  static final boolean LEAVE_GROUP_DEFAULT = true;

  /** Returns the longest time that a shutdown may take. */
  public Duration grace() {
    return drain.plus(EMIT).plus(CLOSE).plus(REST);
  }

  static void define(KeyGroup group) {
    group
        .number(
            DRAIN_CONFIG,
            DRAIN_DEFAULT,
            Allowed.between(0, 3_600_000),
            Importance.MEDIUM,
            DRAIN_DOC)
        .flag(LEAVE_GROUP_CONFIG, LEAVE_GROUP_DEFAULT, Importance.MEDIUM, LEAVE_GROUP_DOC);
  }

  static ShutdownConfig from(WorkerConfig config) {
    return new ShutdownConfig(config.millis(DRAIN_CONFIG), config.getBoolean(LEAVE_GROUP_CONFIG));
  }
}
