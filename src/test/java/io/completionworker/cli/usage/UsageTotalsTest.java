// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.fixtures.UsageRows;
import java.math.BigDecimal;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UsageTotalsTest {

  private final UsageTotals totals = new UsageTotals();

  @Test
  void shouldCountBillableRowsWithoutACostAsUnpriced() {
    totals.add("m", UsageRows.row().setCost(new BigDecimal("0.5")).setCurrency("USD").build());
    totals.add("m", UsageRows.row().build());
    totals.add("m", UsageRows.row().setUsageSource("NONE").setOutcome("FAILED").build());
    totals.add("m", UsageRows.row().setBillable(false).build());

    assertThat(totals.all().calls()).isEqualTo(4);
    assertThat(totals.all().unpriced()).isEqualTo(2);
    assertThat(totals.all().cost()).isEqualTo(Map.of("USD", new BigDecimal("0.5")));
  }

  @Test
  void shouldNotAddTokensThatWerePaidForEarlier() {
    totals.add("m", UsageRows.row().setPromptTokens(10).setCompletionTokens(2).build());
    totals.add(
        "m", UsageRows.row().setBillable(false).setPromptTokens(10).setCompletionTokens(2).build());

    assertThat(totals.all().promptTokens()).isEqualTo(10);
    assertThat(totals.all().completionTokens()).isEqualTo(2);
  }
}
