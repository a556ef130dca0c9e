// SPDX-License-Identifier: Apache-2.0
package io.completionworker.usage;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The windows of one task, from their first row to the end of their grace, and the times whose
 * windows were deleted. Stream thread only.
 */
final class WindowStore {

  /** Name of the state store; part of the changelog topic's name. */
  static final String NAME = "usage-windows";

  /** Behind every window, since no time of a window begins with this byte. */
  private static final Bytes DELETED = Bytes.wrap(new byte[] {(byte) 0xff});

  /** Spans that are kept apart, at most. */
  private static final int MOST_SPANS = 32;

  private final KeyValueStore<Bytes, byte[]> store;

  /**
   * Spans of time whose windows were deleted, from their start (included) to their end (excluded).
   * They neither overlap nor touch. There are several where clocks differed or were set.
   */
  private final TreeMap<Long, Long> deleted = new TreeMap<>();

  WindowStore(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
    byte[] stored = store.get(DELETED);
    if (stored != null) {
      readDeleted(ByteBuffer.wrap(stored));
    }
  }

  @Nullable WindowSums get(WindowKey key) {
    byte[] value = store.get(key.stored());
    return value == null ? null : WindowFormat.decode(value);
  }

  void put(WindowKey key, WindowSums sums) {
    store.put(key.stored(), WindowFormat.encode(sums));
  }

  /**
   * The earliest time from here on whose window was not deleted. A deleted window must not be begun
   * again: it was written, and would begin with revision 0 again. Which were deleted is in the
   * store, since clocks are set and those of instances differ.
   */
  long earliestOpen(long time) {
    Map.Entry<Long, Long> span = deleted.floorEntry(time);
    return span == null ? time : Math.max(time, span.getValue());
  }

  void forEach(BiConsumer<WindowKey, WindowSums> visitor) {
    try (KeyValueIterator<Bytes, byte[]> entries = store.all()) {
      while (entries.hasNext()) {
        var entry = entries.next();
        if (!entry.key.equals(DELETED)) {
          visitor.accept(WindowKey.ofStored(entry.key), WindowFormat.decode(entry.value));
        }
      }
    }
  }

  /** Deletes the windows that ended at this time or before, but none that is not written yet. */
  void expire(long until) {
    if (until < 0) {
      return; // by a clock that says 1970
    }
    List<Bytes> expired = new ArrayList<>();
    try (KeyValueIterator<Bytes, byte[]> entries = store.range(time(0), time(until + 1))) {
      while (entries.hasNext()) {
        var entry = entries.next();
        if (!WindowFormat.decode(entry.value).unwritten()) {
          expired.add(entry.key);
        }
      }
    }
    for (Bytes key : expired) {
      WindowKey window = WindowKey.ofStored(key);
      store.delete(key);
      addDeleted(window.start(), window.end());
    }
    if (!expired.isEmpty()) {
      store.put(DELETED, deletedBytes());
    }
  }

  private void addDeleted(long start, long end) {
    long from = start;
    long to = end;
    Map.Entry<Long, Long> before = deleted.floorEntry(to);
    while (before != null && before.getValue() >= from) {
      from = Math.min(from, before.getKey());
      to = Math.max(to, before.getValue());
      deleted.remove(before.getKey());
      before = deleted.floorEntry(to);
    }
    deleted.put(from, to);
    while (deleted.size() > MOST_SPANS) {
      joinOldest();
    }
  }

  /** What lies between the oldest spans is too old for rows, unless a clock is set far back. */
  private void joinOldest() {
    Map.Entry<Long, Long> oldest = deleted.pollFirstEntry();
    Map.Entry<Long, Long> next = deleted.pollFirstEntry();
    deleted.put(oldest.getKey(), next.getValue());
  }

  /**
   * The latest end of all, which is what an earlier version reads of it and all that it writes;
   * then start and end of each span. 8-byte big-endian integers.
   */
  private byte[] deletedBytes() {
    ByteBuffer out = ByteBuffer.allocate(Long.BYTES * (1 + 2 * deleted.size()));
    out.putLong(deleted.lastEntry().getValue());
    deleted.forEach((start, end) -> out.putLong(start).putLong(end));
    return out.array();
  }

  private void readDeleted(ByteBuffer in) {
    long latest = in.getLong();
    if (!in.hasRemaining()) {
      deleted.put(0L, latest);
    }
    while (in.hasRemaining()) {
      deleted.put(in.getLong(), in.getLong());
    }
  }

  private static Bytes time(long millis) {
    return Bytes.wrap(ByteBuffer.allocate(Long.BYTES).putLong(millis).array());
  }
}
