// SPDX-License-Identifier: Apache-2.0
package io.completionworker.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.pricing.PriceList.Cost;
import io.completionworker.pricing.PriceList.PricedCall;
import io.completionworker.pricing.UsedTokens.In;
import io.completionworker.pricing.UsedTokens.Out;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriceListTest {

  /** A million tokens in, so that the amount is the price of the input. */
  private static final UsedTokens MILLION_IN =
      new UsedTokens(new In(1_000_000, 0, 0, 0, 0, 0), new Out(0, 0, 0, 0));

  private static final long NOW = Instant.parse("2026-03-01T00:00:00Z").toEpochMilli();

  @TempDir Path directory;

  private static PricedCall call(String model) {
    return call(model, null, null);
  }

  private static PricedCall call(String model, @Nullable String provider, @Nullable String tier) {
    return new PricedCall(model, provider, tier, NOW);
  }

  private static String entry(String model, int input, String more) {
    return "{'model': '" + model + "', 'input': " + input + ", 'output': 0" + more + "}";
  }

  private static int input(PriceList prices, PricedCall call) {
    return amount(prices.cost(call, MILLION_IN)).intValueExact();
  }

  private static BigDecimal amount(Cost cost) {
    assertThat(cost).isInstanceOf(Cost.Known.class);
    return ((Cost.Known) cost).amount();
  }

  @ParameterizedTest
  @CsvSource({
    // prompt, cached, audio in, completion, reasoning, audio out, cost
    "0, 0, 0, 0, 0, 0, 0.0000000000",
    "1, 0, 0, 0, 0, 0, 0.0000001000",
    "1, 0, 0, 1, 0, 0, 0.0000003000", // 0.1 + 0.2
    "3, 0, 0, 0, 0, 0, 0.0000003000", // 3 x 0.1
    "1000000, 0, 0, 1000000, 0, 0, 0.3000000000",
    "100, 60, 0, 0, 0, 0, 0.0000055000", // 40 x 0.1 + 60 x 0.025
    "100, 60, 10, 0, 0, 0, 0.0000135000", // 30 x 0.1 + 60 x 0.025 + 10 x 0.9
    "0, 0, 0, 100, 70, 0, 0.0000270000", // 30 x 0.2 + 70 x 0.3
    "0, 0, 0, 100, 70, 20, 0.0000270000", // 10 x 0.2 + 70 x 0.3 + 20 x 0.2
    "0, 1, 0, 0, 0, 0, 0.0000000250", // no part without a whole
    "10, 20, 5, 0, 0, 0, 0.0000005000", // all of it cached
    "10, 4, 20, 0, 0, 0, 0.0000145000", // 4 x 0.025 + 16 x 0.9
    "0, 0, 0, 10, 20, 5, 0.0000070000", // 20 x 0.3 + 5 x 0.2
    "-5, 0, 0, 10, -3, -1, 0.0000020000"
  })
  void shouldPriceEachKindOfToken(
      long prompt,
      long cached,
      long audioIn,
      long completion,
      long reasoning,
      long audioOut,
      BigDecimal cost) {
    PriceList prices =
        PriceFiles.list(
            directory,
            "{'model': 'm', 'input': 0.1, 'cached_input': 0.025, 'output': 0.2,"
                + " 'reasoning': 0.3, 'audio_input': 0.9, 'audio_output': null}");

    assertThat(
            prices.cost(
                call("m"),
                new UsedTokens(
                    new In(prompt, cached, 0, 0, audioIn, 0),
                    new Out(completion, reasoning, audioOut, 0))))
        .isEqualTo(new Cost.Known(cost, "USD"));
  }

  @ParameterizedTest
  @CsvSource({
    // prices of a cache write and of one for an hour, written, of these for an hour, cost
    "null, null, 40, 30, 100", // 100 x 1
    "3, null, 40, 30, 180", // 60 x 1 + 40 x 3
    "3, 5, 40, 30, 240", // 60 x 1 + 10 x 3 + 30 x 5
    "null, 5, 40, 30, 220", // 70 x 1 + 30 x 5
    "3, 5, 40, 50, 300", // 50 x 1 + 50 x 5
    "3, 5, 140, 0, 420", // all of it written
    "0, 0, 40, 30, 60",
    "3, 5, -40, -30, 100"
  })
  void shouldPriceWhatIsWrittenToTheCache(
      String write, String forAnHour, long written, long ofThoseForAnHour, long cost) {
    PriceList prices =
        PriceFiles.list(
            directory,
            "{'model': 'm', 'input': 1, 'output': 9, 'cached_input': 7, 'cache_write': "
                + (write + ", 'cache_write_1h': " + forAnHour + "}"));
    UsedTokens tokens =
        new UsedTokens(new In(100, 0, written, ofThoseForAnHour, 0, 0), new Out(0, 0, 0, 0));

    assertThat(amount(prices.cost(call("m"), tokens))).isEqualByComparingTo(millionths(cost));
  }

  private static BigDecimal millionths(long amount) {
    return BigDecimal.valueOf(amount, 6);
  }

  @Test
  void shouldTakeThePriceOfTheWholeWhereAPartHasNone() {
    PriceList prices =
        PriceFiles.list(directory, "{'model': 'm', 'input': 2, 'output': 7, 'cached_input': null}");

    assertThat(
            amount(
                prices.cost(
                    call("m"),
                    new UsedTokens(new In(100, 40, 0, 0, 30, 0), new Out(100, 50, 20, 0)))))
        .isEqualTo("0.0009000000");
  }

  @ParameterizedTest
  @CsvSource({
    "0.00004, 1, 0.0000000000",
    "0.00005, 1, 0.0000000001",
    "0.00005, 2, 0.0000000001",
    "0.00005, 3, 0.0000000002"
  })
  void shouldRoundOnceAtTheEnd(String price, long tokens, BigDecimal cost) {
    PriceList prices =
        PriceFiles.list(directory, "{'model': 'm', 'input': " + price + ", 'output': 0}");

    assertThat(
            amount(
                prices.cost(
                    call("m"), new UsedTokens(new In(tokens, 0, 0, 0, 0, 0), new Out(0, 0, 0, 0)))))
        .isEqualTo(cost);
  }

  @Test
  void shouldSayWhenAnAmountHasTooManyDigits() {
    PriceList prices =
        PriceFiles.list(directory, "{'model': 'm', 'input': 999999999999, 'output': 1}");
    UsedTokens fits = new UsedTokens(new In(10_000, 0, 0, 0, 0, 0), new Out(0, 0, 0, 0));
    UsedTokens over = new UsedTokens(new In(10_001, 0, 0, 0, 0, 0), new Out(0, 0, 0, 0));

    assertThat(amount(prices.cost(call("m"), fits))).isEqualTo("9999999999.9900000000");
    assertThat(prices.cost(call("m"), over)).isEqualTo(new Cost.TooLarge());
    assertThat(
            prices.cost(
                call("m"),
                new UsedTokens(
                    new In(Long.MAX_VALUE, 0, 0, 0, 0, 0), new Out(Long.MAX_VALUE, 0, 0, 0))))
        .isEqualTo(new Cost.TooLarge());
  }

  @Test
  void shouldKnowNoPriceOfAModelThatNoPatternIsOf() {
    PriceList prices = PriceFiles.list(directory, entry("gpt-4o", 1, ""));

    assertThat(prices.cost(call("gpt-4o-2024"), MILLION_IN)).isEqualTo(new Cost.NoPrice());
    assertThat(prices.cost(call("GPT-4o"), MILLION_IN)).isEqualTo(new Cost.NoPrice());
    assertThat(prices.cost(call(""), MILLION_IN)).isEqualTo(new Cost.NoPrice());
    assertThat(amount(prices.nothing())).isEqualTo("0.0000000000");
  }

  @ParameterizedTest
  @CsvSource({
    "gpt-4o, 3",
    "gpt-4o-2024, 2",
    "gpt-4o-mini, 5",
    "gpt-4o-mini-2024, 4",
    "gpt-4, 1",
    "@azure/gpt-4o, 6",
    "@other/gpt-4o, 3",
    "openai/gpt-4o-mini, 5",
    "@other/openai/gpt-4o-mini, 5",
    "@other/openai/x/gpt-4o-mini, 1"
  })
  void shouldTakeTheMostSpecificModel(String model, int price) {
    PriceList prices =
        PriceFiles.list(
            directory,
            entry("*", 1, ""),
            entry("gpt-4o*", 2, ""),
            entry("gpt-4o", 3, ""),
            entry("gpt-4o-mini*", 4, ""),
            entry("gpt-4o-mini", 5, ""),
            entry("@azure/gpt-4o", 6, ""));

    assertThat(input(prices, call(model))).isEqualTo(price);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "m, none, 1",
        "m, default, 1",
        "m, Standard, 1",
        "m, auto, 1",
        "m, scale, 1",
        "m, flex, 2",
        "m, FLEX, 2",
        "m-flex, flex, 3", // the model counts for more than the tier
        "n, none, 4",
        "n, standard, 4"
      })
  void shouldTakeTheTierOfTheAnswer(String model, @Nullable String tier, int price) {
    PriceList prices =
        PriceFiles.list(
            directory,
            entry("m", 1, ""),
            entry("m*", 2, ", 'service_tier': 'flex'"),
            entry("m", 2, ", 'service_tier': 'flex'"),
            entry("m-flex", 3, ""),
            entry("n", 4, ", 'service_tier': 'default'"));

    assertThat(input(prices, call(model, null, tier))).isEqualTo(price);
    assertThat(prices.cost(call("n", null, "flex"), MILLION_IN)).isEqualTo(new Cost.NoPrice());
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {"none, 1", "openai, 1", "azure-openai, 2", "@azure-eu, 3", "azure-eu, 3"})
  void shouldTakeTheProvider(@Nullable String provider, int price) {
    PriceList prices =
        PriceFiles.list(
            directory,
            entry("m", 1, ""),
            entry("m", 2, ", 'provider': 'azure-*'"),
            entry("m", 3, ", 'provider': 'azure-eu'"));

    assertThat(input(prices, call("m", provider, null))).isEqualTo(price);
  }

  @ParameterizedTest
  @CsvSource({
    "1970-01-01T00:00:00Z, 1",
    "2026-01-31T23:59:59.999Z, 1",
    "2026-02-01T00:00:00Z, 2",
    "2026-02-01T11:59:59.999Z, 2",
    "2026-02-01T12:00:00Z, 3",
    "2999-01-01T00:00:00Z, 3"
  })
  void shouldTakeTheLatestThatIsValidWhenTheCallEnds(Instant completedAt, int price) {
    PriceList prices =
        PriceFiles.list(
            directory,
            entry("m", 2, ", 'valid_from': '2026-02-01'"),
            entry("m", 3, ", 'valid_from': '2026-02-01T12:00:00Z'"),
            entry("m", 1, ""),
            entry("*", 9, ", 'valid_from': '2026-02-02'"));

    assertThat(input(prices, new PricedCall("m", null, null, completedAt.toEpochMilli())))
        .isEqualTo(price);
  }

  @ParameterizedTest
  @CsvSource({"200000, 1", "200001, 2", "1000000, 2", "1000001, 3"})
  void shouldTakeThePriceOfLongPrompts(long prompt, int price) {
    PriceList prices =
        PriceFiles.list(
            directory,
            entry("m", 1_000_000, ""),
            entry("m", 3_000_000, ", 'prompt_over': 1000000"),
            entry("m", 2_000_000, ", 'prompt_over': 200000"));
    UsedTokens tokens = new UsedTokens(new In(prompt, prompt / 2, 0, 0, 0, 0), new Out(0, 0, 0, 0));

    assertThat(amount(prices.cost(call("m"), tokens)))
        .isEqualByComparingTo(BigDecimal.valueOf(prompt).multiply(BigDecimal.valueOf(price)));
  }

  @Test
  void shouldAddThePriceOfEachCall() {
    PriceList prices = PriceFiles.list(directory, entry("m", 1, ", 'request': 0.035"));

    assertThat(amount(prices.cost(call("m"), MILLION_IN))).isEqualByComparingTo("1.035");
    assertThat(amount(prices.cost(call("m"), UsedTokens.expected(0, 0, 0))))
        .as("also without tokens")
        .isEqualByComparingTo("0.035");
  }

  @ParameterizedTest
  @CsvSource({
    // prompt, cached, of images, completion, reasoning, of images, cost in millionths
    "100, 0, 0, 100, 0, 0, 300", // 100 x 1 + 100 x 2
    "100, 0, 60, 100, 0, 80, 2720", // 40 x 1 + 60 x 4 + 20 x 2 + 80 x 30 - no token twice
    "100, 90, 60, 0, 0, 0, 130", // 90 x 1 + 10 x 4: what is cached has the price of cached tokens
    "0, 0, 60, 0, 0, 80, 2640", // no part without a whole
    "0, 0, 0, 100, 50, 80, 2500" // 50 x 2 + 80 x 30: a whole is the sum of its parts
  })
  void shouldPriceTokensOfImagesInPlaceOfTheOthers(
      long prompt,
      long cached,
      long imagesIn,
      long out,
      long reasoning,
      long imagesOut,
      long cost) {
    PriceList prices =
        PriceFiles.list(
            directory,
            "{'model': 'm', 'input': 1, 'image_input': 4, 'output': 2, 'image_output': 30}");
    UsedTokens tokens =
        new UsedTokens(
            new In(prompt, cached, 0, 0, 0, imagesIn), new Out(out, reasoning, 0, imagesOut));

    assertThat(amount(prices.cost(call("m"), tokens))).isEqualByComparingTo(millionths(cost));
  }

  @Test
  void shouldTakeImagesForTextWhereTheyHaveNoPrice() {
    PriceList prices =
        PriceFiles.list(
            directory,
            "{'model': 'm', 'input': 1, 'image_input': null, 'output': 2, 'reasoning': 9}");
    UsedTokens tokens = new UsedTokens(new In(100, 0, 0, 0, 0, 60), new Out(100, 0, 0, 80));

    assertThat(amount(prices.cost(call("m"), tokens))).isEqualByComparingTo(millionths(300));
  }

  @Test
  void shouldAddThePriceOfEachImageOfTheRequest() {
    PriceList prices =
        PriceFiles.list(directory, entry("m", 1, ", 'request': 0.5, 'image': 0.003613"));
    PricedCall three = new PricedCall("m", null, null, NOW, 3);

    assertThat(amount(prices.cost(three, MILLION_IN))).isEqualByComparingTo("1.510839");
    assertThat(amount(prices.greatest(three, MILLION_IN))).isEqualByComparingTo("1.510839");
    assertThat(amount(prices.cost(call("m"), MILLION_IN))).isEqualByComparingTo("1.5");
  }

  @Test
  void shouldBoundACallByTheDearestKindsOfTokens() {
    PriceList prices =
        PriceFiles.list(
            directory,
            "{'model': 'm', 'input': 1, 'image_input': 4, 'cache_write': 2, 'output': 5,"
                + " 'image_output': 30}");

    assertThat(amount(prices.greatest(call("m"), UsedTokens.expected(100, 60, 10))))
        .as("40 x 2 + 60 x 4 + 10 x 30")
        .isEqualByComparingTo(millionths(620));
  }

  @Test
  void shouldFallBackWhileTheMostSpecificIsNotValidYet() {
    PriceList prices =
        PriceFiles.list(
            directory, entry("m", 2, ", 'valid_from': '2026-03-02'"), entry("*", 1, ""));

    assertThat(input(prices, call("m"))).isEqualTo(1);
  }

  @Test
  void shouldTakeTheFirstOfThoseThatAreEquallySpecific() {
    assertThat(
            input(PriceFiles.list(directory, entry("a*", 1, ""), entry("*b", 2, "")), call("ab")))
        .isEqualTo(1);
    assertThat(
            input(PriceFiles.list(directory, entry("*b", 2, ""), entry("a*", 1, "")), call("ab")))
        .isEqualTo(2);
  }
}
