// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import io.completionworker.avro.CompletionChunk;
import io.completionworker.avro.CompletionControl;
import io.completionworker.avro.CompletionFailure;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.UsageWindow;
import io.completionworker.codec.CallReader;
import io.completionworker.codec.CallReader.RequestFaults;
import io.completionworker.codec.ChunkEncoder;
import io.completionworker.codec.ControlReader;
import io.completionworker.codec.CostBound;
import io.completionworker.codec.KeyedReader;
import io.completionworker.codec.OutcomeEncoder;
import io.completionworker.codec.PrefixedReader;
import io.completionworker.codec.TieredReader;
import io.completionworker.codec.UsageCosts;
import io.completionworker.codec.WindowEncoder;
import io.completionworker.codec.headers.GatewayMetadata;
import io.completionworker.completion.port.RequestReader;
import io.completionworker.config.CacheConfig;
import io.completionworker.config.ConfigFaultsException;
import io.completionworker.config.GatewayConfig;
import io.completionworker.config.PromptCacheConfig;
import io.completionworker.config.TierConfig;
import io.completionworker.config.WorkerSettings;
import io.completionworker.control.budget.Budgets;
import io.completionworker.control.budget.Pricing;
import io.completionworker.format.ValueSerdes;
import io.completionworker.headers.KnownHeader;
import io.completionworker.metrics.Meters;
import io.completionworker.pricing.PriceFile;
import io.completionworker.pricing.PriceList;
import io.completionworker.tokens.TokenEstimator;
import io.completionworker.validation.RequestValidator;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** Builds the decoder and the encoders from the settings. */
final class Codecs {

  /** Time until other instances have read what is committed, with plenty to spare. */
  private static final Duration KNOWN = Duration.ofSeconds(2);

  private Codecs() {}

  static RequestReader reader(
      WorkerSettings settings, ValueSerdes serdes, TokenEstimator estimator) {
    CallReader reader =
        new CallReader(
            serdes.forValues(CompletionRequest.class).deserializer(),
            serdes.eitherFormat(CompletionRequest.class),
            validator(settings),
            estimator,
            settings.gateway().credentials(),
            settings.gateway().headers());
    CacheConfig cache = settings.cache();
    GatewayConfig gateway = settings.gateway();
    boolean configured =
        gateway.credentials().config() != null
            || gateway.headers().fixed().containsKey(KnownHeader.CONFIG.text());
    RequestReader keyed = cache.on() ? new KeyedReader(reader, cache.scope(), configured) : reader;
    PromptCacheConfig prompts = settings.promptCache();
    RequestReader prefixed = prompts.on() ? new PrefixedReader(keyed, prompts.minTokens()) : keyed;
    TierConfig tiers = settings.tiers(); // after the keys: all tiers share an answer
    return tiers.on() ? new TieredReader(prefixed, tiers) : prefixed;
  }

  /** Returns the decoder of controls. They outlive a change of the format, so it reads either. */
  static ControlReader controls(
      WorkerSettings settings, ValueSerdes serdes, LongSupplier monotonicNanos) {
    return new ControlReader(
        serdes.eitherFormat(CompletionControl.class),
        settings.topics().controls(),
        settings.hold().unknownSchema(),
        monotonicNanos);
  }

  /** Returns the checks of {@link #reader}, for requests that are not records yet. */
  static RequestFaults faults(WorkerSettings settings) {
    return new RequestFaults(validator(settings), settings.gateway().headers());
  }

  private static RequestValidator validator(WorkerSettings settings) {
    return new RequestValidator(settings.records().strictness());
  }

  static ChunkEncoder chunkWriter(WorkerSettings settings, ValueSerdes serdes) {
    return new ChunkEncoder(
        serdes.forValues(CompletionChunk.class),
        settings.topics().chunks(),
        settings.async().maxRecordBytes(),
        InstantSource.system());
  }

  /**
   * Returns the calculation of what usage costs.
   *
   * @throws ConfigFaultsException if the price file cannot be used
   */
  static UsageCosts costs(WorkerSettings settings, Meters meters) {
    Path prices = settings.usageCost().prices();
    return new UsageCosts(prices == null ? null : PriceFile.read(prices), meters);
  }

  /** Returns what requests may cost; no budgets if there may be none. */
  static Budgets budgets(WorkerSettings settings, LongSupplier millis, LongSupplier nanos) {
    Path prices = settings.usageCost().prices();
    if (prices == null || !settings.budgets().on()) {
      return Budgets.none();
    }
    PriceList list = PriceFile.read(prices);
    String provider = settings.gateway().credentials().provider();
    return new Budgets(
        settings.budgets(),
        new Pricing(
            list.currency(),
            new CostBound(list, provider, millis),
            GatewayMetadata::sent,
            KNOWN.plus(StreamsSettings.commitInterval(settings).multipliedBy(3))),
        millis,
        nanos);
  }

  /** Returns the estimate of what calls use, which budgets need to be exact. */
  static TokenEstimator tokens(WorkerSettings settings) {
    return settings.budgets().on()
        ? TokenEstimator.exact(settings.rateLimit().outputTokens())
        : TokenEstimator.of(settings.rateLimit());
  }

  static OutcomeEncoder writer(WorkerSettings settings, ValueSerdes serdes, UsageCosts costs) {
    return new OutcomeEncoder(
        new OutcomeEncoder.Serdes(
            serdes.forValues(CompletionResponse.class),
            serdes.forValues(CompletionUsage.class),
            serdes.forValues(CompletionFailure.class)),
        settings.topics(),
        new OutcomeEncoder.Settings(
            settings.async().maxRecordBytes(),
            settings.records().responseBody(),
            settings.gateway().endpoint(),
            settings.gateway().credentials().provider()),
        costs,
        InstantSource.system());
  }

  static WindowEncoder windows(WorkerSettings settings, ValueSerdes serdes) {
    return new WindowEncoder(serdes.forValues(UsageWindow.class), settings.topics().usageWindows());
  }
}
