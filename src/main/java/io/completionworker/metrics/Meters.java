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
 * Records events as meters, with the names and tags of {@link MeterSpec#all}. Safe on every thread.
 * No method blocks, and each event takes at most one lookup.
 */
public final class Meters {

  private static final String RESPONSE = "response";
  private static final String DEAD_LETTER = "dead-letter";

  /** The name of the only class of requests. */
  private static final String ONE_CLASS = "";

  private static final List<String> UNPRICED =
      List.of(
          CallMeters.UNKNOWN_MODEL,
          CallMeters.TOO_LARGE,
          CallMeters.NO_COUNTS,
          CallMeters.NO_PRICES);

  private final Registration registration;
  private final CallRecorder calls;
  private final TierMeters tiers;
  private final ByTag<Timer> attempts;
  private final ByTag<Counter> outcomes;
  private final ByTag<Counter> retries;
  private final ByTag<Counter> headersRefused;
  private final ByTag<Counter> holds;
  private final ByTag<Counter> unpriced;
  private final ByTag<Timer> requests;
  private final CacheCounters caches;
  private final ByTag<Counter> tenantCalls;
  private final ByTag<Counter> tenantTokens;
  private final ByTag<Timer> permitWaits;
  private final Timer firstChunks;
  private final Counter chunks;
  private final Counter stale;
  private final Counter recovered;
  private final ByTag<Counter> deleted;
  private final Counter repeats;
  private final Counter breakerOpenings;
  private final Counter unexplainedUsage;
  private final ByTag<Counter> usageWindows;
  private final Counter unencodable;

  /** Creates the meters in this registry, with default settings. */
  public Meters(MeterRegistry registry) {
    this(registry, MetricsConfig.DEFAULT, null, List.of());
  }

  /**
   * Creates the meters in this registry.
   *
   * @param provider the provider of calls that name none; null if it is unknown
   * @param classes names of the classes of requests; empty if there is only one
   */
  public Meters(
      MeterRegistry registry,
      MetricsConfig config,
      @Nullable String provider,
      List<String> classes) {
    Registration r = new Registration(registry);
    registration = r;
    calls = new CallRecorder(r, new BoundedNames(config.models(), config.maxModels()), provider);
    tiers = new TierMeters(r);
    attempts = new ByTag<>(outcome -> r.timer(CallMeters.ATTEMPTS, outcome));
    outcomes = new ByTag<>(outcome -> r.counter(RequestMeters.OUTCOMES, outcome));
    retries = new ByTag<>(reason -> r.counter(RequestMeters.RETRIES, reason));
    headersRefused = new ByTag<>(header -> r.counter(RequestMeters.HEADERS_REFUSED, header));
    holds = new ByTag<>(reason -> r.counter(HealthMeters.HOLDS, reason));
    unpriced = new ByTag<>(reason -> r.counter(CallMeters.UNPRICED, reason));
    requests = new ByTag<>(kind -> r.timer(RequestMeters.REQUEST_DURATION, kind));
    caches = new CacheCounters(r);
    tenantCalls = new ByTag<>(tenant -> r.counter(RequestMeters.TENANT_CALLS, tenant));
    tenantTokens = new ByTag<>(tenant -> r.counter(RequestMeters.TENANT_TOKENS, tenant));
    permitWaits = new ByTag<>(one -> r.timer(spec(HealthMeters.PERMIT_WAIT, one), tag(one)));
    deleted = new ByTag<>(one -> r.counter(spec(RequestMeters.DELETED, one), tag(one)));
    for (String one : classes.isEmpty() ? List.of(ONE_CLASS) : classes) {
      permitWaits.of(one);
      deleted.of(one);
    }
    firstChunks = r.timer(CallMeters.FIRST_CHUNK);
    chunks = r.counter(RequestMeters.CHUNKS);
    stale = r.counter(RequestMeters.STALE);
    recovered = r.counter(RequestMeters.RECOVERED);
    repeats = r.counter(RequestMeters.REPEATS);
    breakerOpenings = r.counter(HealthMeters.BREAKER_OPENINGS);
    unexplainedUsage = r.counter(CallMeters.UNEXPLAINED_USAGE);
    usageWindows = new ByTag<>(event -> r.counter(RequestMeters.USAGE_WINDOWS, event));
    List.of("emitted", "late", "left-out").forEach(usageWindows::of);
    unencodable = r.counter(RequestMeters.UNENCODABLE);
  }

  /**
   * Registers the counters that alerts use before they count anything. A monitoring system sees an
   * increase only if it has seen the value before it.
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

  /** Returns the meters of service tiers that the worker has chosen. */
  public TierMeters tiers() {
    return tiers;
  }

  /** Registers a gauge. Each scrape reads the value, on the thread that scrapes. */
  public void watch(MeterSpec gauge, Supplier<Number> value, String... tagValues) {
    registration.gauge(gauge, value, tagValues);
  }

  /**
   * Registers a gauge of one class of requests, with the tag of the class if it has a name. A
   * worker without classes has one class without a name.
   */
  public void watchClass(MeterSpec gauge, String requestClass, Supplier<Number> value) {
    watch(spec(gauge, requestClass), value, tag(requestClass));
  }

  private static MeterSpec spec(MeterSpec spec, String requestClass) {
    return requestClass.equals(ONE_CLASS) ? spec : spec.ofClass();
  }

  private static String[] tag(String requestClass) {
    return requestClass.equals(ONE_CLASS) ? new String[0] : new String[] {requestClass};
  }

  /**
   * Records the end of an attempt.
   *
   * @param provider the provider that served it or was requested; null for the configured one
   * @param model the requested model
   * @param error the failure reason, or null if it was answered
   */
  public void attempt(
      @Nullable String provider, String model, @Nullable String error, Duration took) {
    attempts.of(error == null ? RESPONSE : error).record(took);
    calls.ended(provider, model, error == null ? "" : error, took);
  }

  /** Records the tokens of a billed call. */
  public void used(@Nullable String provider, String model, Tokens tokens) {
    calls.used(provider, model, tokens);
  }

  /** Adds the cost of a call. */
  public void cost(String model, BigDecimal amount, String currency) {
    calls.cost(model, amount, currency);
  }

  /**
   * Records the committed outcome of a request.
   *
   * @param outcome response, dead-letter or a failure reason
   * @param took the time since the request was accepted
   */
  public void outcome(String outcome, Duration took) {
    outcomes.of(outcome).increment();
    boolean failed = !outcome.equals(RESPONSE) && !outcome.equals(DEAD_LETTER);
    requests.of(failed ? "failure" : outcome).record(took);
  }

  /** Counts an output that can never be encoded, so that less or nothing was written. */
  public void unencodable() {
    unencodable.increment();
  }

  /** Counts a usage window that can never be encoded. */
  public void windowLeftOut() {
    usageWindows.of("left-out").increment();
  }

  /** Counts a scheduled retry. */
  public void retry(String reason) {
    retries.of(reason).increment();
  }

  /**
   * Records the start of an attempt.
   *
   * @param requestClass name of the class of its request; empty if there is only one
   * @param waited the time since its request was ready for the attempt
   */
  public void started(String requestClass, Duration waited) {
    permitWaits.of(requestClass).record(waited);
  }

  /** Counts a call that a tenant starts, and its estimated tokens. */
  public void tenantStarted(String tenant, long tokens) {
    tenantCalls.of(tenant).increment();
    tenantTokens.of(tenant).increment((double) tokens);
  }

  /** Records how long it took from the start of a streamed attempt to its first delta. */
  public void firstChunk(Duration took) {
    firstChunks.record(took);
  }

  /** Counts a forwarded chunk. */
  public void chunk() {
    chunks.increment();
  }

  /** Counts an answer or a chunk that came too late to be used. */
  public void stale() {
    stale.increment();
  }

  /**
   * Counts requests that were deleted from their topic before they were read.
   *
   * @param requestClass name of the class of the topic; empty if there is only one
   */
  public void deleted(String requestClass, long requests) {
    deleted.of(requestClass).increment((double) requests);
  }

  /** Returns the counters of what requests gain from each other. */
  public CacheCounters caches() {
    return caches;
  }

  /** Counts a request that was found in the store and dispatched again. */
  public void recovered() {
    recovered.increment();
  }

  /** Counts a record that repeats a request and has no outcome of its own. */
  public void repeat() {
    repeats.increment();
  }

  /** Counts a refused record header. The name must be from the fixed list of forbidden names. */
  public void headerRefused(String name) {
    headersRefused.of(name).increment();
  }

  /** Counts a hold of a credential. */
  public void hold(String reason) {
    holds.of(reason).increment();
  }

  /** Counts a circuit breaker that opened. Calls of its credential wait from now on. */
  public void breakerOpened() {
    breakerOpenings.increment();
  }

  /** Counts a billable call without a cost. The reason must be a constant of CallMeters. */
  public void unpriced(String reason) {
    unpriced.of(reason).increment();
  }

  /** Counts a billed call whose token counts do not add up. */
  public void unexplainedUsage() {
    unexplainedUsage.increment();
  }

  /** Counts a usage window that was written. */
  public void windowEmitted() {
    usageWindows.of("emitted").increment();
  }

  /** Counts a usage row that came after its window was written. */
  public void rowLate() {
    usageWindows.of("late").increment();
  }

  /**
   * Tokens that were billed.
   *
   * @param cached prompt tokens read from the provider's cache
   * @param cacheWritten prompt tokens written to the provider's cache
   * @param reasoning completion tokens used for reasoning
   */
  public record Tokens(
      long prompt, long completion, long cached, long cacheWritten, long reasoning) {}
}
