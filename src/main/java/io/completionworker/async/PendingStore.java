// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async;

import io.completionworker.async.outbox.CallHistory;
import io.completionworker.async.outbox.CallHistory.PoisonRule;
import io.completionworker.completion.Emission.Progress;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordPosition;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The accepted requests of one task that have no outcome yet, by partition and offset. At any time
 * a request is either in this store, or in the request topic at or after the committed offset.
 * Stream thread only.
 *
 * <p>If the committed offset waits for outcomes, only requests are stored that have been open for
 * long or have a usage row. The others stay in their topic, see {@link HeldOffsets}.
 */
final class PendingStore {

  /** Name of the state store; part of the changelog topic's name. */
  static final String NAME = "pending";

  /** The longest time without a write to the changelog while there is a request. */
  static final Duration TOUCH = Duration.ofSeconds(10);

  private final KeyValueStore<Bytes, byte[]> store;
  private final String topic;
  private final HeldOffsets held;
  private final Settings settings;
  private final CallHistory.Stored before;

  /**
   * Settings of the store.
   *
   * @param spillAfter time after which an open request is stored; null to store it at once
   * @param process random name of this process, see {@link PoisonRule}
   */
  record Settings(@Nullable Duration spillAfter, String process) {}

  /**
   * @param held requests that are left in their topic, and marks of this or an earlier run
   * @param topic the request topic, which all positions in the store belong to
   */
  PendingStore(
      KeyValueStore<Bytes, byte[]> store, HeldOffsets held, String topic, Settings settings) {
    this.store = store;
    this.held = held;
    this.topic = topic;
    this.settings = settings;
    this.before = held.history();
  }

  /** Returns what was known about calls at the last commit of this task. */
  CallHistory.Stored before() {
    return before;
  }

  /** Whether a record that was just read has its outcome or is stored, and must not be accepted. */
  boolean isSettled(RecordPosition position) {
    return held.settled(position.offset());
  }

  /** Whether a call may have been started before for a record that was just read. */
  boolean wasReadBefore(RecordPosition position) {
    return held.readBefore(position.offset()) || before.of(position.offset()) != null;
  }

  /** Accepts a request: stores it, or leaves it in its topic for now. */
  SourceRecord.Kept put(SourceRecord record, long nowNanos) {
    if (settings.spillAfter() != null) {
      int size = PendingFormat.size(record);
      held.add(record, size, nowNanos);
      return new SourceRecord.Kept(size, () -> record);
    }
    byte[] encoded = PendingFormat.encode(record);
    store.put(key(record.position()), encoded);
    return new Stored(record.position(), encoded).kept();
  }

  /**
   * Stores requests that have been open for long, and what is known about calls. Called several
   * times between two commits.
   *
   * @param stopping whether the worker stops, so that nothing may be left in the topic
   */
  void mark(CallHistory history, boolean stopping, long nowNanos) {
    Duration spillAfter = settings.spillAfter();
    if (spillAfter != null) {
      long before = stopping ? nowNanos : nowNanos - spillAfter.toNanos();
      held.readBeforeNanos(before).forEach(this::spill);
    }
    held.write();
    held.keep(history, settings.process(), stopping, nowNanos);
  }

  private void spill(HeldOffsets.Open open) {
    RecordPosition position = open.source().position();
    store.put(key(position), PendingFormat.encode(open.source()));
    held.settle(position.offset());
  }

  /**
   * Removes a request.
   *
   * @return its size in bytes, or -1 when it was not there
   */
  int remove(RecordPosition position) {
    HeldOffsets.Open open = held.settle(position.offset());
    if (open != null) {
      return open.size();
    }
    Bytes key = key(position);
    byte[] value = store.get(key);
    if (value == null) {
      return -1; // no tombstone for an entry that is not there
    }
    store.delete(key);
    return value.length;
  }

  /** Marks what was removed or stored since the last call, in the same transaction. */
  void written() {
    held.write();
  }

  /** Drops the open requests of a closed task. */
  void close() {
    held.close();
  }

  /** Returns the value of a request as it was published; null if it has none or is not there. */
  byte @Nullable [] original(RecordPosition position) {
    HeldOffsets.Open open = held.get(position.offset());
    if (open != null) {
      return open.source().value();
    }
    byte[] stored = store.get(key(position));
    return stored == null ? null : PendingFormat.decode(position, stored).value();
  }

  boolean contains(RecordPosition position) {
    return held.get(position.offset()) != null || store.get(key(position)) != null;
  }

  /** Returns the progress of a request; null if the request is not there. */
  @Nullable Progress progress(RecordPosition position) {
    if (held.get(position.offset()) != null) {
      return Progress.NONE;
    }
    byte[] value = store.get(key(position));
    return value == null ? null : PendingFormat.progress(value);
  }

  /**
   * Stores the progress of a request, which must be there.
   *
   * @return bytes by which the size of the request grew
   */
  int remember(RecordPosition position, Progress progress) {
    HeldOffsets.Open open = held.get(position.offset());
    if (open != null) {
      spill(open);
    }
    Bytes key = key(position);
    byte[] before = store.get(key);
    byte[] after = PendingFormat.with(progress, before);
    store.put(key, after);
    return after.length - before.length;
  }

  /** Visits all stored requests in arrival order. */
  void forEach(Consumer<Stored> visitor) {
    try (KeyValueIterator<Bytes, byte[]> entries = store.all()) {
      while (entries.hasNext()) {
        var entry = entries.next();
        visitor.accept(new Stored(position(entry.key), entry.value));
      }
    }
  }

  /**
   * Writes the oldest request again, unchanged. An observer of the changelog's end offset then sees
   * that there is work, even if nothing has changed for long.
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
   * A stored request. While it waits, it is in memory only once: its bytes stay in the store's own
   * array until they are decoded.
   */
  @SuppressWarnings("ArrayRecordComponent") // carried, not compared
  record Stored(RecordPosition position, byte[] entry) {

    /** Returns the request without its value. */
    SourceRecord record() {
      return PendingFormat.decodeWithoutValue(position, entry);
    }

    /** Returns how the whole request is found when it is needed. */
    SourceRecord.Kept kept() {
      return new SourceRecord.Kept(size(), this::whole);
    }

    /** Returns the whole request, with copies of its bytes. */
    SourceRecord whole() {
      return PendingFormat.decode(position, entry);
    }

    /** Returns the progress of the request. */
    Progress progress() {
      return PendingFormat.progress(entry);
    }

    /** Returns the encoded size in bytes. */
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
