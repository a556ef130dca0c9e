// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.CompletionCall.CallScope;
import io.completionworker.completion.CompletionCall.TokenEstimate;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.completion.port.Admission;
import io.completionworker.config.Limits;
import io.completionworker.resilience.limit.LimitUse.LimitsLeft;
import io.github.resilience4j.ratelimiter.RateLimiterRegistry;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The remaining limits of one scope. Rate limiters limit its requests. Buckets limit its tokens,
 * and a call gives back to them what it did not use. Used on the dispatcher's thread only.
 *
 * <p>The limits may change. The scope then keeps its open calls, its progress towards the next call
 * and what it has used. No burst that was saved up outlasts a change.
 */
final class LimitScope {

  private static final double SECONDS_PER_MINUTE = 60;
  private static final double ROUNDING = 1e-6;

  /**
   * The longest time for which a call keeps its turn. Within this time, a call that can start asks
   * again and so renews its turn.
   */
  private static final long TURN_NANOS = Duration.ofSeconds(1).toNanos();

  private final String label;
  private final CallScope call;
  private final Duration burst;
  private final LimitUse.Recent calls;
  private final Share share;
  private final LongSupplier nanos;
  private final @Nullable RateLimiterRegistry registry;
  private final TokenLimits tokens;
  private LimitScopes.Rule rule;
  private @Nullable RequestLimit perSecond;
  private @Nullable RequestLimit perMinute;
  private List<RequestLimit> requests = List.of();
  private double appliedShare;
  private @Nullable Long drainedNanos;
  private int inFlight;
  private @Nullable RecordPosition next;
  private long nextUntilNanos;

  /**
   * Creates a scope that has used nothing.
   *
   * @param label its name in meters
   * @param call what a call of this scope counts against
   * @param registry the registry for its rate limiters under that name; null if other scopes have
   *     the same name
   */
  LimitScope(
      String label,
      CallScope call,
      LimitScopes.Rule rule,
      Duration burst,
      Share share,
      LongSupplier nanos,
      @Nullable RateLimiterRegistry registry) {
    this.label = label;
    this.call = call;
    this.burst = burst;
    this.calls = new LimitUse.Recent(nanos);
    this.share = share;
    this.nanos = nanos;
    this.registry = registry;
    this.tokens = new TokenLimits(burst, nanos);
    this.appliedShare = share.now() > 0 ? share.now() : 1;
    this.rule = rule;
    apply(rule.limits());
  }

  /** Changes the limits, from now on. */
  void become(LimitScopes.Rule changed) {
    rule = changed;
    apply(changed.limits());
    next = null; // its wait may be over
  }

  private void apply(Limits limits) {
    perSecond = requests(perSecond, limits.requestsPerSecond(), 1, Limits.REQUESTS_PER_SECOND);
    perMinute =
        requests(
            perMinute, limits.requestsPerMinute(), SECONDS_PER_MINUTE, Limits.REQUESTS_PER_MINUTE);
    requests = Stream.of(perSecond, perMinute).filter(Objects::nonNull).toList();
    tokens.become(limits, appliedShare);
  }

  private @Nullable RequestLimit requests(
      @Nullable RequestLimit known, @Nullable Double limit, double seconds, String kind) {
    if (limit == null) {
      if (known != null) {
        known.close();
      }
      return null;
    }
    if (known == null) {
      String name = label + " " + kind;
      return new RequestLimit(name, limit / seconds, appliedShare, burst, nanos, registry);
    }
    known.limit(limit / seconds, appliedShare);
    return known;
  }

  /** Returns the name of the scope in meters. */
  String label() {
    return label;
  }

  /** Returns what a call of this scope counts against. */
  CallScope call() {
    return call;
  }

  /**
   * Returns the wait as {@link io.completionworker.resilience.AdmissionGate.Condition#wait} does.
   */
  long wait(CompletionCall call) {
    double now = share.now();
    if (now <= 0) {
      return share.waitNanos();
    }
    if (now != appliedShare) {
      requests.forEach(limit -> limit.share(now));
      tokens.share(now);
      appliedShare = now;
    }
    Integer most = rule.limits().maxInFlight();
    if (most != null && inFlight >= mostInFlight(most, now)) {
      return Admission.UNTIL_A_CALL_ENDS;
    }
    long longest = tokens.nanosUntil(call.tokens());
    for (RequestLimit limit : requests) {
      longest = Math.max(longest, limit.nanosUntilNext());
    }
    return inTurn(call, longest);
  }

  static int mostInFlight(int account, double share) {
    return Math.max(1, (int) (account * share + ROUNDING));
  }

  /** Returns the kinds of limits that this scope has. */
  Set<LimitsLeft.Kind> kinds() {
    Set<LimitsLeft.Kind> kinds = EnumSet.noneOf(LimitsLeft.Kind.class);
    if (!requests.isEmpty()) {
      kinds.add(LimitsLeft.Kind.REQUESTS);
    }
    if (!tokens.now().isEmpty()) {
      kinds.add(LimitsLeft.Kind.TOKENS);
    }
    if (rule.limits().maxInFlight() != null) {
      kinds.add(LimitsLeft.Kind.IN_FLIGHT);
    }
    return kinds;
  }

  /** Adds what is left of its limits. */
  void addTo(LimitsLeft left) {
    requests.forEach(limit -> left.add(label, LimitsLeft.Kind.REQUESTS, limit.available()));
    tokens
        .now()
        .forEach(limit -> left.add(label, LimitsLeft.Kind.TOKENS, limit.bucket().available()));
    Integer most = rule.limits().maxInFlight();
    if (most != null) {
      left.add(label, LimitsLeft.Kind.IN_FLIGHT, mostInFlight(most, share.now()) - inFlight);
    }
  }

  /** Adds how much of its limits is used. */
  void addTo(List<LimitUse> uses) {
    Limits limits = rule.limits();
    double started = calls.sum();
    use(uses, Limits.REQUESTS_PER_SECOND, limits.requestsPerSecond(), started / SECONDS_PER_MINUTE);
    use(uses, Limits.REQUESTS_PER_MINUTE, limits.requestsPerMinute(), started);
    for (TokenLimits.TokenLimit limit : tokens.now()) {
      use(uses, limit.name(), limit.perMinute(), (double) limit.recent().sum());
    }
    use(uses, Limits.MAX_IN_FLIGHT, limits.maxInFlight(), inFlight);
  }

  private void use(List<LimitUse> uses, String name, @Nullable Number size, double used) {
    if (size != null) {
      String words = name.equals(Limits.MAX_IN_FLIGHT) ? "calls in flight" : name.replace('.', ' ');
      double part = Math.max(0, share.now());
      uses.add(new LimitUse(label, words, size.doubleValue(), part, used, rule.source(name)));
    }
  }

  /**
   * Lets the first call that had to wait start next. Otherwise small calls would take all that
   * flows in, and a call that needs a full bucket would never start.
   */
  private long inTurn(CompletionCall call, long wait) {
    long now = nanos.getAsLong();
    if (next != null && !next.equals(call.source().position()) && nextUntilNanos - now > 0) {
      return Math.max(wait, nextUntilNanos - now);
    }
    if (wait > 0) {
      next = call.source().position();
      nextUntilNanos = now + Math.min(wait, TURN_NANOS);
    }
    return wait;
  }

  /** Takes the turn away from a call that had to wait, since another one goes first. */
  void passed(CompletionCall call) {
    next = call.source().position().equals(next) ? null : next;
  }

  /**
   * Records the start of a call and reserves the most tokens that it is expected to use.
   *
   * @return the limits in which they are reserved, for {@link #end}
   */
  List<TokenLimits.TokenLimit> start(CompletionCall call) {
    inFlight++;
    calls.add(1);
    next = call.source().position().equals(next) ? null : next;
    requests.forEach(RequestLimit::take);
    return tokens.reserve(call.tokens());
  }

  /** Counts a call as open that was started when the scope had no limit. It reserves nothing. */
  void adopt() {
    inFlight++;
  }

  /**
   * Records the end of a call.
   *
   * @param from the limits in which its tokens were reserved
   * @param reserved the tokens reserved at its start
   */
  void end(List<TokenLimits.TokenLimit> from, TokenEstimate reserved, Settlement settlement) {
    inFlight--;
    tokens.settle(from, reserved, settlement.used(), settlement.refund());
  }

  /**
   * Leaves one call and no tokens, unless the scope was already drained for this or a later time.
   */
  void drain(long sinceNanos) {
    if (drainedNanos == null || sinceNanos - drainedNanos > 0) {
      drainedNanos = sinceNanos;
      requests.forEach(RequestLimit::leaveOne);
      tokens.leave(TokenEstimate.NONE);
    }
  }

  /**
   * Whether this scope can be removed without loss. It can if it is full, because a new scope
   * starts with less.
   */
  boolean forgettable() {
    return inFlight == 0 && requests.stream().allMatch(RequestLimit::full) && tokens.full();
  }

  /** Removes its rate limiters from the registry. The scope must not be used afterwards. */
  void close() {
    requests.forEach(RequestLimit::close);
  }
}
