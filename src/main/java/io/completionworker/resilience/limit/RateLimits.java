// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.CompletionCall.CallScope;
import io.completionworker.completion.CompletionCall.TokenEstimate;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.Wait.WaitingFor;
import io.completionworker.completion.port.Admission;
import io.completionworker.config.Limits;
import io.completionworker.config.MetricsConfig;
import io.completionworker.config.RateLimitConfig;
import io.completionworker.metrics.BoundedNames;
import io.completionworker.resilience.AdmissionGate.Condition;
import io.completionworker.resilience.ExpiringMap;
import io.completionworker.resilience.MeterNames;
import io.completionworker.resilience.limit.LimitUse.LimitsLeft;
import io.github.resilience4j.micrometer.tagged.TaggedRateLimiterMetrics;
import io.github.resilience4j.ratelimiter.RateLimiterRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes calls wait for their limits: the configured limits, times the share of this instance, and
 * the limits that the endpoint reports.
 */
public final class RateLimits implements Condition {

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
  private boolean scopeWaits;
  private final IdentityHashMap<CompletionCall, Reservation> reservations = new IdentityHashMap<>();

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

  /**
   * Sets how scopes are named in meters. Must be called before the first call.
   *
   * @param meters the registry in which the rate limiters of named scopes are shown
   * @param added called with each new limit
   */
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
    int looked = 0;
    for (LimitScope state : states.all().values()) {
      state.addTo(left);
      if (++looked == MOST_LOOKED_AT) {
        break; // a scrape is not worth a pause of the dispatcher
      }
    }
    return left;
  }

  /**
   * Returns how much of the limits is used, the fullest first. Reads only a few thousand scopes if
   * there are more. Used on the dispatcher's thread only.
   *
   * @param most the most limits to return
   */
  public List<LimitUse> uses(int most) {
    List<LimitUse> uses = new ArrayList<>();
    int looked = 0;
    for (LimitScope state : states.all().values()) {
      state.addTo(uses);
      if (++looked == MOST_LOOKED_AT) {
        break;
      }
    }
    learned.addTo(uses, MOST_LOOKED_AT, nanos.getAsLong());
    uses.sort(
        Comparator.comparingDouble(LimitUse::part)
            .reversed()
            .thenComparing(LimitUse::scope)
            .thenComparing(LimitUse::limit));
    // Scopes without a name of their own share one row, which shows the fullest of them.
    Set<List<String>> named = new HashSet<>();
    return uses.stream()
        .filter(use -> named.add(List.of(use.scope(), use.limit(), use.source())))
        .limit(most)
        .toList();
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
    LimitScopes.Rule rule = scopes.of(call.scope());
    Limits limits = rule.limits();
    TokenEstimate tokens = call.tokens();
    return tooLarge(rule, "", tokens.total(), limits.tokensPerMinute(), Limits.TOKENS_PER_MINUTE)
        .or(
            () ->
                tooLarge(
                    rule,
                    "prompt ",
                    tokens.input(),
                    limits.inputTokensPerMinute(),
                    Limits.INPUT_TOKENS_PER_MINUTE))
        .or(
            () ->
                tooLarge(
                    rule,
                    "completion ",
                    tokens.output(),
                    limits.outputTokensPerMinute(),
                    Limits.OUTPUT_TOKENS_PER_MINUTE));
  }

  private static Optional<Outcome.Cause> tooLarge(
      LimitScopes.Rule rule, String kind, long estimate, @Nullable Long limit, String setting) {
    if (limit == null || estimate <= limit) {
      return Optional.empty();
    }
    return Optional.of(
        new Outcome.Cause(
            FailureReason.TOKEN_LIMIT_EXCEEDED,
            false,
            "The request may take an estimated "
                + estimate
                + " "
                + kind
                + "tokens, and "
                + limit
                + " a minute are allowed by "
                + rule.key(setting)));
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
  public void started(CompletionCall call) {
    LimitScope state = state(call);
    if (state != null) {
      state.start(call);
    }
    ReportedLimits.Mark mark = learned.start(call, nanos.getAsLong());
    reservations.put(call, new Reservation(state, mark));
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
        reservation.scope.end(call.tokens(), settlement.used(), settlement.refund());
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
              rule::key,
              rule.limits(),
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

  private record Reservation(@Nullable LimitScope scope, ReportedLimits.Mark mark) {}
}
