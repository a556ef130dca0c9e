// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async;

import io.completionworker.completion.Progress;
import io.completionworker.completion.RecordPosition;
import io.completionworker.completion.SourceRecord;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The accepted requests of one task that have no outcome yet, under partition and offset: a request
 * is either here or in the request topic at or behind the committed offset, whatever happens.
 * Stream thread only.
 *
 * <p>With {@link HeldOffsets} only those are stored that have been open for long, or have a usage
 * row; the others are left in their topic.
 */
final class PendingStore {

  /** Name of the state store; part of the changelog topic's name. */
  static final String NAME = "pending";

  /** At most so long is nothing written to the changelog while there is a request. */
  static final Duration TOUCH = Duration.ofSeconds(10);

  private final KeyValueStore<Bytes, byte[]> store;
  private final String topic;
  private final @Nullable HeldOffsets held;

  /**
   * @param topic the request topic: positions in the store are of it alone
   * @param held requests that are left in their topic; null when all are stored at once
   */
  PendingStore(KeyValueStore<Bytes, byte[]> store, String topic, @Nullable HeldOffsets held) {
    this.store = store;
    this.topic = topic;
    this.held = held;
  }

  /** Whether a record that was just read has its outcome or is stored, and is not to be taken. */
  boolean isSettled(RecordPosition position) {
    return held != null && held.settled(position.offset());
  }

  /** Whether a record that was just read may have been called before. */
  boolean wasReadBefore(RecordPosition position) {
    return held != null && held.readBefore(position.offset());
  }

  /**
   * Takes a request in.
   *
   * @return its size in bytes, as it is or would be stored
   */
  int put(SourceRecord record, long nowNanos) {
    if (held != null) {
      int size = PendingFormat.size(record);
      held.add(record, size, nowNanos);
      return size;
    }
    byte[] encoded = PendingFormat.encode(record);
    store.put(key(record.position()), encoded);
    return encoded.length;
  }

  /** Stores what was read at this time or before and is still open. */
  void spill(long beforeNanos) {
    if (held != null) {
      held.readBeforeNanos(beforeNanos).forEach(this::spill);
      held.write();
    }
  }

  private void spill(HeldOffsets.Open open) {
    RecordPosition position = open.source().position();
    store.put(key(position), PendingFormat.encode(open.source()));
    if (held != null) {
      held.settle(position.offset());
    }
  }

  /**
   * Removes a request.
   *
   * @return its size in bytes, or -1 when it was not there
   */
  int remove(RecordPosition position) {
    HeldOffsets.Open open = held == null ? null : held.settle(position.offset());
    if (open != null) {
      return open.size();
    }
    Bytes key = key(position);
    byte[] value = store.get(key);
    if (value == null) {
      return -1; // no tombstone for what is not there
    }
    store.delete(key);
    return value.length;
  }

  /** What was removed or stored since the last time is marked, in the same transaction. */
  void written() {
    if (held != null) {
      held.write();
    }
  }

  /** Its task has gone. */
  void close() {
    if (held != null) {
      held.close();
    }
  }

  boolean contains(RecordPosition position) {
    return (held != null && held.get(position.offset()) != null)
        || store.get(key(position)) != null;
  }

  /** How far a request has come; null when it is not there. */
  @Nullable Progress progress(RecordPosition position) {
    if (held != null && held.get(position.offset()) != null) {
      return Progress.NONE;
    }
    byte[] value = store.get(key(position));
    return value == null ? null : PendingFormat.progress(value);
  }

  /**
   * Remembers how far a request has come, which must be there.
   *
   * @return bytes by which its size grew
   */
  int remember(RecordPosition position, Progress progress) {
    HeldOffsets.Open open = held == null ? null : held.get(position.offset());
    if (open != null) {
      spill(open);
    }
    Bytes key = key(position);
    byte[] before = store.get(key);
    byte[] after = PendingFormat.with(progress, before);
    store.put(key, after);
    return after.length - before.length;
  }

  /** Walks all requests in arrival order. */
  void forEach(Consumer<Stored> visitor) {
    try (KeyValueIterator<Bytes, byte[]> entries = store.all()) {
      while (entries.hasNext()) {
        var entry = entries.next();
        visitor.accept(
            new Stored(
                PendingFormat.decode(position(entry.key), entry.value),
                PendingFormat.progress(entry.value),
                entry.value.length));
      }
    }
  }

  /**
   * Writes the oldest request again, as it is: whoever watches the changelog's end sees that there
   * is work, although nothing has become of it for long.
   */
  void touch() {
    Bytes key;
    byte[] value;
    try (KeyValueIterator<Bytes, byte[]> entries = store.all()) {
      if (!entries.hasNext()) {
        return;
      }
      var oldest = entries.next();
      key = oldest.key;
      value = oldest.value;
    }
    store.put(key, value);
  }

  /** A stored request, how far it has come, and its encoded size. */
  record Stored(SourceRecord record, Progress progress, int size) {}

  private static Bytes key(RecordPosition position) {
    byte[] key = new byte[Integer.BYTES + Long.BYTES];
    // Big-endian, so that the store's order is arrival order.
    ByteBuffer.wrap(key).putInt(position.partition()).putLong(position.offset());
    return Bytes.wrap(key);
  }

  private RecordPosition position(Bytes key) {
    ByteBuffer buffer = ByteBuffer.wrap(key.get());
    return new RecordPosition(topic, buffer.getInt(), buffer.getLong());
  }
}
