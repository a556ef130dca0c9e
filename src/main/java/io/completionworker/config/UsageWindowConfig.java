// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.key.Allowed;
import io.completionworker.config.key.KeyGroup;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/**
 * How usage is summed by time window.
 *
 * @param length length of a window; zero turns windows off
 * @param grace how long after its end a window can still be revised
 * @param groupBy dimensions in the order in which they were given, without duplicates
 */
public record UsageWindowConfig(Duration length, Duration grace, List<String> groupBy) {

  /** The prefix of a dimension that is a key of the request's metadata. */
  public static final String METADATA_PREFIX = "metadata.";

  public static final String VIRTUAL_KEY = "virtual-key";
  public static final String MODEL = "model";
  public static final String PROVIDER = "provider";
  public static final String USER = "user";

  public static final String LENGTH_CONFIG = "usage.window.ms";
  static final String LENGTH_DOC =
      "Length of the time windows in which usage is added up. 0 turns them off.";
  static final long LENGTH_DEFAULT = 60_000;

  public static final String GRACE_CONFIG = "usage.window.grace.ms";
  static final String GRACE_DOC =
      "How long after its end a window is kept, and revised when late usage comes. Usage that comes"
          + " even later is added to the oldest window that is kept.";
  static final long GRACE_DEFAULT = 3_600_000;

  public static final String GROUP_BY_CONFIG = "usage.group.by";
  static final String GROUP_BY_DOC =
      "What usage is grouped by. `model` is the model that answered, or else the model asked for."
          + " `metadata.KEY` is a key of the request's metadata. Empty: there is one sum for all.";
  static final List<String> GROUP_BY_DEFAULT = List.of(VIRTUAL_KEY, MODEL, PROVIDER);

  private static final Set<String> NAMES = Set.of(VIRTUAL_KEY, MODEL, PROVIDER, USER);

  private static final long DAY = 86_400_000;

  static void define(KeyGroup group) {
    group
        .number(
            LENGTH_CONFIG, LENGTH_DEFAULT, Allowed.between(0, DAY), Importance.MEDIUM, LENGTH_DOC)
        .number(GRACE_CONFIG, GRACE_DEFAULT, Allowed.between(0, 7 * DAY), Importance.LOW, GRACE_DOC)
        .key(
            GROUP_BY_CONFIG,
            ConfigDef.Type.LIST,
            GROUP_BY_DEFAULT,
            Allowed.list(
                "a list of virtual-key, model, provider, user, metadata.KEY",
                UsageWindowConfig::isDimension),
            Importance.MEDIUM,
            GROUP_BY_DOC);
  }

  static UsageWindowConfig from(WorkerConfig config) {
    return new UsageWindowConfig(
        config.millis(LENGTH_CONFIG),
        config.millis(GRACE_CONFIG),
        config.getList(GROUP_BY_CONFIG).stream().distinct().toList());
  }

  private static boolean isDimension(String name) {
    return NAMES.contains(name)
        || (name.startsWith(METADATA_PREFIX) && name.length() > METADATA_PREFIX.length());
  }
}
