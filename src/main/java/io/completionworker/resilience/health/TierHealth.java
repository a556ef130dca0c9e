// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.health;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.completion.ChosenTier;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Wait;
import io.completionworker.completion.Wait.Kind;
import io.completionworker.completion.Wait.WaitingFor;
import io.completionworker.completion.port.Admission;
import io.completionworker.completion.port.Admission.AttemptCost;
import io.completionworker.completion.port.TierOutlook;
import io.completionworker.metrics.Meters;
import io.completionworker.metrics.TierMeters;
import io.completionworker.resilience.AdmissionGate.Condition;
import io.completionworker.resilience.ExpiringMap;
import java.time.Duration;
import java.time.Instant;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learns how long calls of service tiers take and when they are refused, and makes the calls of a
 * tier before the last wait after a refusal, by a time of its own. All other conditions see such a
 * refusal as one of a rate limit without a wait, so nothing else of the credential waits for it.
 *
 * <p>Knows only calls whose tier the worker has chosen. Used on the dispatcher's thread only,
 * except {@link #waits()}.
 */
public final class TierHealth implements Condition, TierOutlook {

  private static final Logger log = LoggerFactory.getLogger(TierHealth.class);

  /**
   * The time that calls of the last tier are taken to need before any has ended. While it is too
   * long, requests go to that tier too early, and their calls teach a better one.
   */
  static final Duration FIRST_OF_LAST = Duration.ofSeconds(60);

  /**
   * The same of the tiers before. While it is too short, requests still leave in time: their open
   * calls are given up.
   */
  static final Duration FIRST_OF_OTHERS = Duration.ofSeconds(10);

  /** How long the times of calls are remembered in tiers before the last, without a call. */
  private static final Duration KEPT = Duration.ofMinutes(5);

  /** The same in the last tier, whose times say when calls of the others have to be given up. */
  private static final Duration KEPT_OF_LAST = Duration.ofHours(1);

  /** How long a tier is not asked that does not serve a model. */
  static final Duration MISSING_FOR = Duration.ofHours(1);

  private final LongSupplier nanos;
  private final Meters meters;
  private final WaitReport report;
  private final TierSlots slots;
  private final Duration longestWait;
  private final ExpiringMap<String, TierState> states;
  private final IdentityHashMap<CompletionCall, Begun> started = new IdentityHashMap<>();

  /** The start of a call. */
  private record Begun(long nanos, @Nullable String slot) {}

  /**
   * Creates a condition that knows nothing yet.
   *
   * @param slots those of calls in tiers before the last
   * @param longestWait the longest wait that a server may ask for
   */
  public TierHealth(
      TierSlots slots, Duration longestWait, LongSupplier nanos, Meters meters, WaitReport report) {
    this.slots = slots;
    this.longestWait = longestWait;
    this.nanos = nanos;
    this.meters = meters;
    this.report = report;
    this.states = new ExpiringMap<>(state -> state.idle(nanos.getAsLong()));
  }

  /** Returns the waits of tiers that are long enough to read of. Safe on every thread. */
  public List<Wait> waits() {
    Instant now = report.now();
    return states.all().values().stream()
        .flatMap(state -> Stream.ofNullable(state.told()))
        .filter(wait -> wait.until() != null && wait.until().isAfter(now))
        .filter(wait -> isLong(wait.since(), wait.until()))
        .toList();
  }

  private static boolean isLong(Instant since, @Nullable Instant until) {
    return until != null && Duration.between(since, until).compareTo(CoolDown.SHORTEST_TOLD) >= 0;
  }

  /** Returns the number of states kept. */
  int kept() {
    return states.all().size() + started.size();
  }

  @Override
  public long wait(CompletionCall call) {
    if (!mayBeRefused(call)) {
      return 0;
    }
    return slots.full(call)
        ? Admission.UNTIL_A_CALL_ENDS
        : state(call).waitNanos(nanos.getAsLong());
  }

  @Override
  public WaitingFor waitingFor() {
    return WaitingFor.COOL_DOWN;
  }

  @Override
  public Optional<Wait> endpointWait(CompletionCall call) {
    TierState state = mayBeRefused(call) ? states.get(call.scope().throttleKey()) : null;
    return state == null ? Optional.empty() : Optional.ofNullable(state.told());
  }

  @Override
  public void started(CompletionCall call) {
    if (call.tier() != null) {
      long now = nanos.getAsLong();
      state(call).started(now);
      started.put(call, new Begun(now, mayBeRefused(call) ? slots.taken(call) : null));
    }
  }

  @Override
  public AttemptCost ended(CompletionCall call, AttemptResult result) {
    Begun start = started.remove(call);
    ChosenTier tier = call.tier();
    if (start == null || tier == null) {
      return AttemptCost.ATTEMPT;
    }
    if (start.slot() != null) {
      slots.released(start.slot());
    }
    long begun = start.nanos();
    TierState state = state(call);
    long now = nanos.getAsLong();
    Ending ending = ending(call, result);
    meters.tiers().call(tier.name(), outcome(ending, result));
    switch (ending) {
      case REFUSED -> refused(call, state, result, begun);
      case MISSING -> missing(call, tier, state, result, begun);
      case TOO_LARGE -> state.ended(begun, now);
      case ITS_OWN -> {
        boolean answered = result instanceof AttemptResult.Answered;
        if (answered || result.maybeBilled()) {
          state.ended(answered, begun, now);
        } else {
          state.ended(begun, now);
        }
      }
    }
    return ending == Ending.ITS_OWN ? AttemptCost.ATTEMPT : AttemptCost.AGAIN;
  }

  private static String outcome(Ending ending, AttemptResult result) {
    if (ending != Ending.ITS_OWN) {
      return TierMeters.REFUSED;
    }
    return result instanceof AttemptResult.Answered ? TierMeters.ANSWERED : TierMeters.FAILED;
  }

  private void refused(CompletionCall call, TierState state, AttemptResult result, long begun) {
    AttemptError error = error(result);
    Duration named = error == null ? null : error.named();
    long asked =
        named == null ? 0 : (named.compareTo(longestWait) < 0 ? named : longestWait).toNanos();
    long wait = state.refused(begun, asked, nanos.getAsLong());
    if (wait > 0 && error != null) {
      Wait told = state.told();
      state.tell(
          told == null
              ? report.begin(Kind.COOL_DOWN, call, error, "", true, wait)
              : told.until(report.now().plusNanos(wait)));
    }
  }

  private void missing(
      CompletionCall call, ChosenTier tier, TierState state, AttemptResult result, long begun) {
    long now = nanos.getAsLong();
    state.ended(begun, now);
    if (!state.missing(now)) {
      AttemptError error = error(result);
      log.warn(
          "Model {} is not served in tier {} of credential {} (status {}): it is not asked for an"
              + " hour, and its requests go to the next tier",
          call.scope().model(),
          tier.name(),
          call.scope().credential(),
          error == null ? null : error.status());
    }
    state.missingUntil(now + MISSING_FOR.toNanos());
  }

  /**
   * What the other conditions see of a refusal, or of a call that took too long in a slow tier: a
   * rate limit that asks for no wait.
   */
  @Override
  public AttemptResult passedOn(CompletionCall call, AttemptResult result) {
    AttemptError error = error(result);
    boolean slow =
        error != null && error.reason() == FailureReason.REQUEST_TIMEOUT && mayBeRefused(call);
    if (error == null || (!slow && ending(call, result) == Ending.ITS_OWN)) {
      return result;
    }
    AttemptError mild =
        new AttemptError(
            FailureReason.RATE_LIMITED,
            Disposition.RETRY,
            error.maybeBilled(),
            error.status(),
            error.message(),
            error.details(),
            null);
    return new AttemptResult.Rejected(mild, result.signals(), result.served());
  }

  @Override
  public Ending ending(CompletionCall call, AttemptResult result) {
    return TierRefusal.of(call, result);
  }

  @Override
  public boolean missing(CompletionCall call) {
    TierState state = mayBeRefused(call) ? states.get(call.scope().throttleKey()) : null;
    return state != null && state.missing(nanos.getAsLong());
  }

  @Override
  public long nanos(CompletionCall call) {
    TierState state = states.get(call.scope().throttleKey());
    return state == null ? firstNanos(call) : state.nanos(nanos.getAsLong());
  }

  @Override
  public boolean known(CompletionCall call) {
    TierState state = states.get(call.scope().throttleKey());
    return state != null && state.known(nanos.getAsLong());
  }

  /** As long as no time is known, only the rates count. */
  @Override
  public double perSecond(CompletionCall call) {
    return slots.perSecond(call, known(call) ? Math.max(1, nanos(call)) : 0);
  }

  private static boolean mayBeRefused(CompletionCall call) {
    ChosenTier tier = call.tier();
    return tier != null && !tier.isLast();
  }

  private static long firstNanos(CompletionCall call) {
    return (mayBeRefused(call) ? FIRST_OF_OTHERS : FIRST_OF_LAST).toNanos();
  }

  private TierState state(CompletionCall call) {
    return states.getOrAdd(
        call.scope().throttleKey(),
        () ->
            new TierState(
                firstNanos(call), mayBeRefused(call) ? KEPT : KEPT_OF_LAST, nanos.getAsLong()));
  }

  private static @Nullable AttemptError error(AttemptResult result) {
    return result instanceof AttemptResult.Rejected rejected ? rejected.error() : null;
  }
}
