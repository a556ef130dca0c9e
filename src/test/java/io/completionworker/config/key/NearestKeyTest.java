// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestKeyTest {

  @ParameterizedTest
  @CsvSource({
    "a, a, 0",
    "a, b, 1",
    "abc, ac, 1",
    "ac, abc, 1",
    "kye, key, 1",
    "ab, ba, 1",
    "'', abc, 3"
  })
  void shouldCountEdits(String left, String right, int edits) {
    assertThat(NearestKey.edits(left, right)).isEqualTo(edits);
  }

  @Test
  void shouldFindNothingAmongNoKeysHoweverShortTheKeyIs() {
    assertThat(NearestKey.within("ab", List.of(), 2)).isEmpty();
    assertThat(NearestKey.within("ab", List.of("abc"), 2)).contains("abc");
    assertThat(NearestKey.within("ab", List.of("other"), 2)).isEmpty();
  }

  @Test
  void shouldTakeTheFirstOfEquallyNear() {
    assertThat(NearestKey.to("b", List.of("c", "a"))).isEqualTo("a");
  }
}
