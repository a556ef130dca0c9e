// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.key.Allowed;
import io.completionworker.config.key.KeyGroup;
import java.time.Duration;
import java.util.Locale;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/**
 * Whether a request is answered only once if it is published more often.
 *
 * @param by what tells that two records are the same request
 * @param window how long the ids of answered requests are kept
 * @param maxIds maximum number of ids that are kept for each partition
 */
public record DedupeConfig(By by, Duration window, int maxIds) {

  /** Every record is a request of its own. */
  public static final DedupeConfig OFF =
      new DedupeConfig(
          By.NONE, Duration.ofMillis(DedupeConfig.WINDOW_DEFAULT), DedupeConfig.MAX_IDS_DEFAULT);

  /** What tells that two records are the same request. */
  public enum By {
    NONE,
    REQUEST_ID;

    private String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  public static final String BY_CONFIG = "dedupe.by";
  static final String BY_DOC =
      "With `request-id`, a record with a known `request_id` is a repeat. Each partition knows the"
          + " id of a request while it is open, and for `dedupe.window.ms` after its answer. A"
          + " repeat has no call and no outcome of its own. With `none`, each record is a request.";

  public static final String WINDOW_CONFIG = "dedupe.window.ms";
  static final String WINDOW_DOC = "How long the id of an answered request is kept.";
  static final long WINDOW_DEFAULT = 3_600_000;

  public static final String MAX_IDS_CONFIG = "dedupe.max.ids";
  static final String MAX_IDS_DOC =
      "Maximum ids of answered requests for each partition, even if `dedupe.window.ms` would keep"
          + " more. Each takes about 300 bytes of memory.";
  static final int MAX_IDS_DEFAULT = 100_000;

  /** Whether requests are compared. */
  public boolean on() {
    return by != By.NONE;
  }

  static void define(KeyGroup group) {
    group
        .key(
            BY_CONFIG,
            ConfigDef.Type.STRING,
            By.NONE.text(),
            Allowed.text(
                "none or request-id",
                text -> text.equals(By.NONE.text()) || text.equals(By.REQUEST_ID.text())),
            Importance.MEDIUM,
            BY_DOC)
        .key(
            WINDOW_CONFIG,
            ConfigDef.Type.LONG,
            WINDOW_DEFAULT,
            Allowed.between(1L, Long.MAX_VALUE / 1_000_000),
            Importance.LOW,
            WINDOW_DOC)
        .key(
            MAX_IDS_CONFIG,
            ConfigDef.Type.INT,
            MAX_IDS_DEFAULT,
            Allowed.between(1L, Integer.MAX_VALUE),
            Importance.LOW,
            MAX_IDS_DOC);
  }

  static DedupeConfig from(WorkerConfig config) {
    boolean byId = config.getString(BY_CONFIG).equals(By.REQUEST_ID.text());
    return new DedupeConfig(
        byId ? By.REQUEST_ID : By.NONE,
        config.millis(WINDOW_CONFIG),
        config.getInt(MAX_IDS_CONFIG));
  }
}
