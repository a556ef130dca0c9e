package io.completionworker.resilience.health;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.CompletionCall;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** A credential on hold. Changed on the dispatcher's thread only, may be read on every thread. */
final class Held {

  private final FailureReason reason;
  private final String why;
  private final boolean byBrake;

  /** Calls that ask whether it is over; by identity, since a request may have two flights. */
  private final Set<CompletionCall> probes = Collections.newSetFromMap(new IdentityHashMap<>());

  private Duration probeDelay;
  private volatile long probeAtNanos;

  /**
   * A hold that begins now.
   *
   * @param why in words, without secrets
   * @param byBrake whether failures of its requests were the cause, and not its account
   * @param initialProbe wait before the first probe
   */
  Held(FailureReason reason, String why, boolean byBrake, Duration initialProbe, long nowNanos) {
    this.reason = reason;
    this.why = why;
    this.byBrake = byBrake;
    this.probeDelay = initialProbe;
    this.probeAtNanos = nowNanos + initialProbe.toNanos();
  }

  FailureReason reason() {
    return reason;
  }

  String why() {
    return why;
  }

  boolean byBrake() {
    return byBrake;
  }

  /** When the next probe may start. */
  long probeAtNanos() {
    return probeAtNanos;
  }

  /** This call is the probe; the next one waits twice as long as the one before. */
  void probed(CompletionCall call, long nowNanos, Duration longest) {
    probes.add(call);
    Duration doubled = probeDelay.multipliedBy(2);
    probeDelay = doubled.compareTo(longest) < 0 ? doubled : longest;
    probeAtNanos = nowNanos + probeDelay.toNanos();
  }

  /** Whether the call that has ended was a probe. */
  boolean ended(CompletionCall call) {
    return probes.remove(call);
  }
}
