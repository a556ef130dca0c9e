// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.fixtures.MemoryStore;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;

class HeldOffsetsTest {

  private static final int PARTITION = 3;

  private final KeyValueStore<Bytes, byte[]> store =
      MemoryStore.in(new MockProcessorContext<Void, Void>(), HeldOffsets.STORE);
  private final AtomicInteger open = new AtomicInteger();
  private HeldOffsets held;

  HeldOffsetsTest() {
    held = new HeldOffsets(store, PARTITION, open);
  }

  @Test
  void shouldHoldTheOffsetBackToTheOldestOpenRequest() {
    read(10, 11, 12);
    assertThat(held.committable(13)).isEqualTo(10);

    held.settle(11);
    assertThat(held.committable(13)).isEqualTo(10);
    held.settle(10);
    assertThat(held.committable(13)).isEqualTo(12);
    held.settle(12);
    assertThat(held.committable(13)).isEqualTo(13);
  }

  @Test
  void shouldKnowWhatIsSettledAfterARestart() {
    read(10, 11, 12);
    held.settle(11);
    restart();

    assertThat(LongStream.rangeClosed(9, 14).filter(held::settled)).containsExactly(11L);
    assertThat(LongStream.rangeClosed(9, 14).filter(held::readBefore))
        .containsExactly(9L, 10L, 11L, 12L);
  }

  @Test
  void shouldForgetWhatWasNotWritten() {
    read(10, 11);
    held.write();
    held.settle(10);
    held = new HeldOffsets(store, PARTITION, open); // its transaction was aborted

    assertThat(held.settled(10)).isFalse();
  }

  @Test
  void shouldKeepNoMoreThanLiesBehindTheOldestOpenRequest() {
    read(0);
    for (long offset = 1; offset < 50_000; offset++) {
      read(offset);
      held.settle(offset);
    }
    held.write();
    assertThat(records()).isEqualTo(13);

    held.settle(0);
    held.write();
    assertThat(records()).isEqualTo(1);
  }

  @Test
  void shouldDeleteNothingBeforeItHasReadAnything() {
    for (long offset = 0; offset < 10_000; offset++) {
      read(offset);
      if (offset > 0) {
        held.settle(offset);
      }
    }
    restart();
    held.write();

    assertThat(held.settled(0)).isFalse();
    assertThat(held.settled(1)).isTrue();
  }

  @Test
  void shouldTellWhatIsOpenForLongInItsOrder() {
    held.settled(1);
    held.add(source(1), 10, 1_000);
    held.settled(2);
    held.add(source(2), 10, 2_000);
    held.settled(3);
    held.add(source(3), 10, 3_000);
    held.settle(1);

    assertThat(held.readBeforeNanos(2_000))
        .extracting(open -> open.source().position().offset())
        .containsExactly(2L);
  }

  private void read(long... offsets) {
    for (long offset : offsets) {
      assertThat(held.settled(offset)).isFalse();
      held.add(source(offset), 10, offset);
    }
  }

  private void restart() {
    held.write();
    held = new HeldOffsets(store, PARTITION, open);
  }

  private int records() {
    int records = 0;
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      for (; all.hasNext(); all.next()) {
        records++;
      }
    }
    return records;
  }

  private static SourceRecord source(long offset) {
    RecordPosition position = new RecordPosition("requests", PARTITION, offset);
    return new SourceRecord(position, null, null, List.of(), 0, 0, 0);
  }
}
