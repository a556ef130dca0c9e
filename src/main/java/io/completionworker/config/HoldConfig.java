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
 */
public record HoldConfig(Action action, Duration initialProbe, Duration maxProbe) {

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
      "Longest wait between two probes; the wait doubles up to it after each probe in vain.";
  static final long PROBE_MAX_DEFAULT = 300_000;

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
        .number(PROBE_MAX_CONFIG, PROBE_MAX_DEFAULT, UP_TO_A_DAY, Importance.LOW, PROBE_MAX_DOC);
  }

  static HoldConfig from(WorkerConfig config) {
    return new HoldConfig(
        Action.valueOf(config.getString(ACTION_CONFIG).toUpperCase(Locale.ROOT)),
        config.millis(PROBE_INITIAL_CONFIG),
        config.millis(PROBE_MAX_CONFIG));
  }
}
