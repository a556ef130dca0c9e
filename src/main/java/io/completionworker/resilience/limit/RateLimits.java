// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.CompletionCall.CallScope;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.Wait.WaitingFor;
import io.completionworker.completion.port.Admission;
import io.completionworker.config.MetricsConfig;
import io.completionworker.config.RateLimitConfig;
import io.completionworker.control.Control;
import io.completionworker.metrics.BoundedNames;
import io.completionworker.resilience.AdmissionGate.Condition;
import io.completionworker.resilience.ExpiringMap;
import io.completionworker.resilience.MeterNames;
import io.completionworker.resilience.ScopeAllowance;
import io.completionworker.resilience.limit.LimitUse.LimitsLeft;
import io.completionworker.resilience.limit.TokenLimits.TokenLimit;
import io.github.resilience4j.micrometer.tagged.TaggedRateLimiterMetrics;
import io.github.resilience4j.ratelimiter.RateLimiterRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes calls wait for their limits: the limits of the configuration or of controls, times the
 * share of this instance, and the limits that the endpoint reports.
 */
public final class RateLimits implements Condition {

  private static final Logger log = LoggerFactory.getLogger(RateLimits.class);

  /**
   * The longest wait before a call asks again. The share may grow while a call waits, and the call
   * gets no signal of that.
   */
  private static final long LONGEST_WAIT_NANOS = Duration.ofSeconds(5).toNanos();

  private static final long FORGET_DRAIN_NANOS = Duration.ofMinutes(1).toNanos();
  private static final int MOST_LOOKED_AT = 2_000;

  private final LimitScopes scopes;
  private final Duration burst;
  private final boolean refund;
  private final Share share;
  private final LongSupplier nanos;
  private final ReportedLimits learned;
  private final RateLimiterRegistry registry = RateLimiterRegistry.ofDefaults();
  private final ExpiringMap<String, LimitScope> states =
      new ExpiringMap<>(LimitScope::forgettable, (name, scope) -> scope.close());
  private final ExpiringMap<String, Long> drained;
  private final Map<String, Set<LimitsLeft.Kind>> told = new HashMap<>();
  private MeterNames names = new MeterNames(MetricsConfig.DEFAULT);
  private LimitsLeft.Listener listener = (kind, scope) -> {};
  private final IdentityHashMap<CompletionCall, Reservation> reservations = new IdentityHashMap<>();
  private boolean scopeWaits;
  private volatile Map<String, String> withoutEffect = Map.of();

  /**
   * Creates limits as configured.
   *
   * @param nanos monotonic time
   */
  public RateLimits(RateLimitConfig config, Share share, LongSupplier nanos) {
    this.scopes = new LimitScopes(config.scope(), config.limits(), config.overrides());
    this.burst = config.burst();
    this.refund = config.refund();
    this.share = share;
    this.nanos = nanos;
    this.learned = new ReportedLimits(share);
    this.drained = new ExpiringMap<>(at -> nanos.getAsLong() - at > FORGET_DRAIN_NANOS);
  }

  /** Names scopes in meters, before the first call; {@code added} hears of each new limit. */
  public void watch(MetricsConfig config, MeterRegistry meters, LimitsLeft.Listener added) {
    names = new MeterNames(config);
    listener = added;
    TaggedRateLimiterMetrics.ofRateLimiterRegistry(registry).bindTo(meters);
  }

  /**
   * Returns what is left of the limits. Reads only a few thousand scopes if there are more. Used on
   * the dispatcher's thread only.
   */
  public LimitsLeft left() {
    LimitsLeft left = new LimitsLeft(states.all().size());
    some().forEach(state -> state.addTo(left));
    return left;
  }

  /**
   * Returns how much of the limits is used, at most so many, the fullest first. Reads only a few
   * thousand scopes if there are more. Used on the dispatcher's thread only.
   */
  public List<LimitUse> uses(int most) {
    List<LimitUse> uses = new ArrayList<>();
    some().forEach(state -> state.addTo(uses));
    learned.addTo(uses, MOST_LOOKED_AT, nanos.getAsLong());
    return LimitUse.fullest(uses, most);
  }

  private Stream<LimitScope> some() {
    return states.all().values().stream().limit(MOST_LOOKED_AT); // a scrape is not worth a pause
  }

  /**
   * Returns the name of the limit scope of a call, without secrets. Calls of one scope wait for the
   * same limits.
   */
  public String scope(CompletionCall call) {
    return scopes.of(call.scope()).name();
  }

  /** Returns why the call can never start: it is larger than one of the account's limits. */
  public Optional<Outcome.Cause> refusal(CompletionCall call) {
    return scopes.of(call.scope()).refusal(call.tokens());
  }

  /**
   * Replaces the limits that controls set, at once. A scope has the limits of the most specific
   * control that matches it, or else those that are configured. Open calls count against new limits
   * of calls in flight. Waits that were returned before may be too long now, so the caller should
   * ask again. Used on the dispatcher's thread only.
   *
   * @param controls all that hold from now on. One that selects what {@code rate.limit.scope} does
   *     not distinguish has no effect, see {@link #withoutEffect}.
   */
  public void replace(List<Control.Limit> controls) {
    Map<String, String> useless = scopes.replace(controls);
    useless.forEach(
        (id, why) -> {
          if (!why.equals(withoutEffect.get(id))) {
            log.warn("The limits of control {} have no effect: {}", id, why);
          }
        });
    withoutEffect = useless;
    states.all().forEach(this::become);
    reservations.replaceAll((call, reservation) -> reservation.in(state(call)));
  }

  /** Returns the reason of each control without an effect, by its id. Safe on every thread. */
  public Map<String, String> withoutEffect() {
    return withoutEffect;
  }

  private void become(String name, LimitScope state) {
    LimitScopes.Rule rule = scopes.of(state.call());
    if (rule.limited()) {
      state.become(rule);
      tell(state.label(), state.kinds());
    } else {
      states.remove(name);
      state.close();
    }
  }

  /**
   * Records that a cool-down has ended. Limits that filled up meanwhile must not be used at once.
   * Used on the dispatcher's thread only.
   *
   * @param throttled the tier that cooled down, see {@link CallScope#throttleKey()}
   */
  public void drained(String throttled) {
    drained.put(throttled, nanos.getAsLong());
  }

  /** Returns what the configured limits allow of calls like this one. */
  public ScopeAllowance allowance(CompletionCall call) {
    return scopes.of(call.scope()).allowance(call.tokens(), share.now());
  }

  @Override
  public long wait(CompletionCall call) {
    long longest = learned.wait(call, nanos.getAsLong());
    LimitScope state = longest > 0 ? null : state(call);
    scopeWaits = state != null; // if one call waits for the scope, all its calls do
    if (state != null) {
      // checked last, because it makes other calls wait for a call that could start
      longest = state.wait(call);
    }
    return longest == Admission.UNTIL_A_CALL_ENDS ? longest : Math.min(longest, LONGEST_WAIT_NANOS);
  }

  @Override
  public WaitingFor waitingFor() {
    return WaitingFor.PERMIT;
  }

  @Override
  public @Nullable String group(CompletionCall call) {
    LimitScopes.Rule rule = scopes.of(call.scope());
    return rule.limited() ? rule.name() : null;
  }

  @Override
  public boolean groupWaits() {
    return scopeWaits;
  }

  @Override
  public void passed(CompletionCall call) {
    Optional.ofNullable(state(call)).ifPresent(state -> state.passed(call));
  }

  @Override
  public void started(CompletionCall call) {
    LimitScope state = state(call);
    List<TokenLimit> tokens = state == null ? List.of() : state.start(call);
    ReportedLimits.Mark mark = learned.start(call, nanos.getAsLong());
    reservations.put(call, new Reservation(state, tokens, mark));
  }

  @Override
  public Admission.AttemptCost ended(CompletionCall call, AttemptResult result) {
    Reservation reservation = reservations.remove(call);
    if (reservation != null) {
      learned.end(reservation.mark, result.signals(), nanos.getAsLong());
      Settlement settlement = Settlement.of(result, call.tokens(), refund);
      if (refund && result instanceof AttemptResult.Answered) {
        learned.settle(reservation.mark, call.tokens(), settlement.used());
      }
      if (reservation.scope != null) {
        reservation.scope.end(reservation.tokens, call.tokens(), settlement);
      }
    }
    return Admission.AttemptCost.ATTEMPT;
  }

  /** Returns the state of the call's scope, or null if the scope has no limit. */
  private @Nullable LimitScope state(CompletionCall call) {
    LimitScopes.Rule rule = scopes.of(call.scope());
    if (!rule.limited()) {
      return null;
    }
    LimitScope state = states.get(rule.name());
    if (state == null) {
      String label = names.of(rule.name(), scopes.virtualKey(call.scope()));
      state =
          new LimitScope(
              label,
              call.scope(),
              rule,
              burst,
              share,
              nanos,
              label.equals(BoundedNames.OTHER) ? null : registry);
      states.put(rule.name(), state);
      tell(label, state.kinds());
    }
    Long drain = drained.get(call.scope().throttleKey());
    if (drain != null && nanos.getAsLong() - drain <= FORGET_DRAIN_NANOS) {
      state.drain(drain);
    }
    return state;
  }

  private void tell(String label, Set<LimitsLeft.Kind> kinds) {
    Set<LimitsLeft.Kind> known =
        told.computeIfAbsent(label, name -> EnumSet.noneOf(LimitsLeft.Kind.class));
    for (LimitsLeft.Kind kind : kinds) {
      if (known.add(kind)) {
        listener.added(kind, label);
      }
    }
  }

  /**
   * What an open call has taken.
   *
   * @param scope where it counts as open; null if its scope has no limit
   * @param tokens the limits in which its tokens are reserved
   */
  private record Reservation(
      @Nullable LimitScope scope, List<TokenLimit> tokens, ReportedLimits.Mark mark) {

    /** Returns the reservation after the limits of the scope have come, gone or stayed. */
    Reservation in(@Nullable LimitScope now) {
      if (now == scope) {
        return this;
      }
      if (now != null) {
        now.adopt();
      }
      return new Reservation(now, List.of(), mark);
    }
  }
}
