// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchRequestIdTest {

  @ParameterizedTest
  @ValueSource(strings = {"request-1", "a:b:c", "", "zwei\nZeilen"})
  void shouldReadBackWhatItWrote(String customId) {
    BatchRequestId id = new BatchRequestId("nightly-2026.11_25", 200_000, customId);

    assertThat(BatchRequestId.parse(id.toString())).contains(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "completion-requests-0-17", "batch:a:0:x", "batch:a b:1:x", "batch:a:1"})
  void shouldNotTakeOtherIdsForItsOwn(String requestId) {
    assertThat(BatchRequestId.parse(requestId)).isEmpty();
  }

  @Test
  void shouldRefuseWhatItCouldNotReadBack() {
    assertThatThrownBy(() -> new BatchRequestId("a:b", 1, "x")).hasMessageContaining("a:b");
    assertThatThrownBy(() -> new BatchRequestId("a", 0, "x")).hasMessageContaining("from 1");
  }
}
