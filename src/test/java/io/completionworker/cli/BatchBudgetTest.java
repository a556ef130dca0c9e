// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionControl;
import io.completionworker.control.Control;
import io.completionworker.control.ControlRecord;
import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchBudgetTest {

  @ParameterizedTest
  @ValueSource(strings = {"nightly-7", "_nightly", ".nightly", "-nightly"})
  void shouldSetABudgetThatEndsForEveryIdOfABatch(String batch) {
    CompletionControl record = BatchBudget.record(batch, BigDecimal.ONE);

    Control control = ControlRecord.control("budget-" + batch, record);

    assertThat(control)
        .isInstanceOfSatisfying(
            Control.Allowance.class,
            allowance -> {
              assertThat(allowance.budget().name()).isEqualTo(batch);
              assertThat(allowance.budget().scope().batch()).isEqualTo(batch);
            });
    assertThat(control.origin().expiresAt())
        .isEqualTo(control.origin().createdAt().plus(Duration.ofDays(30)));
  }
}
