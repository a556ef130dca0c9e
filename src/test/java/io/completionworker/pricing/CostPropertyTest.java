// SPDX-License-Identifier: Apache-2.0
package io.completionworker.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.config.Glob;
import io.completionworker.pricing.PriceList.Cost;
import io.completionworker.pricing.PriceList.Price;
import io.completionworker.pricing.PriceList.PricedCall;
import io.completionworker.pricing.PriceList.Rates;
import io.completionworker.pricing.UsedTokens.In;
import io.completionworker.pricing.UsedTokens.Out;
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

  private static final int KINDS = 10;
  private static final PricedCall CALL = new PricedCall("m", null, null, 0);

  /** Prices of a millionth each; in the order of {@link Rates}. */
  private static PriceList prices(List<Long> millionths) {
    List<BigDecimal> p = millionths.stream().map(m -> BigDecimal.valueOf(m, 6)).toList();
    Rates rates =
        new Rates(
            BigDecimal.ZERO,
            BigDecimal.ZERO,
            p.get(0),
            p.get(1),
            p.get(2),
            p.get(3),
            p.get(4),
            p.get(5),
            p.get(6),
            p.get(7),
            p.get(8),
            p.get(9));
    return new PriceList(
        "USD", List.of(new Price(new Glob("*"), null, null, -1, Instant.MIN, rates)));
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

  /** Wholes and parts as they are reported, in the order of the records. */
  private static UsedTokens reported(List<Long> c, long moreIn, long moreOut) {
    return new UsedTokens(
        new In(c.get(0) + moreIn, c.get(1), c.get(2), c.get(3), c.get(4), c.get(5)),
        new Out(c.get(6) + moreOut, c.get(7), c.get(8), c.get(9)));
  }

  @Property
  void shouldBeTheSumOfItsParts(
      @ForAll @Size(KINDS) List<@LongRange(max = 1_000_000_000L) Long> millionths,
      @ForAll @Size(KINDS) List<@LongRange(max = 1_000_000_000L) Long> c) {
    long written = c.get(2) + c.get(3);
    UsedTokens tokens =
        new UsedTokens(
            new In(
                c.get(0) + c.get(1) + written + c.get(4) + c.get(5),
                c.get(1),
                written,
                c.get(3),
                c.get(4),
                c.get(5)),
            new Out(c.get(6) + c.get(7) + c.get(8) + c.get(9), c.get(7), c.get(8), c.get(9)));

    assertThat(cost(prices(millionths), tokens)).isEqualTo(reference(millionths, c));
  }

  @Property
  void shouldNeverFallWithMoreTokensAndNeverBeNegative(
      @ForAll @Size(KINDS) List<@LongRange(max = 1_000_000_000L) Long> millionths,
      @ForAll @Size(KINDS) List<@LongRange(min = -1_000L, max = 1_000_000_000L) Long> counts,
      @ForAll @LongRange(max = 1_000_000L) long more) {
    PriceList prices = prices(millionths);
    BigDecimal cost = cost(prices, reported(counts, 0, 0));

    assertThat(cost).isNotNegative();
    assertThat(cost(prices, reported(counts, more, 0))).isGreaterThanOrEqualTo(cost);
    assertThat(cost(prices, reported(counts, 0, more))).isGreaterThanOrEqualTo(cost);
  }

  /** What has a name is paid for, whatever the whole says. */
  @Property
  void shouldNeverBeUnderThatOfAPart(
      @ForAll @Size(KINDS) List<@LongRange(max = 1_000_000L) Long> counts) {
    UsedTokens tokens = reported(counts, 0, 0);

    assertThat(tokens.in().all()).isGreaterThanOrEqualTo(counts.get(0));
    assertThat(tokens.in().cached()).isEqualTo(counts.get(1));
    assertThat(tokens.in().written()).isEqualTo(Math.max(counts.get(2), counts.get(3)));
    assertThat(tokens.in().writtenForAnHour()).isEqualTo(counts.get(3));
    assertThat(tokens.in().all()).isGreaterThanOrEqualTo(counts.get(4) + counts.get(5));
    assertThat(tokens.out().all()).isGreaterThanOrEqualTo(counts.get(6));
    assertThat(tokens.out().reasoning()).isEqualTo(counts.get(7));
    assertThat(tokens.out().audio()).isEqualTo(counts.get(8));
    assertThat(tokens.out().image()).isEqualTo(counts.get(9));
  }

  /**
   * So that a budget that has reserved the greatest cost is not overspent by the kind of tokens.
   */
  @Property
  void shouldNeverBeOverTheGreatestCostOfTheSameTokens(
      @ForAll @Size(KINDS) List<@LongRange(max = 1_000_000_000L) Long> millionths,
      @ForAll @LongRange(max = 1_000_000L) long text,
      @ForAll @LongRange(max = 1_000_000L) long images,
      @ForAll @LongRange(max = 1_000_000L) long out) {
    PriceList prices = prices(millionths);
    UsedTokens expected = UsedTokens.expected(text + images, images, out);
    BigDecimal most = ((Cost.Known) prices.greatest(CALL, expected)).amount();

    for (long written : List.of(0L, text)) {
      for (Out kind :
          List.of(new Out(out, 0, 0, 0), new Out(out, out, 0, 0), new Out(out, 0, 0, out))) {
        for (long named : List.of(0L, images)) {
          In in = new In(text + images, 0, written, written, 0, named);
          assertThat(cost(prices, new UsedTokens(in, kind))).isLessThanOrEqualTo(most);
        }
      }
    }
  }

  @Property
  void shouldMakeTheWorstOfCountsFitTogether(@ForAll @Size(KINDS) List<Long> counts) {
    UsedTokens tokens = reported(counts, 0, 0);
    In in = tokens.in();
    Out out = tokens.out();

    assertThat(
            List.of(
                in.cached(),
                in.written(),
                in.writtenForAnHour(),
                in.audio(),
                in.image(),
                in.plain()))
        .allMatch(count -> count >= 0);
    assertThat(in.written()).isGreaterThanOrEqualTo(in.writtenForAnHour());
    assertThat(in.cached() + in.written() + in.audio() + in.image() + in.plain())
        .isEqualTo(in.all());
    assertThat(List.of(out.reasoning(), out.audio(), out.image(), out.plain()))
        .allMatch(count -> count >= 0);
    assertThat(out.reasoning() + out.audio() + out.image() + out.plain()).isEqualTo(out.all());
  }
}
