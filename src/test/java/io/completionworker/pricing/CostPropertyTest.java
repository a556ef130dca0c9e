package io.completionworker.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.config.Glob;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** Whatever is reported: no cost is negative, and more tokens never cost less. */
class CostPropertyTest {

  private static final int KINDS = 6;
  private static final PricedCall CALL = new PricedCall("m", null, null, 0);

  /** Prices of a millionth each; in the order of {@link Rates}. */
  private static PriceList prices(List<Long> millionths) {
    List<BigDecimal> p = millionths.stream().map(m -> BigDecimal.valueOf(m, 6)).toList();
    Rates rates = new Rates(p.get(0), p.get(1), p.get(2), p.get(3), p.get(4), p.get(5));
    return new PriceList("USD", List.of(new Price(new Glob("*"), null, null, Instant.MIN, rates)));
  }

  private static BigDecimal cost(PriceList prices, UsedTokens tokens) {
    return ((Cost.Known) prices.cost(CALL, tokens)).amount();
  }

  /** In whole numbers of 10^-12, rounded by hand. */
  private static BigDecimal reference(List<Long> millionths, List<Long> counts) {
    BigInteger sum =
        LongStream.range(0, KINDS)
            .mapToObj(
                i ->
                    BigInteger.valueOf(millionths.get((int) i))
                        .multiply(BigInteger.valueOf(counts.get((int) i))))
            .reduce(BigInteger.ZERO, BigInteger::add);
    BigInteger rounded = sum.add(BigInteger.valueOf(50)).divide(BigInteger.valueOf(100));
    return new BigDecimal(rounded, PriceList.SCALE);
  }

  @Property
  void shouldBeTheSumOfItsParts(
      @ForAll @Size(KINDS) List<@LongRange(max = 1_000_000_000L) Long> millionths,
      @ForAll @Size(KINDS) List<@LongRange(max = 1_000_000_000L) Long> counts) {
    UsedTokens tokens =
        new UsedTokens(
            counts.get(0) + counts.get(1) + counts.get(2),
            counts.get(1),
            counts.get(2),
            counts.get(3) + counts.get(4) + counts.get(5),
            counts.get(4),
            counts.get(5));

    assertThat(cost(prices(millionths), tokens)).isEqualTo(reference(millionths, counts));
  }

  @Property
  void shouldNeverFallWithMoreTokensAndNeverBeNegative(
      @ForAll @Size(KINDS) List<@LongRange(max = 1_000_000_000L) Long> millionths,
      @ForAll @Size(KINDS) List<@LongRange(min = -1_000L, max = 1_000_000_000L) Long> c,
      @ForAll @LongRange(max = 1_000_000L) long more) {
    PriceList prices = prices(millionths);
    BigDecimal cost =
        cost(prices, new UsedTokens(c.get(0), c.get(1), c.get(2), c.get(3), c.get(4), c.get(5)));

    assertThat(cost).isNotNegative();
    assertThat(
            cost(
                prices,
                new UsedTokens(c.get(0) + more, c.get(1), c.get(2), c.get(3), c.get(4), c.get(5))))
        .isGreaterThanOrEqualTo(cost);
    assertThat(
            cost(
                prices,
                new UsedTokens(c.get(0), c.get(1), c.get(2), c.get(3) + more, c.get(4), c.get(5))))
        .isGreaterThanOrEqualTo(cost);
  }

  @Property
  void shouldMakeTheWorstOfCountsFitTogether(
      @ForAll long prompt, @ForAll long cached, @ForAll long audio) {
    UsedTokens in = new UsedTokens(prompt, cached, audio, 0, 0, 0);
    UsedTokens out = new UsedTokens(0, 0, 0, prompt, cached, audio);

    assertThat(in.plainPrompt()).isNotNegative();
    assertThat(in.cached() + in.audioPrompt() + in.plainPrompt()).isEqualTo(Math.max(0, prompt));
    assertThat(out.plainCompletion()).isEqualTo(in.plainPrompt());
  }
}
