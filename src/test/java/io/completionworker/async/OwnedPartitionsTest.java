// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.CompletionProcessorSupplier.OwnedPartitions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OwnedPartitionsTest {

  private final List<Set<Integer>> heard = new ArrayList<>();
  private final OwnedPartitions owned = new OwnedPartitions(heard::add);

  @Test
  void shouldTellOfEveryChange() {
    owned.taken(0);
    owned.taken(3);
    owned.givenUp(0);

    assertThat(heard).containsExactly(Set.of(0), Set.of(0, 3), Set.of(3));
    assertThat(owned.count()).isEqualTo(1);
  }

  @Test
  void shouldCountAPartitionOnceThatOneThreadTakesBeforeAnotherGivesItUp() {
    owned.taken(0);
    owned.taken(0);
    owned.givenUp(0);

    assertThat(heard).containsExactly(Set.of(0), Set.of(0), Set.of(0));
    owned.givenUp(0);
    assertThat(owned.count()).isZero();
  }
}
