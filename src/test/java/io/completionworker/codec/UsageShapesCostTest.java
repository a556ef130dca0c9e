// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import static io.completionworker.codec.Fixtures.answer;
import static io.completionworker.codec.Fixtures.answered;
import static io.completionworker.codec.Fixtures.call;
import static io.completionworker.codec.Fixtures.gateway;
import static io.completionworker.codec.Fixtures.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.completion.Answer;
import io.completionworker.completion.Attempt;
import io.completionworker.completion.CompletionCall;
import io.completionworker.gateway.json.UsageReader;
import io.completionworker.gateway.json.UsageShapes;
import io.completionworker.gateway.json.UsageShapes.Shape;
import io.completionworker.metrics.Meters;
import io.completionworker.pricing.PriceFile;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** From the counts as a provider reports them to the row and its cost. */
class UsageShapesCostTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  private static List<Shape> shapes() {
    return UsageShapes.all();
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void shouldPriceWhatEachProviderReports(Shape shape) throws IOException {
    CompletionUsage row =
        row(
            shape,
            """
            "input": 10, "cached_input": 1, "cache_write": 12, "cache_write_1h": 20,
            "output": 100""");

    assertThat(row.getCost()).isEqualByComparingTo(millionths(shape.cost()));
    assertThat(row.getPromptTokens()).isEqualTo(shape.prompt());
    assertThat(row.getCachedTokens()).isEqualTo(shape.cached());
    assertThat(row.getCompletionTokens()).isEqualTo(shape.completion());
    assertThat(row.getReasoningTokens()).isEqualTo(shape.reasoning());
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void shouldPriceWritesAsInputWhereTheyHaveNoPrice(Shape shape) throws IOException {
    CompletionUsage row = row(shape, "\"input\": 10, \"cached_input\": 1, \"output\": 100");

    long fresh = shape.prompt() - shape.cached();
    long out = Math.max(shape.reasoning(), row.getTotalTokens() - shape.prompt());
    assertThat(row.getCost())
        .isEqualByComparingTo(millionths(fresh * 10 + shape.cached() + out * 100));
  }

  private CompletionUsage row(Shape shape, String prices) throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("prices.json"),
            """
            {"header": {"source": "a test", "as_of": "2026-01-01", "currency": "EUR"},
             "prices": [{"model": "*", %s}]}
            """
                .formatted(prices));
    UsageCosts costs = new UsageCosts(PriceFile.read(file), new Meters(new SimpleMeterRegistry()));
    UsageRecords records = new UsageRecords("api.example", "configured", costs);
    CompletionCall call = call(request().build());
    return records.of(records.billed(call, List.of(attempt(shape))).get(0), false, null, 0);
  }

  private static Attempt attempt(Shape shape) throws IOException {
    Answer a = answer("hello");
    return answered(
        1,
        new Answer(
            a.id(),
            a.created(),
            "served-model",
            a.choices(),
            null,
            null,
            UsageReader.read(JSON.readTree(shape.json())),
            gateway("MISS"),
            a.body()));
  }

  private static BigDecimal millionths(long amount) {
    return BigDecimal.valueOf(amount, 6);
  }
}
