// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** A time of records, as settings and commands name one. */
public final class RecordTime {

  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999Z");

  private RecordTime() {}

  /**
   * Reads a date (midnight UTC), or a date and time with its offset.
   *
   * @throws DateTimeException when it is neither
   */
  public static Instant parse(String text) {
    return text.contains("T")
        ? OffsetDateTime.parse(text).toInstant()
        : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  /** Whether a record can be of this time, from 1970 to 9999. */
  public static boolean isPossible(Instant time) {
    return !time.isBefore(Instant.EPOCH) && !time.isAfter(LAST);
  }
}
