// SPDX-License-Identifier: Apache-2.0
package io.completionworker.metrics;

import io.completionworker.completion.ProviderName;
import io.completionworker.metrics.MeterSpec.Registration;
import io.completionworker.metrics.MeterSpec.Registration.ByTag;
import io.completionworker.metrics.Meters.Tokens;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Meters of calls to the endpoint: their number, duration, usage and cost. */
public final class CallMeters {

  /** The model of the call is not in the price file. */
  public static final String UNKNOWN_MODEL = "unknown-model";

  /** The call used more than can be calculated with. */
  public static final String TOO_LARGE = "too-large";

  /** The call has no token counts. */
  public static final String NO_COUNTS = "no-counts";

  /** The worker has no price file. */
  public static final String NO_PRICES = "no-prices";

  private static final String A_MODEL = "the model asked for, within `metrics.models`, or `other`";

  public static final MeterSpec IN_FLIGHT =
      MeterSpec.gauge(
          "completion.worker.in.flight",
          "calls",
          "Open calls. If it stays at `async.max.in.flight` during a backlog, that key is the"
              + " bottleneck.");

  public static final MeterSpec ATTEMPTS =
      MeterSpec.timer(
              "completion.worker.attempts",
              "Attempts and how long they took.",
              0.1,
              0.25,
              0.5,
              1,
              2.5,
              5,
              10,
              20,
              40,
              60,
              120,
              300,
              600,
              1_800,
              3_600,
              14_400,
              86_400)
          .tag("outcome", "`response` or a failure reason");

  /**
   * The bucket bounds are those that OpenTelemetry recommends for GenAI metrics, continued beyond
   * the default timeout of calls. OpenTelemetry's last bound is 82 s, and no percentile is known
   * above the last bound.
   */
  public static final MeterSpec OPERATION_DURATION =
      ofCalls(
              MeterSpec.timer(
                  "gen_ai.client.operation.duration",
                  "Attempts and how long they took, by model, under OpenTelemetry's name.",
                  0.01,
                  0.02,
                  0.04,
                  0.08,
                  0.16,
                  0.32,
                  0.64,
                  1.28,
                  2.56,
                  5.12,
                  10.24,
                  20.48,
                  40.96,
                  81.92,
                  163.84,
                  327.68,
                  655.36))
          .tag("error.type", "a failure reason; empty (for Prometheus: absent) if answered");

  /** The bucket bounds are those that OpenTelemetry recommends for GenAI metrics. */
  public static final MeterSpec TOKEN_USAGE =
      ofCalls(
              MeterSpec.histogram(
                  "gen_ai.client.token.usage",
                  "tokens",
                  "Tokens of each billed call that reported its usage, under OpenTelemetry's name.",
                  1,
                  4,
                  16,
                  64,
                  256,
                  1_024,
                  4_096,
                  16_384,
                  65_536,
                  262_144,
                  1_048_576,
                  4_194_304,
                  16_777_216,
                  67_108_864))
          .tag("gen_ai.token.type", "`input` or `output`");

  public static final MeterSpec TOKENS =
      MeterSpec.counter(
              "completion.worker.tokens",
              "tokens",
              "Billed tokens, by kind. Tokens of the types `cached` and `cache-write` are also in"
                  + " `prompt`, those of `reasoning` also in `completion`.")
          .tag("type", "`prompt`, `completion`, `cached`, `cache-write` or `reasoning`")
          .tag("model", A_MODEL);

  public static final MeterSpec COST =
      MeterSpec.counter(
              "completion.worker.cost",
              "currency",
              "Cost of all calls that the price file has a price for. The price is that of the"
                  + " model that answered. For bills, take the usage windows: this meter begins at"
                  + " 0 after a restart, and may count twice after a crash.")
          .tag("currency", "the currency of the price file")
          .tag("model", A_MODEL);

  public static final MeterSpec UNPRICED =
      MeterSpec.counter(
              "completion.worker.unpriced",
              "calls",
              "Billable usage rows without a cost. The log names the models that the price file"
                  + " lacks; see [usage](usage.md#unpriced-calls).")
          .tag("reason", "`unknown-model`, `too-large`, `no-counts` or `no-prices`");

  public static final MeterSpec UNEXPLAINED_USAGE =
      MeterSpec.counter(
          "completion.worker.usage.unexplained",
          "calls",
          "Billed calls whose token counts do not add up: the total is not the sum of prompt and"
              + " completion, or a part is larger than its whole. Their cost includes all that the"
              + " counts show; see [cost](cost.md#what-is-computed).");

  public static final MeterSpec FIRST_CHUNK =
      MeterSpec.timer(
          "completion.worker.chunks.first",
          "Time from the start of a streamed attempt to its first delta.",
          0.05,
          0.1,
          0.25,
          0.5,
          1,
          2.5,
          5,
          10,
          20,
          40,
          60,
          120,
          300,
          600);

  static final List<MeterSpec> ALL =
      List.of(
          IN_FLIGHT,
          ATTEMPTS,
          OPERATION_DURATION,
          TOKEN_USAGE,
          TOKENS,
          COST,
          UNPRICED,
          UNEXPLAINED_USAGE,
          FIRST_CHUNK);

  private CallMeters() {}

  private static MeterSpec ofCalls(MeterSpec meter) {
    return meter
        .tag("gen_ai.operation.name", "`chat`")
        .tag(
            ProviderName.ATTRIBUTE,
            "the provider, by OpenTelemetry's name where it has one, or `other`")
        .tag("gen_ai.request.model", A_MODEL);
  }

  /** Records calls by provider and model. The number of both is bounded. Safe on every thread. */
  static final class CallRecorder {

    private static final String OPERATION = "chat";

    /** There are few providers, but records may name any. */
    private static final int MOST_PROVIDERS = 20;

    private final Registration registration;
    private final BoundedNames models;
    private final BoundedNames providers;
    private final String configuredProvider;
    private final ByTag<ByTag<Calls>> calls = new ByTag<>(this::ofProvider);
    private final ByTag<Sums> sums = new ByTag<>(Sums::new);

    /**
     * @param provider the provider of calls that name none; null if it is unknown
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

    /** The meters of one provider and model. */
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

    /** The sums of one model. */
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
}
