// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.key.Allowed;
import io.completionworker.config.key.KeyGroup;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.TopicConfig;

/**
 * The topic settings of the pending store's changelog. Every request leaves a record and a
 * tombstone in it, so the topic must be compacted early and often. Otherwise the takeover of a
 * partition replays gigabytes.
 */
final class ChangelogKeys {

  private static final String PREFIX = "async.changelog.";

  static final String SEGMENT_BYTES_CONFIG = PREFIX + TopicConfig.SEGMENT_BYTES_CONFIG;
  static final String SEGMENT_BYTES_DOC =
      "Size of the changelog's segments. Only closed segments are compacted, so small segments keep"
          + " the take-over of a partition short.";
  static final int SEGMENT_BYTES_DEFAULT = 33_554_432;

  static final String SEGMENT_MS_CONFIG = PREFIX + TopicConfig.SEGMENT_MS_CONFIG;
  static final String SEGMENT_MS_DOC =
      "Time after which a segment is closed even if it is not full.";
  static final long SEGMENT_MS_DEFAULT = 600_000;

  static final String MAX_COMPACTION_LAG_CONFIG = PREFIX + TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG;
  static final String MAX_COMPACTION_LAG_DOC =
      "Maximum time that a record of the changelog stays uncompacted.";
  static final long MAX_COMPACTION_LAG_DEFAULT = 600_000;

  static final String DELETE_RETENTION_CONFIG = PREFIX + TopicConfig.DELETE_RETENTION_MS_CONFIG;
  static final String DELETE_RETENTION_DOC =
      "How long the tombstone of a finished request is kept. This must be longer than the longest"
          + " take-over of a partition.";
  static final long DELETE_RETENTION_DEFAULT = 1_800_000;

  static final String DIRTY_RATIO_CONFIG = PREFIX + TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG;
  static final String DIRTY_RATIO_DOC =
      "Share of the changelog that may be uncompacted before the brokers compact it.";
  static final double DIRTY_RATIO_DEFAULT = 0.1;

  /** The smallest segment size that brokers of this version accept. */
  private static final int LEAST_SEGMENT = 1_048_576;

  private ChangelogKeys() {}

  static void define(KeyGroup group) {
    Importance low = Importance.LOW;
    Allowed millis = Allowed.between(1, Long.MAX_VALUE);
    group
        .key(
            SEGMENT_BYTES_CONFIG,
            ConfigDef.Type.INT,
            SEGMENT_BYTES_DEFAULT,
            Allowed.between(LEAST_SEGMENT, Integer.MAX_VALUE),
            low,
            SEGMENT_BYTES_DOC)
        .number(SEGMENT_MS_CONFIG, SEGMENT_MS_DEFAULT, millis, low, SEGMENT_MS_DOC)
        .number(
            MAX_COMPACTION_LAG_CONFIG,
            MAX_COMPACTION_LAG_DEFAULT,
            millis,
            low,
            MAX_COMPACTION_LAG_DOC)
        .number(
            DELETE_RETENTION_CONFIG, DELETE_RETENTION_DEFAULT, millis, low, DELETE_RETENTION_DOC)
        .key(
            DIRTY_RATIO_CONFIG,
            ConfigDef.Type.DOUBLE,
            DIRTY_RATIO_DEFAULT,
            Allowed.between(0.0, 1.0),
            low,
            DIRTY_RATIO_DOC);
  }

  static Map<String, String> from(WorkerConfig config, int maxMessageBytes) {
    Map<String, String> topic = new TreeMap<>();
    for (String key :
        new String[] {
          SEGMENT_BYTES_CONFIG,
          SEGMENT_MS_CONFIG,
          MAX_COMPACTION_LAG_CONFIG,
          DELETE_RETENTION_CONFIG,
          DIRTY_RATIO_CONFIG
        }) {
      topic.put(key.substring(PREFIX.length()), config.text(key));
    }
    topic.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
    topic.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(maxMessageBytes));
    return Map.copyOf(topic);
  }
}
