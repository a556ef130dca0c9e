// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.Emission.Progress;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.fixtures.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;

/** What a task that takes over hands on of its store. */
class PendingStoreTest {

  private static final byte[] KEY = {1};

  private final MockProcessorContext<Void, Void> context = new MockProcessorContext<>();
  private final KeyValueStore<Bytes, byte[]> memory = MemoryStore.in(context, PendingStore.NAME);
  private final PendingStore store;

  PendingStoreTest() {
    KeyValueStore<Bytes, byte[]> marks = MemoryStore.in(context, HeldOffsets.STORE);
    store =
        new PendingStore(
            memory,
            new HeldOffsets(marks, 0, new AtomicInteger()),
            "requests",
            new PendingStore.Settings(null, "process"));
  }

  private static SourceRecord request(long offset) {
    RecordPosition position = new RecordPosition("requests", 0, offset);
    return new SourceRecord(position, KEY, new byte[] {2, (byte) offset}, List.of(), 3, 4, 0);
  }

  /** Two hundred megabytes that wait would be four hundred otherwise. */
  @Test
  void shouldHandOnTheStoresOwnArraysInOrderAndNoCopies() {
    List<byte[]> put = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      store.put(request(i), 0);
    }
    try (KeyValueIterator<Bytes, byte[]> entries = memory.all()) {
      entries.forEachRemaining(entry -> put.add(entry.value));
    }
    List<PendingStore.Stored> handed = new ArrayList<>();

    store.forEach(handed::add);

    for (int i = 0; i < 3; i++) {
      PendingStore.Stored stored = handed.get(i);
      assertThat(stored.entry()).isSameAs(put.get(i));
      assertThat(stored.record().value()).isNull();
      assertThat(stored.record().key()).isEqualTo(KEY);
      assertThat(stored.record()).usingRecursiveComparison().isEqualTo(request(i).withoutValue());
      assertThat(stored.whole()).usingRecursiveComparison().isEqualTo(request(i));
    }
  }

  @Test
  void shouldKnowHowFarARequestHasComeAndItsBytesWhateverBecameOfIt() {
    store.put(request(0), 0);
    store.remember(request(0).position(), new Progress(2, 1));
    List<PendingStore.Stored> handed = new ArrayList<>();
    store.forEach(handed::add);

    assertThat(handed.get(0).progress()).isEqualTo(new Progress(2, 1));
    assertThat(handed.get(0).whole()).usingRecursiveComparison().isEqualTo(request(0));
    assertThat(store.original(request(0).position())).containsExactly(2, 0);
    assertThat(store.original(request(1).position())).isNull();
  }
}
