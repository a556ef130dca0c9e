// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.fixtures.UsageRows;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
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

  @Test
  void shouldAddUpTokensOfImagesAsFarAsTheyAreNamed() throws IOException {
    totals.add("m", UsageRows.row().build());
    totals.add("m", UsageRows.row().setImages(2).setImagePromptTokens(1L).build());
    totals.add("m", UsageRows.row().setImageCompletionTokens(1_290L).build());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    totals.write(new DataOutputStream(bytes));

    UsageTotals read =
        UsageTotals.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    assertThat(read.all()).isEqualTo(totals.all());
    assertThat(read.all().images()).isEqualTo(2);
    assertThat(read.all().imagePromptTokens()).isEqualTo(1);
    assertThat(read.all().imageCompletionTokens()).isEqualTo(1_290);
  }
}
