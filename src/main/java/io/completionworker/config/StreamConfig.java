// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.key.Allowed;
import io.completionworker.config.key.KeyGroup;
import java.time.Duration;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/**
 * How the deltas of streamed answers become chunk records.
 *
 * @param interval longest time that a delta waits for others to share a record with
 * @param maxBytes size of deltas, as received, at which a record is written at once
 * @param bufferBytes size of one answer's deltas that may wait to be forwarded; at this size,
 *     reading from the endpoint pauses for this answer
 */
public record StreamConfig(Duration interval, int maxBytes, long bufferBytes) {

  public static final String INTERVAL_CONFIG = "chunks.interval.ms";
  static final String INTERVAL_DOC =
      "Maximum time that a delta of a streamed answer waits for others to share a record with. The"
          + " first delta never waits.";
  static final long INTERVAL_DEFAULT = 100;

  public static final String MAX_BYTES_CONFIG = "chunks.max.bytes";
  static final String MAX_BYTES_DOC =
      "When the waiting deltas of a streamed answer reach this size, they become a record at once.";
  static final int MAX_BYTES_DEFAULT = 16_384;

  public static final String BUFFER_BYTES_CONFIG = "chunks.buffer.bytes";
  static final String BUFFER_BYTES_DOC =
      "Maximum size of the deltas of one streamed answer that wait to be forwarded. Above it, the"
          + " worker reads no more of this answer from the endpoint until there is room.";
  static final long BUFFER_BYTES_DEFAULT = 262_144;

  static void define(KeyGroup group) {
    group
        .number(
            INTERVAL_CONFIG,
            INTERVAL_DEFAULT,
            Allowed.between(0, 60_000),
            Importance.MEDIUM,
            INTERVAL_DOC)
        .key(
            MAX_BYTES_CONFIG,
            ConfigDef.Type.INT,
            MAX_BYTES_DEFAULT,
            Allowed.between(1, 1_048_576),
            Importance.LOW,
            MAX_BYTES_DOC)
        .number(
            BUFFER_BYTES_CONFIG,
            BUFFER_BYTES_DEFAULT,
            Allowed.between(1, 1_073_741_824),
            Importance.LOW,
            BUFFER_BYTES_DOC);
  }

  static StreamConfig from(WorkerConfig config) {
    return new StreamConfig(
        config.millis(INTERVAL_CONFIG),
        config.getInt(MAX_BYTES_CONFIG),
        config.getLong(BUFFER_BYTES_CONFIG));
  }
}
