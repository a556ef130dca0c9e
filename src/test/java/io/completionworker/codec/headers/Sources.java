// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec.headers;

import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.completion.SourceRecord.RecordPosition;
import java.util.List;

/** Records of which only the headers matter. */
final class Sources {

  private Sources() {}

  static SourceRecord with(RecordHeader... headers) {
    return at(42, 1_700_000_000_000L, headers);
  }

  static SourceRecord at(long offset, long timestamp, RecordHeader... headers) {
    return new SourceRecord(
        new RecordPosition("requests", 3, offset),
        null,
        null,
        List.of(headers),
        timestamp,
        timestamp,
        0);
  }
}
