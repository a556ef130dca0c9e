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
 * @param action wait for the account, or let its requests fail
 * @param initialProbe wait before the first probe of a held account
 * @param maxProbe longest wait between two probes
 * @param brakeShare share of the last outcomes, 0 to 1, that must fail for the same reason, or of
 *     the last records that cannot be decoded, before the rest waits; 0 is never
 * @param brakeWindow outcomes that the share is taken of
 */
public record HoldConfig(
    Action action, Duration initialProbe, Duration maxProbe, double brakeShare, int brakeWindow) {

  /** What becomes of the requests of an account that is refused. */
  public enum Action {
    WAIT,
    FAIL
  }

  public static final String ACTION_CONFIG = "hold.action";
  static final String ACTION_DOC =
      "What to do when the endpoint refuses the account (bad key, budget or quota used up): wait"
          + " keeps its requests and probes now and then, fail turns them into failures.";
  static final String ACTION_DEFAULT = "wait";

  public static final String PROBE_INITIAL_CONFIG = "hold.probe.initial.ms";
  static final String PROBE_INITIAL_DOC = "Wait before the first probe of a held account.";
  static final long PROBE_INITIAL_DEFAULT = 5_000;

  public static final String PROBE_MAX_CONFIG = "hold.probe.max.ms";
  static final String PROBE_MAX_DOC =
      "Longest wait between two probes; the wait doubles up to it after each probe that fails.";
  static final long PROBE_MAX_DEFAULT = 300_000;

  public static final String BRAKE_SHARE_CONFIG = "hold.brake.share";
  static final String BRAKE_SHARE_DOC =
      "When more than this share of a credential's last outcomes are failures that cannot be tried"
          + " again, all for the same reason, its requests wait instead of becoming failures too."
          + " And when more than this share of an instance's last records could not be decoded,"
          + " such records wait instead of becoming dead letters. 0 turns both off.";
  static final double BRAKE_SHARE_DEFAULT = 0.9;

  public static final String BRAKE_WINDOW_CONFIG = "hold.brake.window";
  static final String BRAKE_WINDOW_DOC =
      "How many of the last outcomes, or records, hold.brake.share counts.";
  static final int BRAKE_WINDOW_DEFAULT = 100;

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
            BRAKE_WINDOW_DOC);
  }

  static HoldConfig from(WorkerConfig config) {
    return new HoldConfig(
        Action.valueOf(config.getString(ACTION_CONFIG).toUpperCase(Locale.ROOT)),
        config.millis(PROBE_INITIAL_CONFIG),
        config.millis(PROBE_MAX_CONFIG),
        config.getDouble(BRAKE_SHARE_CONFIG),
        config.getInt(BRAKE_WINDOW_CONFIG));
  }
}
