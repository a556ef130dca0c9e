// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import static io.completionworker.codec.UsageRecords.orZero;

import io.completionworker.avro.CompletionTokensDetails;
import io.completionworker.avro.PromptTokensDetails;
import io.completionworker.avro.TokenUsage;
import io.completionworker.completion.Answer.Served;
import io.completionworker.completion.Attempt;
import io.completionworker.completion.ChosenTier;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.CutText;
import io.completionworker.completion.PrintableText;
import io.completionworker.metrics.CallMeters;
import io.completionworker.metrics.Meters;
import io.completionworker.metrics.Meters.Tokens;
import io.completionworker.pricing.PriceList;
import io.completionworker.pricing.PriceList.Cost;
import io.completionworker.pricing.PriceList.PricedCall;
import io.completionworker.pricing.UsedTokens;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Computes what attempts used and cost, and logs the models without a price. Safe on every thread.
 *
 * <p>A cache hit costs nothing, even if the price file does not have the model or the tokens were
 * not counted. An attempt without reported token counts has no cost. It may have been billed, but
 * the amount is unknown.
 */
public final class UsageCosts {

  private static final Logger log = LoggerFactory.getLogger(UsageCosts.class);

  /**
   * The most models that are logged. Their names come from outside, so their number is unlimited.
   */
  private static final int MOST = 100;

  private static final int LONGEST = 100;

  private final @Nullable PriceList prices;
  private final Meters meters;
  private final Set<String> named = ConcurrentHashMap.newKeySet();

  /**
   * Creates a computation with these prices.
   *
   * @param prices null if no costs are computed
   */
  public UsageCosts(@Nullable PriceList prices, Meters meters) {
    this.prices = prices;
    this.meters = meters;
  }

  /**
   * Returns the cost of an attempt.
   *
   * @param provider the provider that served the attempt, otherwise the one asked for, or null
   */
  Cost of(CompletionCall call, Attempt attempt, @Nullable String provider) {
    Served served = attempt.result().served();
    if (prices == null || served == null) {
      return new Cost.Unknown();
    }
    if (served.cacheHit()) {
      return prices.nothing();
    }
    TokenUsage usage = served.usage();
    return usage == null
        ? new Cost.Unknown()
        : prices.cost(
            new PricedCall(
                model(call, attempt),
                provider,
                served.serviceTier(),
                attempt.endedAt(),
                call.tokens().images().count()),
            tokens(usage));
  }

  /**
   * Adds tokens and cost of an attempt to the meters. An attempt without a cost counts as unpriced.
   */
  void count(PricedAttempt billed) {
    Served served = billed.attempt().result().served();
    TokenUsage usage = served == null || served.cacheHit() ? null : served.usage();
    String model = billed.call().scope().model();
    if (usage != null) {
      UsedTokens used = tokens(usage);
      meters.used(
          billed.provider(),
          model,
          new Tokens(
              used.in().all(),
              used.out().all(),
              used.in().cached(),
              used.in().written(),
              used.out().reasoning()));
      countTier(billed.call(), served, used);
      if (!addsUp(usage)) {
        meters.unexplainedUsage();
        log.debug("Token counts of call {} do not add up: {}", billed.attempt().callId(), usage);
      }
    }
    if (billed.cost() instanceof Cost.Known known) {
      meters.cost(model, known.amount(), known.currency());
    } else if (served == null || !served.cacheHit()) {
      meters.unpriced(whyUnpriced(billed.cost()));
    }
    if (billed.cost() instanceof Cost.NoPrice) {
      report(model(billed.call(), billed.attempt()));
    }
  }

  private void countTier(CompletionCall call, @Nullable Served served, UsedTokens used) {
    ChosenTier chosen = call.tier();
    if (chosen != null) {
      String named = served == null ? null : served.serviceTier();
      String tier = named == null ? chosen.name() : named.strip().toLowerCase(Locale.ROOT);
      meters.tiers().used(tier, used.in().all() + used.out().all());
    }
  }

  private String whyUnpriced(Cost cost) {
    if (cost instanceof Cost.NoPrice) {
      return CallMeters.UNKNOWN_MODEL;
    } else if (cost instanceof Cost.TooLarge) {
      return CallMeters.TOO_LARGE;
    }
    return prices == null ? CallMeters.NO_PRICES : CallMeters.NO_COUNTS;
  }

  /**
   * Logs that a model has no price, once for each model.
   *
   * @return whether it was logged
   */
  boolean report(String model) {
    String shown = PrintableText.of(CutText.of(model, LONGEST));
    boolean isNew = named.size() < MOST && named.add(shown);
    if (isNew) {
      log.warn("Usage of {} has no cost: the price file has no price for it", shown);
    }
    return isNew;
  }

  /** Returns the model that did the work; if no response names it, the model asked for. */
  private static String model(CompletionCall call, Attempt attempt) {
    Served served = attempt.result().served();
    return served == null || served.model().isEmpty() ? call.request().getModel() : served.model();
  }

  /**
   * Returns the tokens used. Tokens of the total that are not in the prompt count as completion
   * tokens, even if the endpoint does not name them.
   */
  private static UsedTokens tokens(TokenUsage usage) {
    return new UsedTokens(
        in(usage, usage.getPromptTokens()),
        out(usage, Math.max(usage.getCompletionTokens(), beyondPrompt(usage))));
  }

  private static long beyondPrompt(TokenUsage usage) {
    return Math.max(0, usage.getTotalTokens()) - Math.max(0, usage.getPromptTokens());
  }

  private static UsedTokens.In in(TokenUsage usage, long all) {
    PromptTokensDetails parts = usage.getPromptTokensDetails();
    return parts == null
        ? new UsedTokens.In(all, 0, 0, 0, 0, 0)
        : new UsedTokens.In(
            all,
            orZero(parts.getCachedTokens()),
            orZero(parts.getCacheWriteTokens()),
            orZero(parts.getCacheWrite1hTokens()),
            orZero(parts.getAudioTokens()),
            orZero(parts.getImageTokens()));
  }

  private static UsedTokens.Out out(TokenUsage usage, long all) {
    CompletionTokensDetails parts = usage.getCompletionTokensDetails();
    return parts == null
        ? new UsedTokens.Out(all, 0, 0, 0)
        : new UsedTokens.Out(
            all,
            orZero(parts.getReasoningTokens()),
            orZero(parts.getAudioTokens()),
            orZero(parts.getImageTokens()));
  }

  /**
   * Whether the total is the sum of prompt and completion, and no part is larger than its whole.
   */
  private static boolean addsUp(TokenUsage usage) {
    return usage.getCompletionTokens() == beyondPrompt(usage)
        && in(usage, usage.getPromptTokens()).all() == usage.getPromptTokens()
        && out(usage, usage.getCompletionTokens()).all() == usage.getCompletionTokens();
  }

  /**
   * An attempt that was or may have been billed, and its cost. The cost is computed once, even if
   * the row is encoded again or left out.
   *
   * @param provider the provider that served the attempt, otherwise the one asked for, or null
   */
  record PricedAttempt(
      CompletionCall call, Attempt attempt, @Nullable String provider, Cost cost) {}
}
