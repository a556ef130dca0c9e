// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.health;

import io.completionworker.completion.port.Admission;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The circuit breaker of one credential, and what Resilience4j's does not say or do: how long to
 * wait, and a slow start after an outage.
 *
 * <p>A circuit breaker counts every result for the state that it is in, so a call from before an
 * outage could decide, as one of the probes, that it is over (2.4.0). It counts in another {@link
 * CircuitBreaker.Metrics} whenever it closes or half opens; each call remembers the one that it was
 * permitted under, and its result is told only while that is in use.
 *
 * <p>Dispatcher's thread only.
 */
final class Circuit {

  /** Share of the former calls in flight to begin with, after an outage. */
  private static final int RAMP_PARTS = 8;

  private static final long FORGET_NANOS = Duration.ofMinutes(10).toNanos();
  private static final long FORGET_SOUND_NANOS = Duration.ofMinutes(1).toNanos();

  private final CircuitBreaker breaker;
  private final int probes;
  private final long openNanos;
  private final LongSupplier nanos;
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

  /**
   * A call that the breaker has let start.
   *
   * @param phase the count that it belongs to
   */
  record Permission(CircuitBreaker.Metrics phase, long sinceNanos) {}

  /**
   * @param breaker a closed one, which nobody else uses
   */
  Circuit(CircuitBreaker breaker, Duration open, LongSupplier nanos) {
    this.breaker = breaker;
    this.probes = breaker.getCircuitBreakerConfig().getPermittedNumberOfCallsInHalfOpenState();
    this.openNanos = open.toNanos();
    this.nanos = nanos;
    this.usedAtNanos = nanos.getAsLong();
    breaker
        .getEventPublisher()
        .onStateTransition(event -> changed(event.getStateTransition().getToState()));
  }

  boolean closed() {
    return breaker.getState() == State.CLOSED;
  }

  /** Nanoseconds until calls are tried again; 0 when they are now. */
  long triedInNanos() {
    return breaker.getState() == State.OPEN ? Math.max(0, tryAtNanos - nanos.getAsLong()) : 0;
  }

  /** Share of failed calls, in percent. */
  float failureRate() {
    return breaker.getMetrics().getFailureRate();
  }

  /** Whether it is of use to nobody any more, or will not be missed. */
  boolean forgettable() {
    long now = nanos.getAsLong();
    long unused = now - usedAtNanos;
    if (inFlight > 0) {
      return false;
    }
    if (closed()) {
      boolean sound = breaker.getMetrics().getNumberOfFailedCalls() == 0;
      return unused > (sound ? FORGET_SOUND_NANOS : FORGET_NANOS);
    }
    return Math.min(unused, now - tryAtNanos) > FORGET_NANOS;
  }

  /** As {@link io.completionworker.resilience.AdmissionGate.Condition#wait}. */
  long waitNanos() {
    // Whoever has the last permit, or the last room of the ramp, is in flight.
    boolean full =
        switch (breaker.getState()) {
          case OPEN -> false;
          case HALF_OPEN -> breaker.getMetrics().getNumberOfBufferedCalls() + inPhase >= probes;
          default -> ramp != null && ramp.full(inPhase);
        };
    return full ? Admission.UNTIL_A_CALL_ENDS : triedInNanos();
  }

  /** A call starts; null when the breaker does not permit it, since nobody has asked. */
  @Nullable Permission started() {
    usedAtNanos = nanos.getAsLong();
    inFlight++;
    if (!breaker.tryAcquirePermission()) {
      return null;
    }
    inPhase++;
    return new Permission(breaker.getMetrics(), usedAtNanos);
  }

  void ended(@Nullable Permission permission, Verdict verdict) {
    usedAtNanos = nanos.getAsLong();
    if (permission != null && permission.phase == breaker.getMetrics()) {
      inPhase--;
      grow(verdict);
      tell(usedAtNanos - permission.sinceNanos, verdict);
    }
    inFlight--;
  }

  private void grow(Verdict verdict) {
    if (ramp != null && verdict != Verdict.IGNORED) {
      ramp.grow();
      ramp = ramp.over() ? null : ramp;
    }
  }

  private void tell(long tookNanos, Verdict verdict) {
    switch (verdict) {
      case ALIVE -> breaker.onSuccess(tookNanos, TimeUnit.NANOSECONDS);
      case FAILED ->
          breaker.onError(tookNanos, TimeUnit.NANOSECONDS, new EndpointFailedException());
      case IGNORED -> breaker.releasePermission();
    }
  }

  private void changed(State state) {
    if (state == State.OPEN) {
      peak = Math.max(ramp == null ? peak : ramp.goal(), inFlight);
      ramp = null;
      tryAtNanos = nanos.getAsLong() + openNanos + 1; // Resilience4j wants it to be past
      return;
    }
    inPhase = 0; // what hangs since before an outage must not keep calls from starting after it
    if (state == State.CLOSED) {
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

  /**
   * Lets the calls in flight grow again after a wait, instead of starting all at once what has
   * piled up: every call that ends makes room for two, so that their number doubles with each round
   * trip.
   */
  static final class Ramp {

    private final int goal;
    private int room;

    /**
     * A ramp that begins now.
     *
     * @param start calls in flight to begin with; at least one, so that there is always an end to
     *     wait for
     * @param goal calls in flight from which on it is over
     */
    Ramp(int start, int goal) {
      this.room = Math.max(1, start);
      this.goal = goal;
    }

    int goal() {
      return goal;
    }

    boolean full(int inFlight) {
      return inFlight >= room;
    }

    void grow() {
      room++;
    }

    boolean over() {
      return room >= goal;
    }
  }
}
