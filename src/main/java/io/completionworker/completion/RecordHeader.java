// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A header of a Kafka record. A name may occur more than once; where one is looked up, the last
 * wins.
 *
 * @param name as it was written; names are compared without case
 * @param value raw bytes, or null; never changed after construction
 */
@SuppressWarnings("ArrayRecordComponent") // identity is enough: headers are carried, not compared
public record RecordHeader(String name, byte @Nullable [] value) {

  /** A header with a text value. */
  public static RecordHeader of(String name, String value) {
    return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
  }

  /** The value as UTF-8 text, or null. */
  public @Nullable String text() {
    return value == null ? null : new String(value, StandardCharsets.UTF_8);
  }
}
