// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.health;

import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Wait;
import io.completionworker.completion.Wait.Kind;
import io.completionworker.completion.Wait.WaitingFor;
import io.completionworker.completion.port.Admission.AttemptCost;
import io.completionworker.config.BreakerConfig;
import io.completionworker.config.MetricsConfig;
import io.completionworker.metrics.BoundedNames;
import io.completionworker.metrics.Meters;
import io.completionworker.resilience.AdmissionGate.Condition;
import io.completionworker.resilience.ExpiringMap;
import io.completionworker.resilience.MeterNames;
import io.completionworker.resilience.health.Circuit.Permission;
import io.completionworker.resilience.health.Circuit.Verdict;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Makes calls of a credential wait while the endpoint fails them, so that their requests do not
 * fail. From time to time, a few calls probe whether the endpoint has recovered. A call that fails
 * during the outage does not use up an attempt. After recovery, the number of calls in flight
 * starts at one eighth of its former value.
 *
 * <p>Used on the dispatcher's thread only, except {@link #waits()} and {@link #count()}.
 */
final class Breaker implements Condition {

  private static final Logger log = LoggerFactory.getLogger(Breaker.class);

  private static final long FORGET_NANOS = Duration.ofMinutes(10).toNanos();

  private final LongSupplier nanos;
  private final Meters meters;
  private final WaitReport report;
  private final CircuitBreakerConfig config;
  private final Duration openFor;
  private final CircuitBreakerRegistry registry;
  private final ExpiringMap<String, Circuit> circuits;
  private MeterNames names = new MeterNames(MetricsConfig.DEFAULT);

  /**
   * The permission of each open call, empty if the breaker gave none. The map compares calls by
   * identity because a request may have two flights.
   */
  private final IdentityHashMap<CompletionCall, Optional<Permission>> started =
      new IdentityHashMap<>();

  /** Outages by credential, one for each breaker that is not closed. */
  private final Map<String, Outage> open = new ConcurrentHashMap<>();

  /**
   * Creates breakers that are all closed.
   *
   * @param settings settings with a failure rate. Without a failure rate there is no breaker.
   * @param nanos monotonic time
   */
  Breaker(BreakerConfig settings, LongSupplier nanos, Meters meters, WaitReport report) {
    this.nanos = nanos;
    this.meters = meters;
    this.report = report;
    this.config = config(settings, nanos);
    this.openFor = settings.open();
    this.registry = CircuitBreakerRegistry.of(config);
    this.circuits = new ExpiringMap<>(Circuit::forgettable, (name, circuit) -> forget(name));
  }

  /**
   * Shows breakers in meters. Must be called before the first call.
   *
   * @param named decides which credentials have a name in meters. Breakers of the others are not
   *     shown.
   */
  void watch(MeterNames named, MeterRegistry into) {
    names = named;
    TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(registry).bindTo(into);
  }

  private Circuit circuit(CompletionCall call) {
    String credential = call.scope().credential();
    return circuits.getOrAdd(
        credential, () -> new Circuit(breaker(credential, call), openFor, nanos));
  }

  private CircuitBreaker breaker(String credential, CompletionCall call) {
    String name = names.of(credential, call.scope().virtualKey());
    return name.equals(BoundedNames.OTHER)
        ? CircuitBreaker.of(name, config)
        : registry.circuitBreaker(name);
  }

  private void forget(String credential) {
    open.remove(credential);
    registry.remove(credential); // a new one is made when the credential is used again
  }

  private static CircuitBreakerConfig config(BreakerConfig settings, LongSupplier nanos) {
    return CircuitBreakerConfig.custom()
        .failureRateThreshold(Math.max(Float.MIN_VALUE, (float) settings.failureRate()))
        .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
        .slidingWindowSize(settings.window())
        .minimumNumberOfCalls(settings.minCalls())
        .waitDurationInOpenState(settings.open())
        .permittedNumberOfCallsInHalfOpenState(settings.probes())
        // A model may take as long as it likes. Calls that take too long fail with a timeout.
        .slowCallDurationThreshold(Duration.ofNanos(Long.MAX_VALUE))
        .automaticTransitionFromOpenToHalfOpenEnabled(false) // it would need a thread
        .clock(new NanoClock(nanos))
        .currentTimestampFunction(clock -> nanos.getAsLong(), TimeUnit.NANOSECONDS)
        .build();
  }

  /** Returns the waits of credentials whose calls the endpoint fails. Safe on every thread. */
  List<Wait> waits() {
    return open.values().stream().filter(this::inUse).map(Outage::told).toList();
  }

  /**
   * Returns the number of breakers that are not closed and whose credentials are still in use. Safe
   * on every thread.
   */
  int count() {
    return (int) open.values().stream().filter(this::inUse).count();
  }

  private boolean inUse(Outage outage) {
    return nanos.getAsLong() - outage.seenAtNanos <= FORGET_NANOS;
  }

  /** Returns the number of entries kept, of all credentials together. */
  int kept() {
    return circuits.all().size() + open.size() + started.size();
  }

  @Override
  public long wait(CompletionCall call) {
    Circuit circuit = circuits.get(call.scope().credential());
    return circuit == null ? 0 : circuit.waitNanos();
  }

  @Override
  public WaitingFor waitingFor() {
    return WaitingFor.BREAKER;
  }

  @Override
  public Optional<Wait> endpointWait(CompletionCall call) {
    return Optional.ofNullable(open.get(call.scope().credential())).map(Outage::told);
  }

  @Override
  public void started(CompletionCall call) {
    String credential = call.scope().credential();
    Circuit circuit = circuit(call);
    started.put(call, Optional.ofNullable(circuit.started()));
    if (!circuit.closed()) {
      open.computeIfPresent(credential, (c, outage) -> outage.tried(nanos.getAsLong()));
    }
  }

  @Override
  public AttemptCost ended(CompletionCall call, AttemptResult result) {
    String credential = call.scope().credential();
    Optional<Permission> permission = started.remove(call);
    if (permission == null) {
      return AttemptCost.ATTEMPT; // the call was never started
    }
    Circuit circuit = circuit(call);
    AttemptError error =
        result instanceof AttemptResult.Rejected rejected ? rejected.error() : null;
    Verdict verdict = verdict(error);
    boolean wasClosed = circuit.closed();
    circuit.ended(permission.orElse(null), verdict);
    if (!wasClosed && circuit.closed()) {
      Outage over = open.remove(credential);
      if (over != null) {
        report.ended(log, over.told());
      }
    } else if (!circuit.closed() && error != null && verdict == Verdict.FAILED) {
      failed(call, circuit, error);
    }
    boolean outage = !wasClosed || !circuit.closed();
    return outage && verdict == Verdict.FAILED ? AttemptCost.FREE : AttemptCost.ATTEMPT;
  }

  /** Records a failure that opened the breaker, or that came while the breaker was not closed. */
  private void failed(CompletionCall call, Circuit circuit, AttemptError error) {
    long next = circuit.triedInNanos();
    Outage known = open.get(call.scope().credential());
    Wait wait;
    if (known == null) {
      float rate = circuit.failureRate(); // -1 while too few calls have ended in this state
      String share = rate < 0 ? "" : Math.round(rate) + " % of the last calls failed";
      wait = report.begin(Kind.BREAKER, call, error, detail(share, error), false, next);
      meters.breakerOpened();
      report.begun(log, Level.WARN, wait);
    } else {
      Wait.Cause latest = report.cause(Kind.BREAKER, call, error, detail("", error));
      wait = known.told().because(latest).until(next == 0 ? null : report.now().plusNanos(next));
    }
    open.put(call.scope().credential(), new Outage(nanos.getAsLong(), wait));
  }

  private static String detail(String share, AttemptError error) {
    String billed = error.maybeBilled() ? "and may have been billed" : "";
    return share.isEmpty() || billed.isEmpty() ? share + billed : share + ", " + billed;
  }

  /**
   * Judges the endpoint's health by the result of a call. A refusal shows that the endpoint is
   * alive, regardless of who is at fault. A rate limit, a conflict and an error in the worker
   * itself say nothing about its health.
   */
  private static Verdict verdict(@Nullable AttemptError error) {
    if (error == null) {
      return Verdict.ALIVE;
    }
    if (error.disposition() != Disposition.RETRY) {
      return error.status() == null ? Verdict.IGNORED : Verdict.ALIVE;
    }
    return switch (error.reason()) {
      case RATE_LIMITED, CONFLICT, UNKNOWN -> Verdict.IGNORED;
      default -> Verdict.FAILED;
    };
  }

  /**
   * The outage of a credential whose breaker is not closed.
   *
   * @param seenAtNanos the last time at which the breaker was seen not to be closed
   * @param told the wait to report, with the cause of the latest failed call
   */
  private record Outage(long seenAtNanos, Wait told) {

    /** Returns the outage with a probe in flight. */
    Outage tried(long nowNanos) {
      return new Outage(nowNanos, told.until(null));
    }
  }

  /** Adapts monotonic time to the type that Resilience4j requires. */
  private static final class NanoClock extends Clock {
    private final LongSupplier nanos;
    private final long start;

    NanoClock(LongSupplier nanos) {
      this.nanos = nanos;
      this.start = nanos.getAsLong(); // monotonic time may start at any value, and overflow
    }

    @Override
    public Instant instant() {
      return Instant.EPOCH.plusNanos(nanos.getAsLong() - start);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
