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
 * The circuit breaker of one credential. To the breaker of Resilience4j it adds the time to wait
 * and a slow start after an outage.
 *
 * <p>Resilience4j counts every result for the state that its breaker is in when the result arrives.
 * So a call from before an outage could count as a probe and close the breaker (2.4.0). To prevent
 * this, each call keeps the {@link CircuitBreaker.Metrics} under which it was permitted. The
 * breaker uses a new instance whenever it closes or half opens. The result of a call is reported
 * only while the breaker still uses the instance of that call.
 *
 * <p>Used on the dispatcher's thread only.
 */
final class Circuit {

  /** After an outage, the number of calls in flight starts at its former value divided by this. */
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

  /** What the result of a call says about the endpoint's health. */
  enum Verdict {
    ALIVE,
    FAILED,
    /** The result says nothing about the endpoint's health. */
    IGNORED
  }

  /**
   * The permission to start that the breaker gave a call.
   *
   * @param phase the metrics in which the breaker counts the call
   */
  record Permission(CircuitBreaker.Metrics phase, long sinceNanos) {}

  /**
   * @param breaker a closed breaker that no other object uses
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

  /** Returns the nanoseconds until calls are tried again; 0 if they may be tried now. */
  long triedInNanos() {
    return breaker.getState() == State.OPEN ? Math.max(0, tryAtNanos - nanos.getAsLong()) : 0;
  }

  /** Returns the share of failed calls, in percent. */
  float failureRate() {
    return breaker.getMetrics().getFailureRate();
  }

  /**
   * Whether this circuit can be removed because it has long been unused and has no call in flight.
   */
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

  /**
   * Returns the wait as {@link io.completionworker.resilience.AdmissionGate.Condition#wait} does.
   */
  long waitNanos() {
    // The calls that hold the last permits, or the last room in the ramp, are in flight. So this
    // call waits until one of them ends.
    boolean full =
        switch (breaker.getState()) {
          case OPEN -> false;
          case HALF_OPEN -> breaker.getMetrics().getNumberOfBufferedCalls() + inPhase >= probes;
          default -> ramp != null && ramp.full(inPhase);
        };
    return full ? Admission.UNTIL_A_CALL_ENDS : triedInNanos();
  }

  /**
   * Records the start of a call. Returns null if the breaker does not permit the call, which
   * happens if the caller did not check {@link #waitNanos()} first.
   */
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
      // Resilience4j requires that more than the wait has passed.
      tryAtNanos = nanos.getAsLong() + openNanos + 1;
      return;
    }
    // Calls that have hung since before an outage must not keep calls from starting after it.
    inPhase = 0;
    if (state == State.CLOSED) {
      Ramp begun = new Ramp(Math.max(probes, peak / RAMP_PARTS), peak);
      ramp = begun.over() ? null : begun;
      peak = 0;
    }
  }

  /**
   * A failure of the endpoint. Resilience4j requires an exception and only counts it, so this one
   * has no stack trace.
   */
  private static final class EndpointFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    EndpointFailedException() {
      super("the endpoint failed", null, false, false);
    }
  }

  /**
   * Raises the number of calls in flight step by step after a wait, so that the backlog does not
   * start all at once. Every call that ends makes room for two, so the number doubles with each
   * round trip.
   */
  static final class Ramp {

    private final int goal;
    private int room;

    /**
     * Creates a ramp that begins now.
     *
     * @param start the initial limit of calls in flight. The ramp allows at least one, so that
     *     there is always a call whose end raises the limit.
     * @param goal the limit of calls in flight at which the ramp is over
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
