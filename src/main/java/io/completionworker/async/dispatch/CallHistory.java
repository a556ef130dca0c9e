// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the calls of one task's requests, so that it outlives the process: for each
 * request with an open call or an earlier attempt, how many calls may have been made, whether one
 * is open, and how many processes have died while one was.
 *
 * <p>Threads: the dispatcher writes, the task's stream thread reads and stores a snapshot with each
 * commit. A call that is younger than that when its process is killed is not known of.
 */
public final class CallHistory {

  private static final int ENTRY_BYTES = Long.BYTES + Integer.BYTES + Short.BYTES + 1;

  private final Map<Long, Entry> entries = new ConcurrentHashMap<>();
  private final AtomicLong changes = new AtomicLong();

  /**
   * Of one request.
   *
   * @param calls that may have been made, the open one included
   * @param deaths processes that have died while one was open
   * @param open whether one is
   */
  public record Entry(int calls, int deaths, boolean open) {}

  /**
   * As it was stored.
   *
   * @param process that stored it
   * @param entries by offset
   */
  public record Stored(String process, Map<Long, Entry> entries) {

    /** Nothing was. */
    public static final Stored NOTHING = new Stored("", Map.of());

    /** Of this request; null when nothing is known. */
    public @Nullable Entry of(long offset) {
      return entries.get(offset);
    }
  }

  void put(long offset, Entry entry) {
    if (!entry.equals(entries.put(offset, entry))) {
      changes.incrementAndGet();
    }
  }

  void remove(long offset) {
    if (entries.remove(offset) != null) {
      changes.incrementAndGet();
    }
  }

  /** Grows with every change. */
  public long changes() {
    return changes.get();
  }

  /**
   * A snapshot.
   *
   * @param process this one
   * @param stopping whether calls that are still open are given up in good order
   */
  public byte[] encode(String process, boolean stopping) {
    Map<Long, Entry> now = new HashMap<>(entries); // the size of the other may change meanwhile
    byte[] name = process.getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(Short.BYTES + name.length + now.size() * ENTRY_BYTES);
    out.putShort((short) name.length).put(name);
    now.forEach(
        (offset, entry) ->
            out.putLong(offset)
                .putInt(entry.calls())
                .putShort((short) entry.deaths())
                .put((byte) (entry.open() && !stopping ? 1 : 0)));
    return out.array();
  }

  /** Reads a snapshot; null when there is none. */
  public static Stored decode(byte @Nullable [] snapshot) {
    if (snapshot == null) {
      return Stored.NOTHING;
    }
    ByteBuffer in = ByteBuffer.wrap(snapshot);
    byte[] name = new byte[Short.toUnsignedInt(in.getShort())];
    in.get(name);
    Map<Long, Entry> entries = new HashMap<>();
    while (in.hasRemaining()) {
      entries.put(in.getLong(), new Entry(in.getInt(), in.getShort(), in.get() == 1));
    }
    return new Stored(new String(name, StandardCharsets.UTF_8), Map.copyOf(entries));
  }
}
