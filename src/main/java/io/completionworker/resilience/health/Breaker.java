// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.health;

import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Wait;
import io.completionworker.completion.Wait.Kind;
import io.completionworker.completion.Wait.WaitingFor;
import io.completionworker.completion.port.Admission.Toll;
import io.completionworker.config.BreakerConfig;
import io.completionworker.config.MetricsConfig;
import io.completionworker.metrics.BoundedNames;
import io.completionworker.metrics.Meters;
import io.completionworker.resilience.AdmissionGate.Condition;
import io.completionworker.resilience.MeterNames;
import io.completionworker.resilience.Remembered;
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
 * Has a credential's calls wait while the endpoint fails it, instead of having them fail; a few
 * calls, every so often, ask whether it is back. What fails meanwhile uses up no attempt. When it
 * is back, the calls in flight begin with an eighth of what they were.
 *
 * <p>Dispatcher's thread only, but for {@link #waits()} and {@link #count()}.
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
  private final Remembered<String, Circuit> circuits;
  private MeterNames names = new MeterNames(MetricsConfig.DEFAULT);

  /** What each open call was permitted; by identity: a request may have two flights. */
  private final IdentityHashMap<CompletionCall, Optional<Permission>> started =
      new IdentityHashMap<>();

  /** Credentials whose breaker is not closed. */
  private final Map<String, Outage> open = new ConcurrentHashMap<>();

  /**
   * All breakers are closed.
   *
   * @param settings with a failure rate; without one there is no breaker
   * @param nanos monotonic time
   */
  Breaker(BreakerConfig settings, LongSupplier nanos, Meters meters, WaitReport report) {
    this.nanos = nanos;
    this.meters = meters;
    this.report = report;
    this.config = config(settings, nanos);
    this.openFor = settings.open();
    this.registry = CircuitBreakerRegistry.of(config);
    this.circuits = new Remembered<>(Circuit::forgettable, (name, circuit) -> forget(name));
  }

  /**
   * Has breakers shown in meters; before the first call.
   *
   * @param named which credentials have a name there, and what it is; the others are not shown
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
    registry.remove(credential); // so that a new one is made when it comes back
  }

  private static CircuitBreakerConfig config(BreakerConfig settings, LongSupplier nanos) {
    return CircuitBreakerConfig.custom()
        .failureRateThreshold(Math.max(Float.MIN_VALUE, (float) settings.failureRate()))
        .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
        .slidingWindowSize(settings.window())
        .minimumNumberOfCalls(settings.minCalls())
        .waitDurationInOpenState(settings.open())
        .permittedNumberOfCallsInHalfOpenState(settings.probes())
        // A model may think for as long as it likes; who is late enough to fail is timed out.
        .slowCallDurationThreshold(Duration.ofNanos(Long.MAX_VALUE))
        .automaticTransitionFromOpenToHalfOpenEnabled(false) // it would take a thread
        .clock(new NanoClock(nanos))
        .currentTimestampFunction(clock -> nanos.getAsLong(), TimeUnit.NANOSECONDS)
        .build();
  }

  /** Credentials that the endpoint fails; safe on every thread. */
  List<Wait> waits() {
    return open.values().stream().filter(this::inUse).map(Outage::told).toList();
  }

  /** Breakers that are not closed, of credentials that anybody asks for; safe on every thread. */
  int count() {
    return (int) open.values().stream().filter(this::inUse).count();
  }

  private boolean inUse(Outage outage) {
    return nanos.getAsLong() - outage.seenAtNanos <= FORGET_NANOS;
  }

  /** States that are kept, whoever they are of. */
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
  public Optional<Wait> told(CompletionCall call) {
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
  public Toll ended(CompletionCall call, AttemptResult result) {
    String credential = call.scope().credential();
    Optional<Permission> permission = started.remove(call);
    Circuit circuit = circuit(call);
    if (permission == null) {
      return Toll.ATTEMPT; // it was never started
    }
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
    return outage && verdict == Verdict.FAILED ? Toll.FREE : Toll.ATTEMPT;
  }

  /** It has opened, or is still open. */
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
   * A refusal shows that the endpoint is alive, whosever fault it is. A limit or a conflict says
   * nothing of its health, and neither does what went wrong in the worker itself.
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
   * A breaker that is not closed.
   *
   * @param seenAtNanos when that was last seen to be so
   * @param told with how the latest call ended that failed
   */
  private record Outage(long seenAtNanos, Wait told) {

    /** A call is out, to see whether it is over. */
    Outage tried(long nowNanos) {
      return new Outage(nowNanos, told.until(null));
    }
  }

  /** Monotonic time in the shape that Resilience4j asks for. */
  private static final class NanoClock extends Clock {
    private final LongSupplier nanos;
    private final long start;

    NanoClock(LongSupplier nanos) {
      this.nanos = nanos;
      this.start = nanos.getAsLong(); // it may begin anywhere, and overflow
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
