// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.estimate;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.PortkeyOptions;
import io.completionworker.avro.Violation;
import io.completionworker.cli.batch.Inspector.RequestCheck;
import io.completionworker.completion.CompletionCall.TokenEstimate;
import io.completionworker.config.Secret;
import io.completionworker.config.WorkerSettings;
import io.completionworker.pricing.PriceFile;
import io.completionworker.pricing.PriceList;
import io.completionworker.pricing.PriceList.Cost;
import io.completionworker.pricing.PriceList.PricedCall;
import io.completionworker.pricing.UsedTokens;
import io.completionworker.tokens.TokenEstimator;
import io.completionworker.validation.Extra;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Adds up what requests will use and cost, by model, and how long the limits make them take.
 * Prompts count as the limits estimate them; nothing is known of caches, so their tokens have the
 * full price. For one thread.
 */
public final class CostEstimate {

  private final int outputTokens;
  private final TokenEstimator tokens;
  private final @Nullable PriceList prices;
  private final @Nullable String provider;
  private final AnswerLengths lengths;
  private final Instant now;
  private final @Nullable String virtualKey;
  private final boolean refund;
  private final LeastTime time;
  private final boolean tiered;
  private final Map<String, Expected> models = new TreeMap<>();

  private CostEstimate(WorkerSettings settings, AnswerLengths lengths, Instant now) {
    Path file = settings.usageCost().prices();
    this.outputTokens = settings.rateLimit().outputTokens();
    this.tokens = TokenEstimator.exact(outputTokens);
    this.prices = file == null ? null : PriceFile.read(file);
    this.provider = settings.gateway().credentials().provider();
    this.lengths = lengths;
    this.now = now;
    Secret key = settings.gateway().credentials().virtualKey();
    this.virtualKey = key == null ? null : key.value();
    this.refund = settings.rateLimit().refund();
    this.time = new LeastTime(settings.rateLimit());
    this.tiered = settings.tiers().on();
  }

  /**
   * Creates an estimate without requests.
   *
   * @param lengths how long answers were so far
   * @param now time whose prices apply
   * @throws io.completionworker.config.ConfigFaultsException if the price file has faults
   */
  public static CostEstimate of(WorkerSettings settings, AnswerLengths lengths, Instant now) {
    return new CostEstimate(settings, lengths, now);
  }

  /** Returns the same check. It adds each request that has no fault. */
  public RequestCheck of(RequestCheck check) {
    return request -> {
      List<Violation> violations = check.violations(request);
      if (violations.isEmpty()) {
        add(request);
      }
      return violations;
    };
  }

  /** Adds a valid request. */
  void add(CompletionRequest request) {
    Map<String, String> extra = Extra.of(request.getExtraBody()).texts();
    TokenEstimate estimate = tokens.estimate(request, extra);
    String model = request.getModel();
    AnswerLengths.Length usual = lengths.usual(model);
    boolean bounded = TokenEstimator.hasMaximum(request, extra);
    long average = usual == null ? 0 : Math.round(usual.tokens());
    long expected = bounded ? Math.min(estimate.output(), average) : average;
    long most = Math.max(estimate.output(), expected);
    // without a refund, a call takes what it has reserved
    time.add(virtualKey(request), model, estimate.input(), refund ? expected : most);
    PricedCall call =
        new PricedCall(
            model,
            provider(request),
            extra.getOrDefault("service_tier", request.getServiceTier()),
            now.toEpochMilli(),
            estimate.images().count());
    UsedTokens.In in = new UsedTokens.In(estimate.input(), 0, 0, 0, 0, estimate.images().tokens());
    models.merge(
        model,
        new Expected(
            1,
            estimate.input(),
            usual == null ? null : expected,
            most,
            bounded ? 0 : 1,
            cost(call, in, new UsedTokens.Out(0, 0, 0, 0)),
            usual == null
                ? null
                : cost(call, in, new UsedTokens.Out(expected, 0, 0, usual.images(expected))),
            dearest(call, in, most)),
        Expected::plus);
  }

  /** Returns what is expected of the requests that were added. */
  public EstimateReport report() {
    return new EstimateReport(
        new TreeMap<>(models), outputTokens, prices != null, tiered, time.bound());
  }

  private @Nullable String virtualKey(CompletionRequest request) {
    PortkeyOptions options = request.getPortkey();
    String own = options == null ? null : options.getVirtualKey();
    return own == null ? virtualKey : own;
  }

  private @Nullable String provider(CompletionRequest request) {
    PortkeyOptions options = request.getPortkey();
    String own = options == null ? null : options.getProvider();
    return own == null ? provider : own;
  }

  /** Returns the cost if the completion is all of the kind with the highest price. */
  private Amount dearest(PricedCall call, UsedTokens.In in, long completion) {
    return Stream.of(
            new UsedTokens.Out(completion, 0, 0, 0),
            new UsedTokens.Out(completion, completion, 0, 0),
            new UsedTokens.Out(completion, 0, 0, completion))
        .map(out -> cost(call, in, out))
        .max(Comparator.comparing(Amount::money))
        .orElseThrow();
  }

  private Amount cost(PricedCall call, UsedTokens.In in, UsedTokens.Out out) {
    if (prices == null) {
      return Amount.UNKNOWN;
    }
    return prices.cost(call, new UsedTokens(in, out)) instanceof Cost.Known known
        ? new Amount(known.amount(), known.currency(), 0)
        : Amount.UNKNOWN;
  }

  /**
   * What requests to one model are expected to use and cost.
   *
   * @param expectedCompletion completion tokens if answers are as long as they usually were, but no
   *     longer than the requests allow; null if no answer of the model is known
   * @param mostCompletion completion tokens that the requests allow
   * @param withoutMaximum requests that allow any number of them; each counts as {@code
   *     rate.limit.output.tokens.default}
   * @param least cost of the prompts alone
   * @param usual cost with the expected completions; null if they are not known
   * @param most cost with the longest completions
   */
  public record Expected(
      long requests,
      long promptTokens,
      @Nullable Long expectedCompletion,
      long mostCompletion,
      long withoutMaximum,
      Amount least,
      @Nullable Amount usual,
      Amount most) {

    /** Returns the sum of both. What is unknown in one of them is unknown in the sum. */
    Expected plus(Expected other) {
      return new Expected(
          requests + other.requests,
          promptTokens + other.promptTokens,
          expectedCompletion == null || other.expectedCompletion == null
              ? null
              : Long.valueOf(expectedCompletion + other.expectedCompletion),
          mostCompletion + other.mostCompletion,
          withoutMaximum + other.withoutMaximum,
          least.plus(other.least),
          usual == null || other.usual == null ? null : usual.plus(other.usual),
          most.plus(other.most));
    }
  }

  /**
   * An amount of money, and how many requests it lacks.
   *
   * @param currency empty if no request has a price
   * @param unpriced requests without a price
   */
  public record Amount(BigDecimal money, String currency, long unpriced) {

    static final Amount UNKNOWN = new Amount(BigDecimal.ZERO, "", 1);

    Amount plus(Amount other) {
      return new Amount(
          money.add(other.money),
          currency.isEmpty() ? other.currency : currency,
          unpriced + other.unpriced);
    }
  }
}
