// SPDX-License-Identifier: Apache-2.0
package io.completionworker.metrics;

import io.completionworker.completion.ProviderName;
import io.completionworker.metrics.Meters.Tokens;
import io.completionworker.metrics.Registration.ByTag;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records calls by provider and model, both bounded. Safe on every thread. */
final class CallRecorder {

  private static final String OPERATION = "chat";

  /** There are not many, but records may name any. */
  private static final int MOST_PROVIDERS = 20;

  private final Registration registration;
  private final BoundedNames models;
  private final BoundedNames providers;
  private final String configuredProvider;
  private final ByTag<ByTag<Calls>> calls = new ByTag<>(this::ofProvider);
  private final ByTag<Sums> sums = new ByTag<>(Sums::new);

  /**
   * @param provider of calls that name none; null where that is not known
   */
  CallRecorder(Registration registration, BoundedNames models, @Nullable String provider) {
    this.registration = registration;
    this.models = models;
    this.providers = new BoundedNames(List.of("*"), MOST_PROVIDERS);
    this.configuredProvider = provider == null ? "" : provider;
  }

  void ended(@Nullable String provider, String model, String error, Duration took) {
    calls(provider, model).durations.of(error).record(took);
  }

  void used(@Nullable String provider, String model, Tokens tokens) {
    Calls of = calls(provider, model);
    of.input.record((double) tokens.prompt());
    of.output.record((double) tokens.completion());
    Sums all = sums.of(models.of(model));
    all.prompt.increment((double) tokens.prompt());
    all.completion.increment((double) tokens.completion());
    all.cached.increment((double) tokens.cached());
    all.cacheWritten.increment((double) tokens.cacheWritten());
    all.reasoning.increment((double) tokens.reasoning());
  }

  void cost(String model, BigDecimal amount, String currency) {
    sums.of(models.of(model)).costs.of(currency).increment(amount.doubleValue());
  }

  private Calls calls(@Nullable String provider, String model) {
    String named = provider == null ? configuredProvider : provider;
    String bounded = named.isEmpty() ? named : providers.of(named);
    return calls.of(bounded).of(models.of(model));
  }

  private ByTag<Calls> ofProvider(String provider) {
    String name = ProviderName.of(provider);
    return new ByTag<>(model -> new Calls(name, model));
  }

  /** Of one provider and model. */
  private final class Calls {
    final ByTag<Timer> durations;
    final DistributionSummary input;
    final DistributionSummary output;

    Calls(String provider, String model) {
      durations =
          new ByTag<>(
              error ->
                  registration.timer(
                      CallMeters.OPERATION_DURATION, OPERATION, provider, model, error));
      input = tokens(provider, model, "input");
      output = tokens(provider, model, "output");
    }

    private DistributionSummary tokens(String provider, String model, String type) {
      return registration.histogram(CallMeters.TOKEN_USAGE, OPERATION, provider, model, type);
    }
  }

  /** Of one model. */
  private final class Sums {
    final Counter prompt;
    final Counter completion;
    final Counter cached;
    final Counter cacheWritten;
    final Counter reasoning;
    final ByTag<Counter> costs;

    Sums(String model) {
      prompt = registration.counter(CallMeters.TOKENS, "prompt", model);
      completion = registration.counter(CallMeters.TOKENS, "completion", model);
      cached = registration.counter(CallMeters.TOKENS, "cached", model);
      cacheWritten = registration.counter(CallMeters.TOKENS, "cache-write", model);
      reasoning = registration.counter(CallMeters.TOKENS, "reasoning", model);
      costs = new ByTag<>(currency -> registration.counter(CallMeters.COST, currency, model));
    }
  }
}
