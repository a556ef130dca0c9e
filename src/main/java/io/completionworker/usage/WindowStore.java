// SPDX-License-Identifier: Apache-2.0
package io.completionworker.usage;

import io.completionworker.usage.WindowSums.WindowKey;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
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
 * The windows of one task, from their first row to the end of their grace period, and the time
 * spans whose windows were deleted. Stream thread only.
 */
final class WindowStore {

  /** Name of the state store; part of the changelog topic's name. */
  static final String NAME = "usage-windows";

  /** The key of the deleted spans. It follows every window, since no time starts with this byte. */
  private static final Bytes DELETED = Bytes.wrap(new byte[] {(byte) 0xff});

  /** The most spans that are kept apart. */
  private static final int MOST_SPANS = 32;

  private final KeyValueStore<Bytes, byte[]> store;

  /**
   * Time spans whose windows were deleted, from their start (inclusive) to their end (exclusive).
   * They neither overlap nor touch. There are several if clocks differed or were set.
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

  WindowSums getOrNew(WindowKey key) {
    WindowSums stored = get(key);
    return stored == null ? new WindowSums() : stored;
  }

  void put(WindowKey key, WindowSums sums) {
    store.put(key.stored(), WindowFormat.encode(sums));
  }

  /**
   * Returns the earliest time at or after this one whose window was not deleted. A deleted window
   * must not be started again: it was written, and would start with revision 0 again. The store
   * keeps the deleted spans, since clocks are set and the clocks of instances differ.
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

  /** Deletes the windows that ended at this time or before, except those not written yet. */
  void expire(long until) {
    if (until < 0) {
      return; // the clock says 1970
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

  /** Joins the two oldest spans. Rows are not that old, unless a clock is set far back. */
  private void joinOldest() {
    Map.Entry<Long, Long> oldest = deleted.pollFirstEntry();
    Map.Entry<Long, Long> next = deleted.pollFirstEntry();
    deleted.put(oldest.getKey(), next.getValue());
  }

  /**
   * Encodes the spans as 8-byte big-endian integers: the latest end of all, then start and end of
   * each span. An earlier version reads and writes only the latest end.
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

  /**
   * The binary format of sums in the store and its changelog. It needs no schema, so that a store
   * can be read without the registry. Integers are big-endian, and texts are modified UTF-8 with a
   * 2-byte length. The fields are:
   *
   * <ul>
   *   <li>a version byte
   *   <li>the number of written revisions (4 bytes)
   *   <li>13 counts, and the counts of the histogram (8 bytes each)
   *   <li>the number of outcomes (4 bytes), then text and count (8 bytes) of each
   *   <li>whether there is a cost (1 byte), and if so, its scale (4 bytes), its unscaled value with
   *       a 4-byte length, and the currency as text, empty for none
   *   <li>the tokens written to a provider's cache (8 bytes), which are 0 if the bytes end before
   *       them
   * </ul>
   *
   * <p>Instances of two versions share a changelog during a rolling upgrade. So all instances must
   * be able to read a new version before any instance writes it. A version ignores fields at the
   * end that it does not know.
   */
  static final class WindowFormat {

    private static final byte VERSION = 1;

    private WindowFormat() {}

    static byte[] encode(WindowSums sums) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
      try (DataOutputStream out = new DataOutputStream(bytes)) {
        out.writeByte(VERSION);
        out.writeInt(sums.revisions);
        for (long count : counts(sums)) {
          out.writeLong(count);
        }
        for (long count : sums.histogram) {
          out.writeLong(count);
        }
        out.writeInt(sums.outcomes.size());
        for (Map.Entry<String, Long> outcome : sums.outcomes.entrySet()) {
          out.writeUTF(outcome.getKey());
          out.writeLong(outcome.getValue());
        }
        BigDecimal cost = sums.cost;
        out.writeBoolean(cost != null);
        if (cost != null) {
          byte[] unscaled = cost.unscaledValue().toByteArray();
          out.writeInt(cost.scale());
          out.writeInt(unscaled.length);
          out.write(unscaled);
          out.writeUTF(sums.currency == null ? "" : sums.currency);
        }
        out.writeLong(sums.cacheWriteTokens);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return bytes.toByteArray();
    }

    /**
     * Decodes sums.
     *
     * @throws IllegalStateException if a newer version wrote the bytes
     */
    static WindowSums decode(byte[] bytes) {
      WindowSums sums = new WindowSums();
      try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
        byte version = in.readByte();
        if (version != VERSION) {
          throw new IllegalStateException(
              "The store of usage windows has format "
                  + version
                  + ", this version reads format "
                  + VERSION
                  + ": run the newer version again");
        }
        sums.revisions = in.readInt();
        readCounts(in, sums);
        for (int i = 0; i < WindowSums.BUCKETS; i++) {
          sums.histogram[i] = in.readLong();
        }
        for (int left = in.readInt(); left > 0; left--) {
          sums.outcomes.put(in.readUTF(), in.readLong());
        }
        if (in.readBoolean()) {
          int scale = in.readInt();
          sums.cost = new BigDecimal(new BigInteger(in.readNBytes(in.readInt())), scale);
          sums.currency = in.readUTF();
        }
        sums.cacheWriteTokens = in.available() > 0 ? in.readLong() : 0;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return sums;
    }

    private static long[] counts(WindowSums sums) {
      return new long[] {
        sums.writtenCalls,
        sums.calls,
        sums.promptTokens,
        sums.completionTokens,
        sums.totalTokens,
        sums.cachedTokens,
        sums.reasoningTokens,
        sums.unbilledTokens,
        sums.unpricedCalls,
        sums.retries,
        sums.latencyMin,
        sums.latencyMax,
        sums.latencySum
      };
    }

    private static void readCounts(DataInputStream in, WindowSums sums) throws IOException {
      sums.writtenCalls = in.readLong();
      sums.calls = in.readLong();
      sums.promptTokens = in.readLong();
      sums.completionTokens = in.readLong();
      sums.totalTokens = in.readLong();
      sums.cachedTokens = in.readLong();
      sums.reasoningTokens = in.readLong();
      sums.unbilledTokens = in.readLong();
      sums.unpricedCalls = in.readLong();
      sums.retries = in.readLong();
      sums.latencyMin = in.readLong();
      sums.latencyMax = in.readLong();
      sums.latencySum = in.readLong();
    }
  }
}
