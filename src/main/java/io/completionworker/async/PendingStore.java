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
 * is either here or in the request topic behind the committed offset, whatever happens. Stream
 * thread only.
 */
final class PendingStore {

  /** Name of the state store; part of the changelog topic's name. */
  static final String NAME = "pending";

  /** At most so long is nothing written to the changelog while there is a request. */
  static final Duration TOUCH = Duration.ofSeconds(10);

  private final KeyValueStore<Bytes, byte[]> store;
  private final String topic;

  /**
   * @param topic the request topic: positions in the store are of it alone
   */
  PendingStore(KeyValueStore<Bytes, byte[]> store, String topic) {
    this.store = store;
    this.topic = topic;
  }

  void put(SourceRecord record, byte[] encoded) {
    store.put(key(record.position()), encoded);
  }

  /**
   * Removes a request.
   *
   * @return its encoded size, or -1 when it was not there
   */
  int remove(RecordPosition position) {
    Bytes key = key(position);
    byte[] value = store.get(key);
    if (value == null) {
      return -1; // no tombstone for what is not there
    }
    store.delete(key);
    return value.length;
  }

  /** The value of a request as it was published; null when it has none or is not there. */
  byte @Nullable [] original(RecordPosition position) {
    byte[] stored = store.get(key(position));
    return stored == null ? null : PendingFormat.decode(position, stored).value();
  }

  boolean contains(RecordPosition position) {
    return store.get(key(position)) != null;
  }

  /** How far a request has come; null when it is not there. */
  @Nullable Progress progress(RecordPosition position) {
    byte[] value = store.get(key(position));
    return value == null ? null : PendingFormat.progress(value);
  }

  /**
   * Remembers how far a request has come, which must be there.
   *
   * @return bytes by which its encoded size grew
   */
  int remember(RecordPosition position, Progress progress) {
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
        visitor.accept(new Stored(position(entry.key), entry.value));
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

  /**
   * A stored request. One that waits is in memory once: its bytes stay in the store's own array
   * until they are decoded.
   */
  @SuppressWarnings("ArrayRecordComponent") // carried, not compared
  record Stored(RecordPosition position, byte[] entry) {

    /** All but its value. */
    SourceRecord record() {
      return PendingFormat.decodeWithoutValue(position, entry);
    }

    /** All of it, with copies of the bytes. */
    SourceRecord whole() {
      return PendingFormat.decode(position, entry);
    }

    /** How far it has come. */
    Progress progress() {
      return PendingFormat.progress(entry);
    }

    /** Its encoded size. */
    int size() {
      return entry.length;
    }
  }

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
