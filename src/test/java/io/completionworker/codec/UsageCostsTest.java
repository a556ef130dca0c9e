// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import static io.completionworker.codec.Fixtures.answer;
import static io.completionworker.codec.Fixtures.answered;
import static io.completionworker.codec.Fixtures.call;
import static io.completionworker.codec.Fixtures.gateway;
import static io.completionworker.codec.Fixtures.rejected;
import static io.completionworker.codec.Fixtures.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.FailureReason;
import io.completionworker.avro.PromptTokensDetails;
import io.completionworker.avro.TokenUsage;
import io.completionworker.completion.Answer;
import io.completionworker.completion.Answer.Served;
import io.completionworker.completion.Attempt;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Emission;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.port.EncodingResult;
import io.completionworker.metrics.CallMeters;
import io.completionworker.metrics.Meters;
import io.completionworker.pricing.PriceFile;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class UsageCostsTest {

  private static final String PRICES =
      """
      {
        "header": {"source": "a test", "as_of": "2026-01-01", "currency": "EUR"},
        "prices": [
          {"model": "gpt-4o-mini*", "provider": "openai", "input": 0.1, "output": 0.2,
           "cached_input": 0.05},
          {"model": "gpt-4o-mini*", "service_tier": "flex", "input": 0.01, "output": 0.02},
          {"model": "dear", "input": 999999999999, "output": 0}
        ]
      }
      """;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final CompletionCall call = call(request().build());

  private UsageCosts costs = Fixtures.noCosts();

  @BeforeEach
  void read(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("prices.json"), PRICES);
    costs = new UsageCosts(PriceFile.read(file), new Meters(registry));
  }

  private CompletionUsage row(Attempt attempt) {
    return row(attempt, 0);
  }

  private CompletionUsage row(Attempt attempt, int form) {
    UsageRecords records = new UsageRecords("api.example", "configured", costs);
    return records.of(records.billed(call, List.of(attempt)).get(0), false, null, form);
  }

  private double unpriced(String reason) {
    return registry.counter(CallMeters.UNPRICED.name(), "reason", reason).count();
  }

  private static Attempt used(
      String model, @Nullable String tier, String cacheStatus, @Nullable TokenUsage usage) {
    Answer a = answer("hello");
    return answered(
        1,
        new Answer(
            a.id(),
            a.created(),
            model,
            a.choices(),
            null,
            tier,
            usage,
            gateway(cacheStatus),
            a.body()));
  }

  private static TokenUsage tokens(long prompt, long cached, long completion) {
    return TokenUsage.newBuilder()
        .setPromptTokens(prompt)
        .setCompletionTokens(completion)
        .setTotalTokens(prompt + completion)
        .setPromptTokensDetails(PromptTokensDetails.newBuilder().setCachedTokens(cached).build())
        .build();
  }

  private Outcome.Completed completed(Attempt attempt) {
    return new Outcome.Completed(call, answer("hello"), List.of(attempt), false);
  }

  private OutcomeEncoder encoder(OutcomeEncoder.Serdes serdes) {
    return OutcomeWriting.encoder(serdes, OutcomeWriting.AMPLE, true, costs);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "gpt-4o-mini-2024, none, 0.0000105000", // 50 x 0.1 + 50 x 0.05 + 15 x 0.2
        "gpt-4o-mini-2024, default, 0.0000105000",
        "gpt-4o-mini-2024, flex, 0.0000013000",
        "@slug/gpt-4o-mini, none, 0.0000105000",
        "'', none, 0.0000105000" // the model asked for
      })
  void shouldPriceByWhatTheAnswerSays(String model, @Nullable String tier, String cost) {
    Attempt attempt = used(model, tier, "MISS", tokens(100, 50, 15));

    for (int form = 0; form < UsageRecords.FORMS; form++) {
      assertThat(row(attempt, form).getCost()).isEqualTo(cost);
      assertThat(row(attempt, form).getCurrency()).isEqualTo("EUR");
    }
  }

  @ParameterizedTest
  @CsvSource({"HIT", "SEMANTIC HIT"})
  void shouldCostNothingOnACacheHit(String cacheStatus) {
    CompletionUsage row = row(used("gpt-4o-mini", null, cacheStatus, tokens(100, 0, 15)));
    CompletionUsage strange = row(used("of-no-file", null, cacheStatus, null));

    assertThat(row.getBillable()).isFalse();
    assertThat(row.getUsageSource()).isEqualTo("REPORTED");
    assertThat(row.getCost()).isEqualTo("0.0000000000");
    assertThat(row.getCurrency()).isEqualTo("EUR");
    assertThat(strange.getUsageSource()).isEqualTo("NONE");
    assertThat(strange.getCost()).isEqualTo("0.0000000000");
  }

  @Test
  void shouldNotPriceTokensThatNobodyReported() {
    CompletionUsage row = row(used("gpt-4o-mini", null, "MISS", null));

    assertThat(row.getUsageSource()).isEqualTo("NONE");
    assertThat(row.getBillable()).isTrue();
    assertThat(row.getCost()).isNull();
    assertThat(row.getCurrency()).isNull();
  }

  @ParameterizedTest
  @EnumSource(
      value = FailureReason.class,
      names = {
        "REQUEST_TIMEOUT",
        "CONNECTION_LOST",
        "STREAM_TRUNCATED",
        "GUARDRAIL_DENIED",
        "INVALID_RESPONSE",
        "RESPONSE_TOO_LARGE",
        "SERVER_ERROR",
        "UNKNOWN"
      })
  void shouldNotGuessWhatAFailureCost(FailureReason reason) {
    Attempt billed = rejected(1, reason, true);

    CompletionUsage row = row(billed);

    assertThat(UsageRecords.billed(billed)).isTrue();
    assertThat(UsageRecords.billed(rejected(1, reason, false))).isFalse();
    assertThat(row.getBillable()).isTrue();
    assertThat(row.getUsageSource()).isEqualTo("NONE");
    assertThat(row.getTotalTokens()).isZero();
    assertThat(row.getCost()).isNull();
  }

  @Test
  void shouldPriceWhatAFailedAttemptWasToldItUsed() {
    Served used = new Served("gpt-4o-mini-2024", "flex", tokens(100, 0, 15), gateway("MISS"));
    Served hit = new Served("", null, tokens(100, 0, 15), gateway("HIT"));
    Served unknown = new Served("brand-new", null, tokens(100, 0, 15), gateway("MISS"));
    Attempt unpriced = rejected(1, FailureReason.STREAM_TRUNCATED, true, unknown);

    encoder(OutcomeWriting.serdes()).write(completed(unpriced));

    assertThat(row(rejected(1, FailureReason.STREAM_TRUNCATED, true, used)).getCost())
        .isEqualTo("0.0000013000"); // 100 x 0.01 + 15 x 0.02
    assertThat(row(rejected(1, FailureReason.INVALID_RESPONSE, true, hit)).getCost())
        .isEqualTo("0.0000000000");
    assertThat(row(unpriced).getCost()).isNull();
    assertThat(unpriced("unknown-model")).isEqualTo(1);
  }

  @Test
  void shouldCountEachBillableRowWithoutACostByTheCause() {
    Attempt unknown = used("brand-new", null, "MISS", tokens(1, 0, 1));
    Attempt tooLarge = used("dear", null, "MISS", tokens(1_000_000_000, 0, 1));
    Attempt failed = rejected(1, FailureReason.CONNECTION_LOST, true);
    Attempt uncounted = used("gpt-4o-mini", null, "MISS", null);

    for (Attempt attempt : List.of(unknown, unknown, tooLarge, failed, uncounted)) {
      encoder(OutcomeWriting.serdes()).write(completed(attempt));
      assertThat(row(attempt).getBillable()).isTrue();
      assertThat(row(attempt).getCost()).isNull();
    }
    encoder(OutcomeWriting.serdes()).write(completed(used("brand-new", null, "HIT", null)));

    assertThat(unpriced("unknown-model")).isEqualTo(2);
    assertThat(unpriced("too-large")).isEqualTo(1);
    assertThat(unpriced("no-counts")).isEqualTo(2);
    assertThat(unpriced("no-prices")).isZero();
  }

  @Test
  void shouldCountTokensAndCostOfWhatIsBilledOnce() {
    Attempt used = used("gpt-4o-mini", null, "MISS", tokens(100, 50, 15));
    Attempt hit = used("gpt-4o-mini", null, "HIT", tokens(100, 50, 15));

    encoder(OutcomeWriting.serdes()).write(completed(used));
    OutcomeWriting.encoder(OutcomeWriting.serdes(), 4_096, true, costs).write(completed(hit));

    assertThat(tokens("prompt")).isEqualTo(100);
    assertThat(tokens("cached")).isEqualTo(50);
    assertThat(tokens("completion")).isEqualTo(15);
    assertThat(registry.get(CallMeters.COST.name()).tag("currency", "EUR").counter().count())
        .isEqualTo(row(used).getCost().doubleValue());
  }

  @Test
  void shouldCountUsageThatDoesNotAddUpAndPriceAllThatItShows() {
    TokenUsage nameless = TokenUsage.newBuilder(tokens(100, 0, 15)).setTotalTokens(200).build();
    TokenUsage tooFew = TokenUsage.newBuilder(tokens(100, 0, 15)).setTotalTokens(3).build();
    TokenUsage tooManyCached = tokens(100, 120, 15);

    for (TokenUsage usage : List.of(nameless, tooFew, tooManyCached, tokens(100, 50, 15))) {
      encoder(OutcomeWriting.serdes()).write(completed(used("gpt-4o-mini", null, "MISS", usage)));
    }
    encoder(OutcomeWriting.serdes()).write(completed(used("gpt-4o-mini", null, "HIT", nameless)));

    assertThat(registry.counter(CallMeters.UNEXPLAINED_USAGE.name()).count()).isEqualTo(3);
    assertThat(row(used("gpt-4o-mini", null, "MISS", nameless)).getCost())
        .isEqualTo("0.0000300000"); // 100 x 0.1 + 100 x 0.2
    assertThat(row(used("gpt-4o-mini", null, "MISS", tooFew)).getCost())
        .isEqualTo("0.0000130000"); // 100 x 0.1 + 15 x 0.2
    assertThat(row(used("gpt-4o-mini", null, "MISS", tooManyCached)).getCost())
        .isEqualTo("0.0000090000"); // 120 x 0.05 + 15 x 0.2
  }

  private double tokens(String type) {
    return registry.get(CallMeters.TOKENS.name()).tag("type", type).counter().count();
  }

  @Test
  void shouldNotCountWhatIsWrittenLater() {
    OutcomeEncoder.Serdes working = OutcomeWriting.serdes();
    OutcomeEncoder encoder =
        encoder(
            new OutcomeEncoder.Serdes(
                working.responses(),
                Serdes.serdeFrom(
                    (topic, value) -> {
                      throw new TimeoutException("registry is away");
                    },
                    working.usage().deserializer()),
                working.failures()));

    EncodingResult<Emission> writing =
        encoder.write(completed(used("brand-new", null, "MISS", tokens(1, 0, 1))));

    assertThat(writing).isInstanceOf(EncodingResult.RetryLater.class);
    assertThat(unpriced("unknown-model")).isZero();
  }

  @Test
  void shouldNameEachModelOnceAndABoundedNumberOfThem() {
    assertThat(costs.report("a\nb")).isTrue();
    assertThat(costs.report("a\nb")).isFalse();
    assertThat(IntStream.range(0, 99).mapToObj(i -> costs.report("m" + i))).containsOnly(true);
    assertThat(costs.report("one more")).isFalse();
  }

  @Test
  void shouldHaveNoCostWithoutAPriceFile() {
    costs = new UsageCosts(null, new Meters(registry));
    Attempt attempt = used("gpt-4o-mini", null, "MISS", tokens(1, 0, 1));

    encoder(OutcomeWriting.serdes()).write(completed(attempt));

    encoder(OutcomeWriting.serdes()).write(completed(used("gpt-4o-mini", null, "HIT", null)));

    assertThat(row(attempt).getCost()).isNull();
    assertThat(row(used("gpt-4o-mini", null, "HIT", null)).getCost()).isNull();
    assertThat(unpriced("no-prices")).isEqualTo(1);
    assertThat(unpriced("unknown-model")).isZero();
  }
}
