// SPDX-License-Identifier: Apache-2.0
package io.completionworker.usage;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The windows of one task, from their first row to the end of their grace, and the horizon: the
 * latest end of all windows that were deleted. Stream thread only.
 */
final class WindowStore {

  /** Name of the state store; part of the changelog topic's name. */
  static final String NAME = "usage-windows";

  /** Behind every window, since no time of a window begins with this byte. */
  private static final Bytes HORIZON = Bytes.wrap(new byte[] {(byte) 0xff});

  private final KeyValueStore<Bytes, byte[]> store;
  private long horizon;

  WindowStore(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
    byte[] stored = store.get(HORIZON);
    horizon = stored == null ? 0 : ByteBuffer.wrap(stored).getLong();
  }

  @Nullable WindowSums get(WindowKey key) {
    byte[] value = store.get(key.stored());
    return value == null ? null : WindowFormat.decode(value);
  }

  void put(WindowKey key, WindowSums sums) {
    store.put(key.stored(), WindowFormat.encode(sums));
  }

  /**
   * Windows that end here or before must not be begun: they may have been written and deleted, and
   * would begin with revision 0 again. Kept in the store, since clocks of instances differ.
   */
  long horizon() {
    return horizon;
  }

  void forEach(BiConsumer<WindowKey, WindowSums> visitor) {
    try (KeyValueIterator<Bytes, byte[]> entries = store.all()) {
      while (entries.hasNext()) {
        var entry = entries.next();
        if (!entry.key.equals(HORIZON)) {
          visitor.accept(WindowKey.ofStored(entry.key), WindowFormat.decode(entry.value));
        }
      }
    }
  }

  /** Deletes the windows that ended at this time or before, but none that is not written yet. */
  void expire(long until) {
    List<Bytes> expired = new ArrayList<>();
    try (KeyValueIterator<Bytes, byte[]> entries = store.range(time(0), time(until + 1))) {
      while (entries.hasNext()) {
        var entry = entries.next();
        if (!WindowFormat.decode(entry.value).unwritten()) {
          expired.add(entry.key);
        }
      }
    }
    if (!expired.isEmpty()) {
      expired.forEach(store::delete);
      horizon = Math.max(horizon, until);
      store.put(HORIZON, time(horizon).get());
    }
  }

  private static Bytes time(long millis) {
    return Bytes.wrap(ByteBuffer.allocate(Long.BYTES).putLong(millis).array());
  }
}
