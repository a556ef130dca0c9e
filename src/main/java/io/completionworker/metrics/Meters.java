// SPDX-License-Identifier: Apache-2.0
package io.completionworker.metrics;

import io.completionworker.config.MetricsConfig;
import io.completionworker.metrics.CallMeters.CallRecorder;
import io.completionworker.metrics.MeterSpec.Registration;
import io.completionworker.metrics.MeterSpec.Registration.ByTag;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Records what happens as meters, with the names and tags of {@link MeterSpec#all}. Safe on every
 * thread; nothing blocks, and each event costs a look-up at most.
 */
public final class Meters {

  private static final String RESPONSE = "response";
  private static final String DEAD_LETTER = "dead-letter";

  /** A call of a model that the price file lacks. */
  public static final String UNKNOWN_MODEL = "unknown-model";

  /** A call that used more than can be reckoned with. */
  public static final String TOO_LARGE = "too-large";

  /** A call whose tokens nobody counted. */
  public static final String NO_COUNTS = "no-counts";

  /** A call of a worker without a price file. */
  public static final String NO_PRICES = "no-prices";

  private static final List<String> UNPRICED =
      List.of(UNKNOWN_MODEL, TOO_LARGE, NO_COUNTS, NO_PRICES);

  private final Registration registration;
  private final CallRecorder calls;
  private final ByTag<Timer> attempts;
  private final ByTag<Counter> outcomes;
  private final ByTag<Counter> retries;
  private final ByTag<Counter> headersRefused;
  private final ByTag<Counter> holds;
  private final ByTag<Counter> unpriced;
  private final ByTag<Timer> requests;
  private final Timer permitWaits;
  private final Timer firstChunks;
  private final Counter chunks;
  private final Counter stale;
  private final Counter recovered;
  private final Counter breakerOpenings;
  private final Counter unexplainedUsage;
  private final Counter windowsEmitted;
  private final Counter rowsLate;
  private final Counter windowsLeftOut;
  private final Counter unencodable;

  /** Meters of this registry, as they are where nothing is configured. */
  public Meters(MeterRegistry registry) {
    this(registry, MetricsConfig.DEFAULT, null);
  }

  /**
   * Meters of this registry.
   *
   * @param provider of calls that name none; null where that is not known
   */
  public Meters(MeterRegistry registry, MetricsConfig config, @Nullable String provider) {
    Registration r = new Registration(registry);
    registration = r;
    calls = new CallRecorder(r, new BoundedNames(config.models(), config.maxModels()), provider);
    attempts = new ByTag<>(outcome -> r.timer(CallMeters.ATTEMPTS, outcome));
    outcomes = new ByTag<>(outcome -> r.counter(RequestMeters.OUTCOMES, outcome));
    retries = new ByTag<>(reason -> r.counter(RequestMeters.RETRIES, reason));
    headersRefused = new ByTag<>(header -> r.counter(RequestMeters.HEADERS_REFUSED, header));
    holds = new ByTag<>(reason -> r.counter(HealthMeters.HOLDS, reason));
    unpriced = new ByTag<>(reason -> r.counter(CallMeters.UNPRICED, reason));
    requests = new ByTag<>(kind -> r.timer(RequestMeters.REQUEST_DURATION, kind));
    permitWaits = r.timer(HealthMeters.PERMIT_WAIT);
    firstChunks = r.timer(CallMeters.FIRST_CHUNK);
    chunks = r.counter(RequestMeters.CHUNKS);
    stale = r.counter(RequestMeters.STALE);
    recovered = r.counter(RequestMeters.RECOVERED);
    breakerOpenings = r.counter(HealthMeters.BREAKER_OPENINGS);
    unexplainedUsage = r.counter(CallMeters.UNEXPLAINED_USAGE);
    windowsEmitted = r.counter(RequestMeters.USAGE_WINDOWS, "emitted");
    rowsLate = r.counter(RequestMeters.USAGE_WINDOWS, "late");
    windowsLeftOut = r.counter(RequestMeters.USAGE_WINDOWS, "left-out");
    unencodable = r.counter(RequestMeters.UNENCODABLE);
  }

  /**
   * Makes counters that there is an alert for before they have anything to count: an increase is
   * seen only by those who have seen what was before it.
   *
   * @param failures every failure reason
   * @param headers every header that is refused
   */
  public void expect(Collection<String> failures, Collection<String> headers) {
    failures.forEach(outcomes::of);
    outcomes.of(RESPONSE);
    outcomes.of(DEAD_LETTER);
    headers.forEach(headersRefused::of);
    UNPRICED.forEach(unpriced::of);
  }

  /** Watches a value, which is asked for at each scrape by the thread that scrapes. */
  public void watch(MeterSpec gauge, Supplier<Number> value, String... tagValues) {
    registration.gauge(gauge, value, tagValues);
  }

  /**
   * An attempt has ended.
   *
   * @param provider that served it or was asked for; null for the configured one
   * @param model that was asked for
   * @param error failure reason, or null when it was answered
   */
  public void attempt(
      @Nullable String provider, String model, @Nullable String error, Duration took) {
    attempts.of(error == null ? RESPONSE : error).record(took);
    calls.ended(provider, model, error == null ? "" : error, took);
  }

  /** Tokens of a billed call. */
  public void used(@Nullable String provider, String model, Tokens tokens) {
    calls.used(provider, model, tokens);
  }

  /** A call has a cost. */
  public void cost(String model, BigDecimal amount, String currency) {
    calls.cost(model, amount, currency);
  }

  /**
   * A request has its outcome, and it is committed.
   *
   * @param outcome response, dead-letter or a failure reason
   * @param took since it was accepted
   */
  public void outcome(String outcome, Duration took) {
    outcomes.of(outcome).increment();
    boolean failed = !outcome.equals(RESPONSE) && !outcome.equals(DEAD_LETTER);
    requests.of(failed ? "failure" : outcome).record(took);
  }

  /** Something that was to be written can never be encoded, and became less or nothing. */
  public void unencodable() {
    unencodable.increment();
  }

  /** A usage window can never be encoded. */
  public void windowLeftOut() {
    windowsLeftOut.increment();
  }

  /** A retry was scheduled. */
  public void retry(String reason) {
    retries.of(reason).increment();
  }

  /** An attempt has started that could have started so long ago as far as its request goes. */
  public void started(Duration waited) {
    permitWaits.record(waited);
  }

  /** The first delta of a streamed attempt is here, so long after its start. */
  public void firstChunk(Duration took) {
    firstChunks.record(took);
  }

  /** A chunk was forwarded. */
  public void chunk() {
    chunks.increment();
  }

  /** An answer or a chunk came too late to count. */
  public void stale() {
    stale.increment();
  }

  /** A request is called again. */
  public void recovered() {
    recovered.increment();
  }

  /** A record header was refused; the name is of the fixed list of forbidden names. */
  public void headerRefused(String name) {
    headersRefused.of(name).increment();
  }

  /** A credential was put on hold. */
  public void hold(String reason) {
    holds.of(reason).increment();
  }

  /** The endpoint fails a credential; its calls wait from now on. */
  public void breakerOpened() {
    breakerOpenings.increment();
  }

  /** A billable call has no cost; the reason is one of a few. */
  public void unpriced(String reason) {
    unpriced.of(reason).increment();
  }

  /** The token counts of a billed call do not add up. */
  public void unexplainedUsage() {
    unexplainedUsage.increment();
  }

  /** A usage window was written. */
  public void windowEmitted() {
    windowsEmitted.increment();
  }

  /** A usage row came for a window that is written already. */
  public void rowLate() {
    rowsLate.increment();
  }

  /**
   * Tokens that were billed.
   *
   * @param cached of the prompt, read from the provider's cache
   * @param cacheWritten of the prompt, written to the provider's cache
   * @param reasoning of the completion
   */
  public record Tokens(
      long prompt, long completion, long cached, long cacheWritten, long reasoning) {}
}
