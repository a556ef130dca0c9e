// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.completionworker.fixtures.CapturedLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DeletedRequestsTest {

  private static final long END = 50;

  private final List<Long> lost = new ArrayList<>();
  private final DeletedRequests deleted = new DeletedRequests("requests", lost::add);

  @Test
  void shouldCountWhatWasDeletedUnreadOnce() {
    try (CapturedLog log = new CapturedLog(DeletedRequests.class)) {
      look(Set.of(0, 1), Map.of(0, 10L, 1, 10L), Map.of(0, 10L, 1, 0L));
      assertThat(lost).as("what was read may be deleted").isEmpty();

      look(Set.of(0, 1), Map.of(0, 10L, 1, 10L), Map.of(0, 25L, 1, 12L));
      look(Set.of(0, 1), Map.of(0, 10L, 1, 10L), Map.of(0, 30L, 1, 12L));
      look(Set.of(0, 1), Map.of(0, 10L, 1, 10L), Map.of(0, 30L, 1, 12L));
      assertThat(lost).as("as the log grows shorter").containsExactly(17L, 5L);

      look(Set.of(0), Map.of(0, 32L), Map.of(0, 40L));
      assertThat(lost).as("after the reading went on").endsWith(8L);
      assertThat(log.events())
          .as("once until nothing is lost")
          .hasSize(2)
          .allMatch(line -> line.getLevel() == Level.WARN)
          .first()
          .asString()
          .contains("Up to 17 requests were deleted from requests before they were read");
    }
  }

  @Test
  void shouldNotTakeMarkersOfTransactionsForRequests() {
    Map<Integer, Long> emptied = Map.of(0, 50L);
    look(Set.of(0), Map.of(0, 48L), emptied);
    assertThat(lost).as("all was read, and its last markers are gone").isEmpty();

    look(Set.of(0), Map.of(0, 47L), emptied);
    assertThat(lost).containsExactly(3L);
  }

  @Test
  void shouldLeaveThePartitionsOfOtherInstancesToThem() {
    look(Set.of(1), Map.of(0, 0L, 1, 0L), Map.of(0, 7L, 1, 0L));
    look(Set.of(0), Map.of(), Map.of(0, 7L));

    assertThat(lost).isEmpty();
  }

  private void look(Set<Integer> own, Map<Integer, Long> committed, Map<Integer, Long> oldest) {
    Map<Integer, PartitionWork.Offsets> found = new HashMap<>();
    oldest
        .keySet()
        .forEach(
            partition ->
                found.put(
                    partition,
                    new PartitionWork.Offsets(END, committed.getOrDefault(partition, -1L), 0)));
    deleted.look(own, oldest, found);
  }
}
