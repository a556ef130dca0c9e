// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.key.Allowed;
import io.completionworker.config.key.KeyGroup;
import java.time.Duration;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/**
 * When a failed attempt is retried.
 *
 * @param maxAttempts maximum number of attempts of one request, including the first
 * @param initialBackoff backoff before the second attempt
 * @param multiplier growth of the backoff per attempt
 * @param maxBackoff longest backoff that the worker chooses itself
 * @param jitter share of the backoff that is random, 0 to 1
 * @param maxServerDelay longest delay that a server may ask for; a longer one is cut to it
 */
public record RetryConfig(
    int maxAttempts,
    Duration initialBackoff,
    double multiplier,
    Duration maxBackoff,
    double jitter,
    Duration maxServerDelay) {

  public static final String MAX_ATTEMPTS_CONFIG = "retry.max.attempts";
  static final String MAX_ATTEMPTS_DOC =
      "Maximum attempts of one request, the first included. After the last one, the request is a"
          + " failure that can be sent again.";
  static final int MAX_ATTEMPTS_DEFAULT = 5;

  public static final String INITIAL_BACKOFF_CONFIG = "retry.initial.backoff.ms";
  static final String INITIAL_BACKOFF_DOC = "Wait before the second attempt.";
  static final long INITIAL_BACKOFF_DEFAULT = 1_000;

  public static final String MULTIPLIER_CONFIG = "retry.multiplier";
  static final String MULTIPLIER_DOC =
      "Factor by which the wait grows from one attempt to the next.";
  static final double MULTIPLIER_DEFAULT = 2.0;

  public static final String MAX_BACKOFF_CONFIG = "retry.max.backoff.ms";
  static final String MAX_BACKOFF_DOC = "Maximum wait, unless the server asks for more.";
  static final long MAX_BACKOFF_DEFAULT = 60_000;

  public static final String JITTER_CONFIG = "retry.jitter";
  static final String JITTER_DOC = "Share of the wait that is random.";
  static final double JITTER_DEFAULT = 0.5;

  public static final String MAX_SERVER_DELAY_CONFIG = "retry.max.server.delay.ms";
  static final String MAX_SERVER_DELAY_DOC =
      "Maximum wait that a server may ask for. A longer one is cut to it.";
  static final long MAX_SERVER_DELAY_DEFAULT = 600_000;

  private static final Allowed UP_TO_A_DAY = Allowed.between(0, 86_400_000);

  static void define(KeyGroup group) {
    group
        .key(
            MAX_ATTEMPTS_CONFIG,
            ConfigDef.Type.INT,
            MAX_ATTEMPTS_DEFAULT,
            Allowed.between(1, 1_000),
            Importance.HIGH,
            MAX_ATTEMPTS_DOC)
        .number(
            INITIAL_BACKOFF_CONFIG,
            INITIAL_BACKOFF_DEFAULT,
            Allowed.between(1, 86_400_000),
            Importance.MEDIUM,
            INITIAL_BACKOFF_DOC)
        .key(
            MULTIPLIER_CONFIG,
            ConfigDef.Type.DOUBLE,
            MULTIPLIER_DEFAULT,
            Allowed.between(1.0, 10.0),
            Importance.LOW,
            MULTIPLIER_DOC)
        .number(
            MAX_BACKOFF_CONFIG,
            MAX_BACKOFF_DEFAULT,
            UP_TO_A_DAY,
            Importance.MEDIUM,
            MAX_BACKOFF_DOC)
        .key(
            JITTER_CONFIG,
            ConfigDef.Type.DOUBLE,
            JITTER_DEFAULT,
            Allowed.between(0.0, 1.0),
            Importance.LOW,
            JITTER_DOC)
        .number(
            MAX_SERVER_DELAY_CONFIG,
            MAX_SERVER_DELAY_DEFAULT,
            UP_TO_A_DAY,
            Importance.MEDIUM,
            MAX_SERVER_DELAY_DOC);
  }

  static RetryConfig from(WorkerConfig config) {
    return new RetryConfig(
        config.getInt(MAX_ATTEMPTS_CONFIG),
        config.millis(INITIAL_BACKOFF_CONFIG),
        config.getDouble(MULTIPLIER_CONFIG),
        config.millis(MAX_BACKOFF_CONFIG),
        config.getDouble(JITTER_CONFIG),
        config.millis(MAX_SERVER_DELAY_CONFIG));
  }
}
