// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ExpiringMapTest {

  @Test
  void shouldForgetTheIdleOnesAndNoOthers() {
    Set<String> idle = new HashSet<>();
    Set<String> forgotten = new HashSet<>();
    ExpiringMap<String, String> remembered =
        new ExpiringMap<>(idle::contains, (key, state) -> forgotten.add(key));
    for (int i = 0; i < ExpiringMap.FEW; i++) {
      String key = "c" + i;
      remembered.getOrAdd(key, () -> key);
    }
    idle.add("c3");

    remembered.getOrAdd("one more", () -> "one more");

    assertThat(forgotten).containsExactly("c3");
    assertThat(remembered.all()).hasSize(ExpiringMap.FEW).doesNotContainKey("c3");
  }

  @Test
  void shouldSeldomLookForIdleOnes() {
    AtomicInteger looks = new AtomicInteger();
    ExpiringMap<String, String> remembered =
        new ExpiringMap<>(
            state -> {
              looks.incrementAndGet();
              return false;
            });
    int many = 100_000;
    for (int i = 0; i < many; i++) {
      remembered.getOrAdd("c" + i, () -> "");
    }

    assertThat(looks).hasValueLessThan(2 * many);
  }
}
