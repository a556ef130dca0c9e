// SPDX-License-Identifier: Apache-2.0
package io.completionworker.usage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;

/**
 * A window of a group. Ordered by the window's end.
 *
 * @param start included, Unix time in milliseconds
 * @param end excluded
 * @param group as {@link Dimensions} writes it
 */
record WindowKey(long start, long end, String group) implements Comparable<WindowKey> {

  private static final Comparator<WindowKey> ORDER =
      Comparator.comparingLong(WindowKey::end)
          .thenComparingLong(WindowKey::start)
          .thenComparing(WindowKey::group);

  @Override
  public int compareTo(WindowKey other) {
    return ORDER.compare(this, other);
  }

  /**
   * Key in the store: end and start as 8-byte big-endian integers, so that the store's order is the
   * order of ends, then the group.
   */
  Bytes stored() {
    byte[] text = group.getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(2 * Long.BYTES + text.length);
    return Bytes.wrap(out.putLong(end).putLong(start).put(text).array());
  }

  static WindowKey ofStored(Bytes key) {
    ByteBuffer in = ByteBuffer.wrap(key.get());
    long end = in.getLong();
    long start = in.getLong();
    return new WindowKey(start, end, StandardCharsets.UTF_8.decode(in).toString());
  }

  /**
   * Id and key of the output record, the same for every revision, for compaction: start, length,
   * and the source, which tells apart what is to be added, then the group; such as {@code
   * 2026-01-31T12:00:00Z/PT1M/completion-requests/3?model=gpt-4o&provider=openai}.
   */
  String id(TopicPartition source) {
    return Instant.ofEpochMilli(start)
        + "/"
        + Duration.ofMillis(end - start)
        + "/"
        + source.topic()
        + "/"
        + source.partition()
        + "?"
        + group;
  }
}
