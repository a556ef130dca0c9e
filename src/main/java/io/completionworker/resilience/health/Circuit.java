package io.completionworker.resilience.health;

import io.completionworker.completion.port.Admission;
import io.completionworker.config.BreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The breaker of one credential: Resilience4j's, and what it does not know.
 *
 * <p>Resilience4j counts every result for the state that it is in: a call from before an outage
 * that ends while probes are out would decide as one of them (2.4.0). So each call remembers the
 * phase it started in, and counts in that alone. A breaker takes two kilobytes; there is one only
 * while one of the last calls has failed, and the successes before are made up for then.
 *
 * <p>Dispatcher's thread only.
 */
final class Circuit {

  /** Share of the former calls in flight to begin with, after an outage. */
  private static final int RAMP_PARTS = 8;

  private final CircuitBreakerConfig config;
  private final int probes;
  private final long openNanos;
  private final LongSupplier nanos;
  private @Nullable CircuitBreaker breaker;
  private State state = State.CLOSED;
  private int successes;
  private int phase;
  private int permits;
  private int inFlight;
  private int inPhase;
  private int peak;
  private @Nullable Ramp ramp;
  private long tryAtNanos;
  private long usedAtNanos;

  /** How a call ended, as far as the endpoint's health goes. */
  enum Verdict {
    ALIVE,
    FAILED,
    /** It says nothing either way. */
    IGNORED
  }

  Circuit(CircuitBreakerConfig config, BreakerConfig settings, LongSupplier nanos) {
    this.config = config;
    this.probes = settings.probes();
    this.openNanos = settings.open().toNanos();
    this.nanos = nanos;
    this.usedAtNanos = nanos.getAsLong();
  }

  boolean closed() {
    return state == State.CLOSED;
  }

  /** Nanoseconds until calls are tried again; 0 when they are now. */
  long triedInNanos() {
    return state == State.OPEN ? Math.max(0, tryAtNanos - nanos.getAsLong()) : 0;
  }

  /** Share of failed calls, in percent, when it opened. */
  float failureRate() {
    return breaker == null ? 0 : breaker.getMetrics().getFailureRate();
  }

  /** Nanoseconds since it was of use to anybody; not positive while it is. */
  long idleNanos() {
    long now = nanos.getAsLong();
    long unused = now - usedAtNanos;
    return inFlight > 0 ? 0 : closed() ? unused : Math.min(unused, now - tryAtNanos);
  }

  /** As {@link io.completionworker.resilience.Condition#wait}. */
  long waitNanos() {
    if (state == State.OPEN) {
      return Math.max(0, tryAtNanos - nanos.getAsLong());
    }
    // Whoever has the last permit, or the last room of the ramp, is in flight.
    boolean full = state == State.HALF_OPEN ? permits == 0 : ramp != null && ramp.full(inPhase);
    return full ? Admission.UNTIL_A_CALL_ENDS : 0;
  }

  /** A call starts; returns the phase that it counts in. */
  int started() {
    usedAtNanos = nanos.getAsLong();
    inFlight++;
    if (breaker != null && state != State.CLOSED) {
      if (!breaker.tryAcquirePermission()) {
        return -1; // nobody asked for the wait; it counts for nothing
      }
      follow(breaker);
      permits--;
    }
    inPhase++;
    return phase;
  }

  void ended(int startedIn, Verdict verdict) {
    usedAtNanos = nanos.getAsLong();
    if (startedIn == phase) {
      inPhase--;
      grow(verdict);
      count(verdict);
    }
    inFlight--;
  }

  private void grow(Verdict verdict) {
    if (ramp != null && verdict != Verdict.IGNORED) {
      ramp.grow();
      ramp = ramp.over() ? null : ramp;
    }
  }

  private void count(Verdict verdict) {
    if (verdict == Verdict.FAILED) {
      CircuitBreaker known = breaker == null ? afterSuccesses() : breaker;
      known.onError(0, TimeUnit.NANOSECONDS, new EndpointFailedException());
      follow(known);
    } else if (breaker == null) {
      successes += verdict == Verdict.ALIVE && successes < config.getSlidingWindowSize() ? 1 : 0;
    } else if (verdict == Verdict.ALIVE) {
      breaker.onSuccess(0, TimeUnit.NANOSECONDS);
      follow(breaker);
      forgetWithoutFailures(breaker);
    } else {
      breaker.releasePermission();
      permits++;
    }
  }

  private CircuitBreaker afterSuccesses() {
    CircuitBreaker made = CircuitBreaker.of("endpoint", config);
    for (int i = 0; i < successes; i++) {
      made.onSuccess(0, TimeUnit.NANOSECONDS);
    }
    breaker = made;
    return made;
  }

  private void forgetWithoutFailures(CircuitBreaker known) {
    CircuitBreaker.Metrics metrics = known.getMetrics();
    if (state == State.CLOSED && metrics.getNumberOfFailedCalls() == 0) {
      successes = metrics.getNumberOfSuccessfulCalls();
      breaker = null;
    }
  }

  /** Takes over a change of the breaker's state: a new phase begins. */
  private void follow(CircuitBreaker changed) {
    State now = changed.getState();
    if (now == state) {
      return;
    }
    state = now;
    phase++;
    inPhase = 0; // what hangs since before an outage must not keep calls from starting after it
    if (now == State.OPEN) {
      peak = Math.max(ramp == null ? peak : ramp.goal(), inFlight);
      ramp = null;
      tryAtNanos = nanos.getAsLong() + openNanos + 1; // Resilience4j wants it to be past
    } else if (now == State.HALF_OPEN) {
      permits = probes;
    } else {
      Ramp begun = new Ramp(Math.max(probes, peak / RAMP_PARTS), peak);
      ramp = begun.over() ? null : begun;
      peak = 0;
    }
  }

  /** Resilience4j wants an exception, and only counts it: no stack is walked. */
  private static final class EndpointFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    EndpointFailedException() {
      super("the endpoint failed", null, false, false);
    }
  }
}
