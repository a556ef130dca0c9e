// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async;

import io.completionworker.async.outbox.CallHistory;
import io.completionworker.async.outbox.CallHistory.PoisonRule;
import io.completionworker.completion.SourceRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one task that are open and only in their topic. The committed offset is held back
 * to the oldest of them. A store of bitmaps marks which later offsets are settled: their outcome is
 * emitted, or they are in the pending store. The store is cached, so that a commit writes one small
 * record. It also holds what is known about the calls of the task, see {@link CallHistory}.
 *
 * <p>In every transaction, each request below the committed offset is settled, and a request at or
 * above it is marked if and only if it is settled. Stream thread only.
 */
final class HeldOffsets {

  /** Name of the state store; part of the changelog topic's name. */
  static final String STORE = "marks";

  /** The number of offsets in the bitmap of one record. */
  private static final int BLOCK = 4_096;

  /** The shortest time between two writes of the call history: half of a usual commit interval. */
  private static final long HISTORY_NANOS = 50_000_000L;

  /** The key of the call history. No block starts at this offset. */
  private static final long HISTORY = -1;

  private final KeyValueStore<Bytes, byte[]> store;
  private final int partition;
  private final AtomicInteger allOpen;
  private final Map<Long, Open> open = new LinkedHashMap<>();
  private final TreeMap<Long, BitSet> blocks = new TreeMap<>();
  private final Set<Long> changed = new HashSet<>();
  private final long readBefore;
  private long readUpTo;
  private boolean reading;
  private long kept;
  private long keptAt;

  /**
   * An open request.
   *
   * @param size size in bytes, as it would be stored
   * @param sinceNanos monotonic time at which it was read, in nanoseconds
   */
  record Open(SourceRecord source, int size, long sinceNanos) {}

  /**
   * @param allOpen counts the open requests of all tasks
   */
  HeldOffsets(KeyValueStore<Bytes, byte[]> store, int partition, AtomicInteger allOpen) {
    this.store = store;
    this.partition = partition;
    this.allOpen = allOpen;
    long read = 0;
    try (KeyValueIterator<Bytes, byte[]> entries = store.range(key(0), key(Long.MAX_VALUE))) {
      while (entries.hasNext()) {
        var entry = entries.next();
        ByteBuffer in = ByteBuffer.wrap(entry.value);
        read = Math.max(read, in.getLong());
        long start = ByteBuffer.wrap(entry.key.get()).getLong(Integer.BYTES);
        blocks.put(start, BitSet.valueOf(in));
      }
    }
    readBefore = read;
    readUpTo = read;
  }

  /** Whether a record that was just read is settled already, and must not be accepted again. */
  boolean settled(long offset) {
    reading = true;
    readUpTo = Math.max(readUpTo, offset + 1);
    BitSet block = offset < readBefore ? blocks.get(start(offset)) : null;
    return block != null && block.get(bit(offset));
  }

  /** Whether another process or task may have read the record before, and started a call for it. */
  boolean readBefore(long offset) {
    return offset < readBefore;
  }

  void add(SourceRecord source, int size, long nowNanos) {
    open.put(source.position().offset(), new Open(source, size, nowNanos));
    allOpen.incrementAndGet();
  }

  @Nullable Open get(long offset) {
    return open.get(offset);
  }

  /**
   * Settles a request: in this transaction its outcome is forwarded, or it is put into the pending
   * store. Returns null if it was not open.
   */
  @Nullable Open settle(long offset) {
    Open settled = open.remove(offset);
    if (settled != null) {
      allOpen.decrementAndGet();
      long start = start(offset);
      blocks.computeIfAbsent(start, s -> new BitSet(BLOCK)).set(bit(offset));
      changed.add(start);
    }
    return settled;
  }

  /** Returns the open requests that were read at this time or before. */
  List<Open> readBeforeNanos(long nanos) {
    List<Open> old = new ArrayList<>();
    for (Open next : open.values()) {
      if (next.sinceNanos() - nanos > 0) {
        break; // the requests are in the order in which they were read
      }
      old.add(next);
    }
    return old;
  }

  /**
   * Returns the offset that may be committed.
   *
   * @param position position of the consumer
   */
  long committable(long position) {
    Iterator<Long> oldest = open.keySet().iterator();
    return oldest.hasNext() ? Math.min(position, oldest.next()) : position;
  }

  /** Writes what was settled since the last call. Deletes bitmaps below the oldest open request. */
  void write() {
    for (long start : changed) {
      BitSet block = blocks.get(start);
      byte[] bits = block == null ? new byte[0] : block.toByteArray();
      ByteBuffer value = ByteBuffer.allocate(Long.BYTES + bits.length).putLong(readUpTo).put(bits);
      store.put(key(start), value.array());
    }
    changed.clear();
    long from = committable(readUpTo);
    while (reading && !blocks.isEmpty() && blocks.firstKey() + BLOCK <= from) {
      store.delete(key(blocks.pollFirstEntry().getKey()));
    }
  }

  /** Returns what was known about the calls of this task at its last commit. */
  CallHistory.Stored history() {
    return CallHistory.decode(store.get(key(HISTORY)));
  }

  /**
   * Stores what is known about calls, if it has changed. Called several times between two commits.
   *
   * @param process random name of this process
   * @param stopping whether open calls are given up in an orderly shutdown
   */
  void keep(CallHistory history, String process, boolean stopping, long nowNanos) {
    long changes = history.changes();
    if (changes != kept && (stopping || nowNanos - keptAt >= HISTORY_NANOS)) {
      kept = changes;
      keptAt = nowNanos;
      String name = PoisonRule.name(Thread.currentThread().getName(), process);
      store.put(key(HISTORY), history.encode(name, stopping));
    }
  }

  /** Drops the open requests of a closed task. The next owner of the partition reads them again. */
  void close() {
    allOpen.addAndGet(-open.size());
    open.clear();
  }

  private static long start(long offset) {
    return offset - offset % BLOCK;
  }

  private static int bit(long offset) {
    return (int) (offset % BLOCK);
  }

  private Bytes key(long start) {
    return Bytes.wrap(
        ByteBuffer.allocate(Integer.BYTES + Long.BYTES).putInt(partition).putLong(start).array());
  }
}
