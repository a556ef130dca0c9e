// SPDX-License-Identifier: Apache-2.0
package io.completionworker.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class LoggedTraceTest {

  private final List<String> seen = new ArrayList<>();

  @Test
  void shouldReturnToTheOuterTraceAfterAnInnerOne() {
    look();
    LoggedTrace.run(
        "outer",
        "1",
        () -> {
          look();
          LoggedTrace.run("inner", "2", this::look);
          look();
        });
    look();

    assertThat(seen).containsExactly("null null", "outer 1", "inner 2", "outer 1", "null null");
  }

  private void look() {
    seen.add(MDC.get("trace_id") + " " + MDC.get("span_id"));
  }
}
