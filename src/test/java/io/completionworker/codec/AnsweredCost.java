// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import io.completionworker.completion.Answer;
import io.completionworker.completion.Attempt;
import io.completionworker.completion.AttemptResult;
import io.completionworker.metrics.Meters;
import io.completionworker.pricing.PriceFile;
import io.completionworker.pricing.PriceList.Cost;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;

/** What an answer costs by prices that are easy to reckon with. */
public final class AnsweredCost {

  private static final String PRICES =
      """
      {
        "header": {"source": "a test", "as_of": "2026-01-01", "currency": "EUR"},
        "prices": [{"model": "*", "input": 10, "cached_input": 1, "output": 100}]
      }
      """;

  private AnsweredCost() {}

  /**
   * The cost by prices, for a million tokens each, of 10, of 1 when cached, of 100 when written.
   */
  public static BigDecimal of(Answer answer) {
    Cost cost =
        costs()
            .of(
                Fixtures.call(Fixtures.request().build()),
                new Attempt("c", 1, 0, 1, new AttemptResult.Answered(answer)),
                null);
    if (cost instanceof Cost.Known known) {
      return known.amount();
    }
    throw new AssertionError("no cost: " + cost);
  }

  private static UsageCosts costs() {
    try {
      Path file = Files.createTempFile("prices", ".json");
      try {
        Files.writeString(file, PRICES);
        return new UsageCosts(PriceFile.read(file), new Meters(new SimpleMeterRegistry()));
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
