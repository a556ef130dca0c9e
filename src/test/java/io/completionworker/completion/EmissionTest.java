// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.Emission.OutputValue;
import io.completionworker.completion.Emission.Role;
import io.completionworker.completion.SourceRecord.RecordPosition;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Copies of an emission have all that they do not change. */
class EmissionTest {

  private static final List<Charge> CHARGES =
      List.of(new Charge("all", "total", Long.MAX_VALUE, BigDecimal.ONE));

  private static final Emission EMISSION =
      new Emission(
          new RecordPosition("requests", 3, 7),
          new byte[] {1},
          List.of(),
          9,
          new Role.End(),
          List.of(new OutputValue(3, new byte[] {2})),
          List.of(),
          List.of(),
          List.of(new OutputValue(3, new byte[] {4})),
          List.of(new OutputValue(3, new byte[] {5})),
          CHARGES);

  @Test
  void shouldTakeTheSameFromBudgetsWhenItsIdIsKept() {
    IdHash id = IdHash.of("r-1");

    Emission answering = EMISSION.answering(id);

    assertThat(answering.charges()).isEqualTo(CHARGES);
    assertThat(answering.role()).isEqualTo(new Role.End(id));
    assertThat(answering.responses()).isEqualTo(EMISSION.responses());
    assertThat(answering.chunks()).isEqualTo(EMISSION.chunks());
  }

  @Test
  void shouldTakeTheSameFromBudgetsWhenItReturnsTheOriginal() {
    Emission returning = EMISSION.returning(new byte[] {6});

    assertThat(returning.charges()).isEqualTo(CHARGES);
    assertThat(returning.deadLetters())
        .singleElement()
        .extracting(OutputValue::partition)
        .isEqualTo(3);
    assertThat(returning.deadLetters().get(0).bytes()).containsExactly(6);
  }

  @Test
  void shouldChargeNothingMoreWhereThereIsNothing() {
    assertThat(EMISSION.charging(List.of())).isSameAs(EMISSION);
  }
}
