// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.key.Allowed;
import io.completionworker.config.key.KeyGroup;
import java.time.Duration;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/**
 * When the circuit breaker stops calls because the endpoint is down, and when it tries again.
 *
 * @param failureRate percentage of failed calls at which the breaker opens; 0 turns it off
 * @param window number of most recent calls that the failure rate is computed from
 * @param minCalls number of calls below which the breaker stays closed
 * @param open how long the breaker stays open before it lets probe calls through
 * @param probes number of probe calls
 */
public record BreakerConfig(
    double failureRate, int window, int minCalls, Duration open, int probes) {

  public static final String FAILURE_RATE_CONFIG = "breaker.failure.rate";
  static final String FAILURE_RATE_DOC =
      "Percentage of calls that the endpoint failed (5xx, no connection, no answer in time). From"
          + " this percentage on, a credential's calls wait instead of failing. 0 turns the breaker"
          + " off.";
  static final double FAILURE_RATE_DEFAULT = 50.0;

  public static final String WINDOW_CONFIG = "breaker.window.calls";
  static final String WINDOW_DOC = "Number of last calls that the breaker looks at.";
  static final int WINDOW_DEFAULT = 20;

  public static final String MIN_CALLS_CONFIG = "breaker.min.calls";
  static final String MIN_CALLS_DOC = "With fewer calls than this, the breaker stays closed.";
  static final int MIN_CALLS_DEFAULT = 10;

  public static final String OPEN_CONFIG = "breaker.open.ms";
  static final String OPEN_DOC = "How long calls wait before the breaker tries some of them.";
  static final long OPEN_DEFAULT = 1_000;

  public static final String PROBES_CONFIG = "breaker.probe.calls";
  static final String PROBES_DOC =
      "Number of calls that the breaker tries after each wait. They decide whether all calls go on"
          + " or wait again.";
  static final int PROBES_DEFAULT = 3;

  static void define(KeyGroup group) {
    group
        .key(
            FAILURE_RATE_CONFIG,
            ConfigDef.Type.DOUBLE,
            FAILURE_RATE_DEFAULT,
            Allowed.between(0.0, 100.0),
            Importance.MEDIUM,
            FAILURE_RATE_DOC)
        .key(
            WINDOW_CONFIG,
            ConfigDef.Type.INT,
            WINDOW_DEFAULT,
            Allowed.between(1, 100_000),
            Importance.LOW,
            WINDOW_DOC)
        .key(
            MIN_CALLS_CONFIG,
            ConfigDef.Type.INT,
            MIN_CALLS_DEFAULT,
            Allowed.between(1, 100_000),
            Importance.LOW,
            MIN_CALLS_DOC)
        .number(OPEN_CONFIG, OPEN_DEFAULT, Allowed.between(1, 86_400_000), Importance.LOW, OPEN_DOC)
        .key(
            PROBES_CONFIG,
            ConfigDef.Type.INT,
            PROBES_DEFAULT,
            Allowed.between(1, 1_000),
            Importance.LOW,
            PROBES_DOC);
  }

  static BreakerConfig from(WorkerConfig config) {
    return new BreakerConfig(
        config.getDouble(FAILURE_RATE_CONFIG),
        config.getInt(WINDOW_CONFIG),
        config.getInt(MIN_CALLS_CONFIG),
        config.millis(OPEN_CONFIG),
        config.getInt(PROBES_CONFIG));
  }
}
