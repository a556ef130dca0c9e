// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CustomIdsTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, 1_000_000})
  void shouldFindEveryRepeatAndItsFirstLine(int inMemory) throws IOException {
    Map<Long, Long> repeats = new TreeMap<>();
    try (CustomIds ids = new CustomIds(inMemory)) {
      for (int line = 1; line <= 5_000; line++) {
        ids.add(line % 1_000 == 0 ? "same" : "id-" + line, line);
      }
      ids.add("id-7", 5_001);
      ids.repeats(repeats::put);
    }

    assertThat(repeats)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(2_000L, 1_000L, 3_000L, 1_000L, 4_000L, 1_000L, 5_000L, 1_000L, 5_001L, 7L));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void shouldFindNothingWhereNothingIs(int inMemory) throws IOException {
    Map<Long, Long> repeats = new TreeMap<>();
    try (CustomIds ids = new CustomIds(inMemory)) {
      for (int line = 1; line <= 500; line++) {
        ids.add("id-" + line, line);
      }
      ids.repeats(repeats::put);
    }

    assertThat(repeats).isEmpty();
  }

  /** A file whose lines all have one id would take an object for each of them. */
  @Test
  void shouldKeepNoMoreInMemoryForIdsThatAreTheSame() throws IOException {
    Map<Long, Long> repeats = new TreeMap<>();
    try (CustomIds ids = new CustomIds(100)) {
      for (int line = 1; line <= 5_000; line++) {
        ids.add("same", line);
        assertThat(ids.inMemory()).isLessThanOrEqualTo(100);
      }
      ids.repeats(repeats::put);
    }

    assertThat(repeats).hasSize(4_999).containsEntry(2L, 1L).containsEntry(5_000L, 1L);
    assertThat(repeats.values()).containsOnly(1L);
  }
}
