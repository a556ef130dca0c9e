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
import io.completionworker.config.HoldConfig;
import io.completionworker.metrics.Meters;
import io.completionworker.resilience.AdmissionGate.Condition;
import io.completionworker.resilience.ExpiringMap;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Puts a credential on hold when its account is refused, or when nearly all its requests fail for
 * the same reason. A wrong model name or a key that lost a right must not turn a whole topic into
 * failures. Single calls probe, at growing intervals, whether the cause is gone.
 *
 * <p>Used on the dispatcher's thread only, except {@link #waits()} and {@link #count()}.
 */
final class Hold implements Condition {

  private static final Logger log = LoggerFactory.getLogger(Hold.class);

  private static final long FORGET_BRAKE_NANOS = Duration.ofMinutes(10).toNanos();

  private final HoldConfig config;
  private final LongSupplier nanos;
  private final Meters meters;
  private final WaitReport report;
  private final long forgetNanos;
  private final ExpiringMap<String, FailureWindow> brakes;
  private final ExpiringMap<String, Held> holds;

  /**
   * Creates a condition without any hold.
   *
   * @param nanos monotonic time
   */
  Hold(HoldConfig config, LongSupplier nanos, Meters meters, WaitReport report) {
    this.config = config;
    this.nanos = nanos;
    this.meters = meters;
    this.report = report;
    this.forgetNanos = 2 * config.maxProbe().toNanos();
    this.brakes = new ExpiringMap<>(this::idle);
    this.holds = new ExpiringMap<>(this::abandoned);
  }

  /** Returns the waits of credentials that are on hold and still in use. Safe on every thread. */
  List<Wait> waits() {
    return holds.all().values().stream().filter(held -> !abandoned(held)).map(Held::told).toList();
  }

  /** Returns the number of credentials that are on hold and still in use. Safe on every thread. */
  int count() {
    return (int) holds.all().values().stream().filter(held -> !abandoned(held)).count();
  }

  /** Returns the number of states kept, of all credentials together. */
  int kept() {
    return holds.all().size() + brakes.all().size();
  }

  @Override
  public long wait(CompletionCall call) {
    Held held = holds.get(call.scope().credential());
    return held == null ? 0 : Math.max(0, held.probeAtNanos() - nanos.getAsLong());
  }

  @Override
  public WaitingFor waitingFor() {
    return WaitingFor.HOLD;
  }

  @Override
  public Optional<Wait> endpointWait(CompletionCall call) {
    return Optional.ofNullable(holds.get(call.scope().credential())).map(Held::told);
  }

  @Override
  public void started(CompletionCall call) {
    Held held = holds.get(call.scope().credential());
    if (held != null) {
      held.probed(call, nanos.getAsLong(), config.maxProbe(), report.now());
    }
  }

  @Override
  public AttemptCost ended(CompletionCall call, AttemptResult result) {
    String credential = call.scope().credential();
    AttemptError error =
        result instanceof AttemptResult.Rejected rejected ? rejected.error() : null;
    Held held = holds.get(credential);
    if (held == null) {
      watch(call, error);
      return AttemptCost.ATTEMPT;
    }
    boolean probe = held.ended(call);
    if (probe
        && error != null
        && error.disposition() == Disposition.HOLD
        && !held.byFailureCutoff()) {
      held.refused(report.cause(Kind.HOLD, call, error, ""));
    }
    if (error != null && held.byFailureCutoff() && refusedByEndpoint(error)) {
      return AttemptCost.AGAIN; // also for calls that were already open when the hold began
    }
    if (probe && (error == null || refusedByEndpoint(error))) {
      // The account works again. Results of other calls are from before the hold.
      release(credential, held);
    }
    return probe ? AttemptCost.FREE : AttemptCost.ATTEMPT;
  }

  private void watch(CompletionCall call, @Nullable AttemptError error) {
    if (config.action() == HoldConfig.Action.FAIL) {
      return;
    }
    if (error != null && error.disposition() == Disposition.HOLD) {
      hold(call, error, Kind.HOLD, "");
    } else if (config.brakeShare() > 0 && (error == null || refusedByEndpoint(error))) {
      outcome(call, error);
    }
  }

  /** Whether the endpoint itself refused the request, rather than the worker. */
  private static boolean refusedByEndpoint(AttemptError error) {
    return error.disposition() == Disposition.FAIL && error.status() != null;
  }

  private void outcome(CompletionCall call, @Nullable AttemptError error) {
    String credential = call.scope().credential();
    FailureWindow brake =
        brakes.getOrAdd(credential, () -> new FailureWindow(config.brakeWindow()));
    if (error == null) {
      brake.answered(nanos.getAsLong());
      return;
    }
    int failed = brake.failed(error.reason(), nanos.getAsLong());
    if (brake.full() && failed > config.brakeShare() * config.brakeWindow()) {
      String detail =
          "%d of the last %d requests failed with it, see %s"
              .formatted(failed, config.brakeWindow(), HoldConfig.BRAKE_SHARE_CONFIG);
      hold(call, error, Kind.FAILURE_CUTOFF, detail);
    }
  }

  private void hold(CompletionCall call, AttemptError error, Kind kind, String detail) {
    Duration first = config.initialProbe();
    Wait wait = report.begin(kind, call, error, detail, false, first.toNanos());
    holds.put(call.scope().credential(), new Held(wait, first, nanos.getAsLong()));
    meters.hold(error.reason().name());
    report.begun(log, Level.WARN, wait);
  }

  private void release(String credential, Held held) {
    holds.remove(credential);
    if (held.byFailureCutoff()) {
      brakes.remove(credential);
    }
    report.ended(log, held.told());
  }

  private boolean idle(FailureWindow brake) {
    return nanos.getAsLong() - brake.usedAtNanos() > FORGET_BRAKE_NANOS;
  }

  /**
   * Whether the time of the next probe has long passed, because the credential has no requests any
   * more.
   */
  private boolean abandoned(Held held) {
    return nanos.getAsLong() - held.probeAtNanos() > forgetNanos;
  }

  /** The hold of a credential. Changed on the dispatcher's thread, may be read on every thread. */
  static final class Held {

    /**
     * Probes in flight. The set compares calls by identity because a request may have two flights.
     */
    private final Set<CompletionCall> probes = Collections.newSetFromMap(new IdentityHashMap<>());

    private Duration probeDelay;
    private volatile Wait wait;
    private volatile long probeAtNanos;

    /**
     * Creates a hold that begins now.
     *
     * @param wait the wait to report to users
     * @param initialProbe the wait before the first probe
     */
    Held(Wait wait, Duration initialProbe, long nowNanos) {
      this.wait = wait;
      this.probeDelay = initialProbe;
      this.probeAtNanos = nowNanos + initialProbe.toNanos();
    }

    Wait told() {
      return wait;
    }

    /** Whether failures of its requests caused the hold, rather than a refusal of its account. */
    boolean byFailureCutoff() {
      return wait.kind() == Wait.Kind.FAILURE_CUTOFF;
    }

    /** Records the cause for which a probe was refused. */
    void refused(Wait.Cause cause) {
      wait = wait.because(cause);
    }

    /** Returns the time at which the next probe may start. */
    long probeAtNanos() {
      return probeAtNanos;
    }

    /**
     * Records that this call is a probe, and doubles the wait before the next one, up to the
     * longest wait.
     */
    void probed(CompletionCall call, long nowNanos, Duration longest, Instant now) {
      probes.add(call);
      Duration doubled = probeDelay.multipliedBy(2);
      probeDelay = doubled.compareTo(longest) < 0 ? doubled : longest;
      probeAtNanos = nowNanos + probeDelay.toNanos();
      wait = wait.until(now.plus(probeDelay));
    }

    /** Returns true if the call that has ended was a probe. */
    boolean ended(CompletionCall call) {
      return probes.remove(call);
    }
  }
}
