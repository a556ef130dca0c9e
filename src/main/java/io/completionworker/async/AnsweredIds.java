// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async;

import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.completion.Emission;
import io.completionworker.completion.Emission.Role;
import io.completionworker.completion.IdHash;
import io.completionworker.config.DedupeConfig;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * The ids of the answered requests of one task, within the window: a store with a changelog, and in
 * memory for the dispatcher. An id is stored in the transaction of its response. Stream thread
 * only.
 */
final class AnsweredIds {

  /** Name of the state store; part of the changelog topic's name. */
  static final String STORE = "request-ids";

  private final KeyValueStore<Bytes, byte[]> store;
  private final DedupeConfig config;
  private @Nullable TaskOutbox outbox;

  /** What is stored, the oldest first. */
  private final Deque<Entry> entries = new ArrayDeque<>();

  private record Entry(IdHash id, long millis, long offset) {}

  /** Reads what is stored. */
  AnsweredIds(KeyValueStore<Bytes, byte[]> store, DedupeConfig config) {
    this.store = store;
    this.config = config;
    List<Entry> stored = new ArrayList<>();
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      while (all.hasNext()) {
        var next = all.next();
        ByteBuffer value = ByteBuffer.wrap(next.value);
        stored.add(new Entry(IdHash.of(next.key.get()), value.getLong(), value.getLong()));
      }
    }
    stored.sort(Comparator.comparingLong(Entry::millis));
    entries.addAll(stored);
  }

  /** Gives the ids to an outbox for the dispatcher, from now on. Called once, before the others. */
  void tell(TaskOutbox task) {
    outbox = task;
    task.compareIds(config.window());
    entries.forEach(entry -> task.answered(entry.id(), entry.offset(), entry.millis()));
  }

  private TaskOutbox outbox() {
    return Objects.requireNonNull(outbox, "no outbox yet");
  }

  static StoreBuilder<?> builder(Map<String, String> changelog) {
    return Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(STORE), Serdes.Bytes(), Serdes.ByteArray())
        .withLoggingEnabled(changelog)
        .withCachingDisabled();
  }

  /**
   * Keeps the id of a request whose outcome is forwarded in this transaction, if it is answered.
   */
  void forwarded(Emission outcome, long nowMillis) {
    if (outcome.role() instanceof Role.End end && end.answered() != null) {
      IdHash id = end.answered();
      long offset = outcome.position().offset();
      byte[] value = ByteBuffer.allocate(2 * Long.BYTES).putLong(nowMillis).putLong(offset).array();
      store.put(Bytes.wrap(id.bytes()), value);
      entries.addLast(new Entry(id, nowMillis, offset));
      outbox().answered(id, offset, nowMillis);
    }
  }

  /** Forgets the ids that are too old or too many. */
  void expire(long nowMillis) {
    long oldest = nowMillis - config.window().toMillis();
    while (!entries.isEmpty()
        && (entries.getFirst().millis() <= oldest || entries.size() > config.maxIds())) {
      Entry entry = entries.removeFirst();
      if (outbox().forget(entry.id(), entry.offset(), entry.millis())) {
        store.delete(Bytes.wrap(entry.id().bytes()));
      }
    }
  }
}
