// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.dispatch.SampleOutbox;
import io.completionworker.completion.Emission;
import io.completionworker.completion.IdHash;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.config.DedupeConfig;
import io.completionworker.config.DedupeConfig.By;
import io.completionworker.fixtures.MemoryStore;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;

/** Which ids of answered requests a task keeps. */
class AnsweredIdsTest {

  private static final DedupeConfig CONFIG =
      new DedupeConfig(By.REQUEST_ID, Duration.ofSeconds(1), 3);

  private final MockProcessorContext<Void, Void> context = new MockProcessorContext<>();
  private final KeyValueStore<Bytes, byte[]> store = MemoryStore.in(context, AnsweredIds.STORE);
  private final SampleOutbox task = new SampleOutbox();
  private final AnsweredIds ids = ids(task);

  @Test
  void shouldKeepAnIdForTheWindow() {
    answered("a", 5, 10_000);
    ids.expire(10_999);
    assertThat(task.answeredAt("a", 10_999)).isEqualTo(5);
    assertThat(task.answeredAt("b", 10_999)).isNull();

    ids.expire(11_000);
    assertThat(task.answeredAt("a", 11_000)).isNull();
    assertThat(store.all().hasNext()).isFalse();
  }

  @Test
  void shouldNotCompareAnIdThatIsTooOldBeforeItIsForgotten() {
    answered("a", 5, 10_000);
    SampleOutbox next = new SampleOutbox();
    ids(next);
    for (SampleOutbox outbox : List.of(task, next)) {
      assertThat(outbox.answeredAt("a", 10_999)).isEqualTo(5);
      assertThat(outbox.answeredAt("a", 11_000)).isNull();
    }
  }

  @Test
  void shouldForgetTheOldestWhenThereAreTooMany() {
    for (int i = 0; i < 5; i++) {
      answered("r-" + i, i, 10_000);
    }
    ids.expire(10_000);

    assertThat(task.answeredAt("r-1", 10_000)).isNull();
    assertThat(task.answeredAt("r-2", 10_000)).isEqualTo(2);
    assertThat(task.answeredAt("r-4", 10_000)).isEqualTo(4);
  }

  @Test
  void shouldGiveWhatIsStoredToTheTaskThatTakesOver() {
    answered("late", 6, 10_500);
    answered("early", 5, 10_100);
    SampleOutbox next = new SampleOutbox();
    AnsweredIds taken = ids(next);
    assertThat(next.answeredAt("late", 10_500)).isEqualTo(6);
    assertThat(next.answeredAt("early", 10_500)).isEqualTo(5);

    taken.expire(11_200);
    assertThat(next.answeredAt("early", 11_200)).isNull();
    assertThat(next.answeredAt("late", 11_200)).isEqualTo(6);
  }

  @Test
  void shouldKeepAnIdAsLongAsItsLatestAnswer() {
    answered("a", 5, 10_000);
    answered("a", 7, 10_900);
    ids.expire(11_100);
    assertThat(task.answeredAt("a", 11_100)).isEqualTo(7);
  }

  @Test
  void shouldNotKeepAnOutcomeThatSaysNoId() {
    ids.forwarded(outcome(5), 10_000);
    assertThat(store.all().hasNext()).isFalse();
  }

  private AnsweredIds ids(SampleOutbox of) {
    AnsweredIds stored = new AnsweredIds(store, CONFIG);
    stored.tell(of.outbox());
    return stored;
  }

  private void answered(String id, long offset, long millis) {
    ids.forwarded(outcome(offset).answering(IdHash.of(id)), millis);
  }

  private static Emission outcome(long offset) {
    SourceRecord source =
        new SourceRecord(new RecordPosition("requests", 0, offset), null, null, List.of(), 0, 0, 0);
    return Emission.empty(source, 0, new Emission.Role.End());
  }
}
