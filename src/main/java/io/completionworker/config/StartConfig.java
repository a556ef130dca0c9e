// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.key.Allowed;
import io.completionworker.config.key.KeyGroup;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.jspecify.annotations.Nullable;

/**
 * Where a group without committed offsets starts on the request topic.
 *
 * @param from {@code earliest}, {@code latest} or a time; null if not set
 */
public record StartConfig(@Nullable String from) {

  public static final String FROM_CONFIG = "start.from";

  public static final String EARLIEST = "earliest";
  public static final String LATEST = "latest";

  static final String FROM_DOC =
      "Where a group without committed offsets begins if the request topic already has records."
          + " `earliest` is the oldest record, `latest` is behind the newest. A time is the first"
          + " record from then on. Each record from there on is called and billed. Without this"
          + " key, `run` does not start in this case, and says how many records there are. No"
          + " effect on a group that has offsets. `run --from` wins over this key.";

  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999Z");

  /**
   * Returns the time to start from; empty for {@code earliest} and {@code latest}, and if not set.
   */
  public Optional<Instant> time() {
    return from == null || isEnd(from) ? Optional.empty() : Optional.of(parseTime(from));
  }

  /**
   * Parses a date (midnight UTC), or a date and time with an offset.
   *
   * @throws DateTimeException if the text is neither
   */
  public static Instant parseTime(String text) {
    return text.contains("T")
        ? OffsetDateTime.parse(text).toInstant()
        : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  /** Whether a record can have this timestamp, which must be from 1970 to 9999. */
  public static boolean isRecordTime(Instant time) {
    return !time.isBefore(Instant.EPOCH) && !time.isAfter(LAST);
  }

  static void define(KeyGroup group) {
    group.key(
        FROM_CONFIG,
        ConfigDef.Type.STRING,
        null,
        Allowed.text(
            "earliest, latest, or a time such as 2026-01-31 (midnight UTC) or"
                + " 2026-01-31T08:00:00Z",
            StartConfig::isStart),
        Importance.MEDIUM,
        FROM_DOC);
  }

  static StartConfig from(WorkerConfig config) {
    return new StartConfig(config.getString(FROM_CONFIG));
  }

  private static boolean isStart(String text) {
    if (isEnd(text)) {
      return true;
    }
    try {
      return isRecordTime(parseTime(text));
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static boolean isEnd(String text) {
    return text.equals(EARLIEST) || text.equals(LATEST);
  }
}
