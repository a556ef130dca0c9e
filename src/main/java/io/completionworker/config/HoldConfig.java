// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.key.Allowed;
import io.completionworker.config.key.KeyGroup;
import java.time.Duration;
import java.util.Locale;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/**
 * What happens when the endpoint refuses the account and not the request.
 *
 * @param action whether the account's requests wait, or fail
 * @param initialProbe delay before the first probe of a held account
 * @param maxProbe longest delay between two probes
 * @param brakeShare share, 0 to 1, of the last outcomes that may fail for the same reason, or of
 *     the last records that may be undecodable, before the rest waits; 0 turns both checks off
 * @param brakeWindow number of outcomes, or records, that the share is computed from
 * @param unknownSchema how long a record waits for a schema that the registry does not know; zero
 *     for no wait
 */
public record HoldConfig(
    Action action,
    Duration initialProbe,
    Duration maxProbe,
    double brakeShare,
    int brakeWindow,
    Duration unknownSchema) {

  /** What happens to the requests of an account that the endpoint refuses. */
  public enum Action {
    WAIT,
    FAIL
  }

  public static final String ACTION_CONFIG = "hold.action";
  static final String ACTION_DOC =
      "What happens to requests when the endpoint refuses the account (bad key, budget or quota"
          + " used up). `wait` keeps them, and probes now and then. `fail` turns them into"
          + " failures; `hold.brake.share` then has no effect.";
  static final String ACTION_DEFAULT = "wait";

  public static final String PROBE_INITIAL_CONFIG = "hold.probe.initial.ms";
  static final String PROBE_INITIAL_DOC = "Wait before the first probe of a credential on hold.";
  static final long PROBE_INITIAL_DEFAULT = 5_000;

  public static final String PROBE_MAX_CONFIG = "hold.probe.max.ms";
  static final String PROBE_MAX_DOC =
      "Maximum wait between two probes. The wait doubles up to this after each probe that fails.";
  static final long PROBE_MAX_DEFAULT = 300_000;

  public static final String BRAKE_SHARE_CONFIG = "hold.brake.share";
  static final String BRAKE_SHARE_DOC =
      "The failure cutoff. It begins when more than this share of a credential's last outcomes are"
          + " failures that cannot be tried again, all for the same reason. Then its further"
          + " requests wait instead of failing too. Likewise, when more than this share of an"
          + " instance's last records could not be decoded, such records wait. They do not become"
          + " dead letters. 0 turns both off.";
  static final double BRAKE_SHARE_DEFAULT = 0.9;

  public static final String BRAKE_WINDOW_CONFIG = "hold.brake.window";
  static final String BRAKE_WINDOW_DOC =
      "Number of last outcomes, or records, that `hold.brake.share` looks at.";
  static final int BRAKE_WINDOW_DEFAULT = 100;

  public static final String UNKNOWN_SCHEMA_CONFIG = "hold.unknown.schema.ms";
  static final String UNKNOWN_SCHEMA_DOC =
      "How long a request waits for a schema that the registry does not know. Then it becomes a"
          + " dead letter. A registry that is copied from another one gets a new schema seconds"
          + " after the first request that was written with it. 0: no wait.";
  static final long UNKNOWN_SCHEMA_DEFAULT = 30_000;

  private static final Allowed UP_TO_A_DAY = Allowed.between(1, 86_400_000);

  static void define(KeyGroup group) {
    group
        .key(
            ACTION_CONFIG,
            ConfigDef.Type.STRING,
            ACTION_DEFAULT,
            Allowed.oneOf(Action.class),
            Importance.HIGH,
            ACTION_DOC)
        .number(
            PROBE_INITIAL_CONFIG,
            PROBE_INITIAL_DEFAULT,
            UP_TO_A_DAY,
            Importance.LOW,
            PROBE_INITIAL_DOC)
        .number(PROBE_MAX_CONFIG, PROBE_MAX_DEFAULT, UP_TO_A_DAY, Importance.LOW, PROBE_MAX_DOC)
        .key(
            BRAKE_SHARE_CONFIG,
            ConfigDef.Type.DOUBLE,
            BRAKE_SHARE_DEFAULT,
            Allowed.between(0.0, 1.0),
            Importance.MEDIUM,
            BRAKE_SHARE_DOC)
        .key(
            BRAKE_WINDOW_CONFIG,
            ConfigDef.Type.INT,
            BRAKE_WINDOW_DEFAULT,
            Allowed.between(2, 100_000),
            Importance.LOW,
            BRAKE_WINDOW_DOC)
        .number(
            UNKNOWN_SCHEMA_CONFIG,
            UNKNOWN_SCHEMA_DEFAULT,
            Allowed.between(0, 3_600_000),
            Importance.LOW,
            UNKNOWN_SCHEMA_DOC);
  }

  static HoldConfig from(WorkerConfig config) {
    return new HoldConfig(
        Action.valueOf(config.getString(ACTION_CONFIG).toUpperCase(Locale.ROOT)),
        config.millis(PROBE_INITIAL_CONFIG),
        config.millis(PROBE_MAX_CONFIG),
        config.getDouble(BRAKE_SHARE_CONFIG),
        config.getInt(BRAKE_WINDOW_CONFIG),
        config.millis(UNKNOWN_SCHEMA_CONFIG));
  }
}
