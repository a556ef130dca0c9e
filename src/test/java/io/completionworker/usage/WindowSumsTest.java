// SPDX-License-Identifier: Apache-2.0
package io.completionworker.usage;

import static io.completionworker.usage.Rows.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.UsageWindow;
import io.completionworker.usage.WindowStore.WindowFormat;
import io.completionworker.usage.WindowSums.WindowKey;
import java.math.BigDecimal;
import java.util.Arrays;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class WindowSumsTest {

  private static final WindowKey KEY = new WindowKey(0, 60_000, "model=m");

  private final WindowSums sums = new WindowSums();

  @Test
  void shouldAddTokensOfBillableRowsAndKeepOthersApart() {
    sums.add(row("m").setCachedTokens(4).setCacheWriteTokens(2L).setReasoningTokens(3).build());
    sums.add(row("m").build());
    sums.add(row("m").setBillable(false).setCachedTokens(4).build());

    UsageWindow window = window();
    assertThat(window.getCalls()).isEqualTo(3);
    assertThat(window.getPromptTokens()).isEqualTo(20);
    assertThat(window.getCompletionTokens()).isEqualTo(10);
    assertThat(window.getTotalTokens()).isEqualTo(30);
    assertThat(window.getCachedTokens()).isEqualTo(4);
    assertThat(window.getCacheWriteTokens()).isEqualTo(2);
    assertThat(window.getReasoningTokens()).isEqualTo(3);
    assertThat(window.getUnbilledTokens()).isEqualTo(15);
  }

  @Test
  void shouldCountOutcomesRetriesAndLatencies() {
    sums.add(row("m").setLatencyMs(100).build());
    sums.add(
        row("m")
            .setLatencyMs(101)
            .setAttempt(2)
            .setOutcome("FAILED")
            .setReason("SERVER_ERROR")
            .build());
    sums.add(
        row("m")
            .setLatencyMs(600_001)
            .setAttempt(3)
            .setOutcome("FAILED")
            .setReason("SERVER_ERROR")
            .build());

    UsageWindow window = window();
    assertThat(window.getAnsweredCalls()).isEqualTo(1);
    assertThat(window.getFailedCalls()).isEqualTo(2);
    assertThat(window.getRetries()).isEqualTo(2);
    assertThat(window.getLatencyMinMs()).isEqualTo(100);
    assertThat(window.getLatencyMaxMs()).isEqualTo(600_001);
    assertThat(window.getLatencySumMs()).isEqualTo(600_202);
    assertThat(window.getCallsWithin100Ms()).as("the bound is included").isEqualTo(1);
    assertThat(window.getCallsWithin250Ms()).as("also those of less").isEqualTo(2);
    assertThat(window.getCallsWithin600000Ms()).as("one took longer still").isEqualTo(2);
  }

  @Test
  void shouldHaveNoCostWhileNoneIsKnown() {
    sums.add(row("m").build());
    sums.add(row("m").setUsageSource("NONE").build());
    sums.add(row("m").setBillable(false).build());

    assertThat(window().getCost()).isNull();
    assertThat(window().getUnpricedCalls()).as("billable, without a cost").isEqualTo(2);
  }

  @Test
  void shouldAddCostsOfTheFirstCurrencyAlone() {
    sums.add(priced("0.0000000001", "USD"));
    sums.add(priced("2", "EUR"));
    sums.add(priced("0.1", "USD"));

    assertThat(window().getCost()).isEqualTo(new BigDecimal("0.1000000001"));
    assertThat(window().getCurrency()).isEqualTo("USD");
    assertThat(window().getUnpricedCalls()).isEqualTo(1);
  }

  @Test
  void shouldCountACostThatDoesNotFitAsUnpriced() {
    sums.add(priced("9999999999", "USD"));
    sums.add(priced("1", "USD"));

    assertThat(window().getCost()).isEqualByComparingTo("9999999999");
    assertThat(window().getUnpricedCalls()).isEqualTo(1);
  }

  @Test
  void shouldBeTheSameAfterTheStore() {
    sums.add(priced("0.25", "USD"));
    sums.add(row("m").setCacheWriteTokens(2L).build());
    sums.add(
        row("m")
            .setAttempt(2)
            .setOutcome("FAILED")
            .setReason("SERVER_ERROR")
            .setBillable(false)
            .build());
    sums.written(1);

    WindowSums read = WindowFormat.decode(WindowFormat.encode(sums));

    assertThat(read).usingRecursiveComparison().isEqualTo(sums);
    assertThat(read.unwritten()).isTrue();
  }

  @Test
  void shouldReadWhatWasStoredBeforeCacheWritesWereCounted() {
    sums.add(row("m").setCacheWriteTokens(2L).build());
    byte[] bytes = WindowFormat.encode(sums);

    WindowSums read = WindowFormat.decode(Arrays.copyOf(bytes, bytes.length - Long.BYTES));

    assertThat(read.promptTokens).isEqualTo(sums.promptTokens);
    assertThat(read.cacheWriteTokens).isZero();
  }

  @Test
  void shouldRefuseWhatANewerVersionWrote() {
    byte[] bytes = WindowFormat.encode(sums);
    bytes[0] = 2;

    assertThatThrownBy(() -> WindowFormat.decode(bytes))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("format 2");
  }

  private UsageWindow window() {
    return sums.toRecord(KEY, new TopicPartition("requests", 3));
  }

  private static CompletionUsage priced(String cost, String currency) {
    BigDecimal decimal = new BigDecimal(cost).setScale(10);
    return row("m").setCost(decimal).setCurrency(currency).build();
  }
}
