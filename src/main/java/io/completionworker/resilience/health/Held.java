// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.health;

import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Wait;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** A credential on hold. Changed on the dispatcher's thread only, may be read on every thread. */
final class Held {

  /** Calls that ask whether it is over; by identity, since a request may have two flights. */
  private final Set<CompletionCall> probes = Collections.newSetFromMap(new IdentityHashMap<>());

  private Duration probeDelay;
  private volatile Wait wait;
  private volatile long probeAtNanos;

  /**
   * A hold that begins now.
   *
   * @param wait for people
   * @param initialProbe wait before the first probe
   */
  Held(Wait wait, Duration initialProbe, long nowNanos) {
    this.wait = wait;
    this.probeDelay = initialProbe;
    this.probeAtNanos = nowNanos + initialProbe.toNanos();
  }

  Wait told() {
    return wait;
  }

  /** Whether failures of its requests were the cause, and not its account. */
  boolean byBrake() {
    return wait.kind() == Wait.Kind.FAILURE_CUTOFF;
  }

  /** A probe was refused for this. */
  void refused(Wait.Cause cause) {
    wait = wait.because(cause);
  }

  /** When the next probe may start. */
  long probeAtNanos() {
    return probeAtNanos;
  }

  /** This call is the probe; the next one waits twice as long as the one before. */
  void probed(CompletionCall call, long nowNanos, Duration longest, Instant now) {
    probes.add(call);
    Duration doubled = probeDelay.multipliedBy(2);
    probeDelay = doubled.compareTo(longest) < 0 ? doubled : longest;
    probeAtNanos = nowNanos + probeDelay.toNanos();
    wait = wait.until(now.plus(probeDelay));
  }

  /** Whether the call that has ended was a probe. */
  boolean ended(CompletionCall call) {
    return probes.remove(call);
  }
}
