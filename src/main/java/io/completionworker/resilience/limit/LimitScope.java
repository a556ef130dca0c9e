// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.CompletionCall.TokenEstimate;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.completion.port.Admission;
import io.completionworker.config.Limits;
import io.completionworker.resilience.limit.LimitUse.LimitsLeft;
import io.github.resilience4j.ratelimiter.RateLimiterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The remaining limits of one scope. Rate limiters limit its requests. Buckets limit its tokens,
 * and a call gives back to them what it did not use. Used on the dispatcher's thread only.
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
  private final UnaryOperator<String> keys;
  private final Limits account;
  private final LimitUse.Recent calls;
  private final @Nullable Integer maxInFlight;
  private final Share share;
  private final LongSupplier nanos;
  private final List<RequestLimit> requests = new ArrayList<>();
  private final List<TokenLimit> tokens = new ArrayList<>();
  private double appliedShare;
  private boolean fresh = true;
  private @Nullable Long drainedNanos;
  private int inFlight;
  private @Nullable RecordPosition next;
  private long nextUntilNanos;

  /**
   * Creates a scope that has used nothing.
   *
   * @param label its name in meters
   * @param keys returns the configuration key of a limit for its name without a prefix
   * @param registry the registry for its rate limiters under that name; null if other scopes have
   *     the same name
   */
  LimitScope(
      String label,
      UnaryOperator<String> keys,
      Limits account,
      Duration burst,
      Share share,
      LongSupplier nanos,
      @Nullable RateLimiterRegistry registry) {
    this.label = label;
    this.keys = keys;
    this.account = account;
    this.calls = new LimitUse.Recent(nanos);
    this.maxInFlight = account.maxInFlight();
    this.share = share;
    this.nanos = nanos;
    this.appliedShare = share.now() > 0 ? share.now() : 1;
    requests(account.requestsPerSecond(), 1, Limits.REQUESTS_PER_SECOND, burst, registry);
    requests(
        account.requestsPerMinute(),
        SECONDS_PER_MINUTE,
        Limits.REQUESTS_PER_MINUTE,
        burst,
        registry);
    tokens(account.tokensPerMinute(), Limits.TOKENS_PER_MINUTE, TokenEstimate::total, burst);
    tokens(
        account.inputTokensPerMinute(),
        Limits.INPUT_TOKENS_PER_MINUTE,
        TokenEstimate::input,
        burst);
    tokens(
        account.outputTokensPerMinute(),
        Limits.OUTPUT_TOKENS_PER_MINUTE,
        TokenEstimate::output,
        burst);
  }

  private void requests(
      @Nullable Double limit,
      double seconds,
      String kind,
      Duration burst,
      @Nullable RateLimiterRegistry registry) {
    if (limit != null) {
      String name = label + " " + kind;
      requests.add(new RequestLimit(name, limit / seconds, appliedShare, burst, nanos, registry));
    }
  }

  private void tokens(
      @Nullable Long limit, String name, ToLongFunction<TokenEstimate> kind, Duration burst) {
    if (limit != null) {
      double perSecond = limit / SECONDS_PER_MINUTE;
      tokens.add(
          new TokenLimit(
              name,
              perSecond,
              kind,
              new TokenBucket(perSecond * appliedShare, burst, nanos),
              new LimitUse.Recent(nanos)));
    }
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
      tokens.forEach(limit -> limit.quota.rate(limit.perSecond * now));
      appliedShare = now;
    }
    if (fresh) {
      // One call may start at once, but no burst, because many instances may start together, or one
      // may restart again and again.
      tokens.forEach(limit -> limit.quota.lower(limit.cost(call.tokens())));
      fresh = false;
    }
    if (maxInFlight != null && inFlight >= mostInFlight(maxInFlight, now)) {
      return Admission.UNTIL_A_CALL_ENDS;
    }
    long longest = 0;
    for (RequestLimit limit : requests) {
      longest = Math.max(longest, limit.nanosUntilNext());
    }
    for (TokenLimit limit : tokens) {
      longest = Math.max(longest, limit.quota.nanosUntil(limit.cost(call.tokens())));
    }
    return inTurn(call, longest);
  }

  private static int mostInFlight(int account, double share) {
    return Math.max(1, (int) (account * share + ROUNDING));
  }

  /** Returns the kinds of limits that this scope has. */
  Set<LimitsLeft.Kind> kinds() {
    Set<LimitsLeft.Kind> kinds = EnumSet.noneOf(LimitsLeft.Kind.class);
    if (!requests.isEmpty()) {
      kinds.add(LimitsLeft.Kind.REQUESTS);
    }
    if (!tokens.isEmpty()) {
      kinds.add(LimitsLeft.Kind.TOKENS);
    }
    if (maxInFlight != null) {
      kinds.add(LimitsLeft.Kind.IN_FLIGHT);
    }
    return kinds;
  }

  /** Adds what is left of its limits. */
  void addTo(LimitsLeft left) {
    requests.forEach(limit -> left.add(label, LimitsLeft.Kind.REQUESTS, limit.available()));
    tokens.forEach(limit -> left.add(label, LimitsLeft.Kind.TOKENS, limit.quota.available()));
    if (maxInFlight != null) {
      int most = mostInFlight(maxInFlight, share.now());
      left.add(label, LimitsLeft.Kind.IN_FLIGHT, most - inFlight);
    }
  }

  /** Adds how much of its limits is used. */
  void addTo(List<LimitUse> uses) {
    double seconds = SECONDS_PER_MINUTE;
    use(uses, Limits.REQUESTS_PER_SECOND, account.requestsPerSecond(), calls.sum() / seconds);
    use(uses, Limits.REQUESTS_PER_MINUTE, account.requestsPerMinute(), (double) calls.sum());
    for (TokenLimit limit : tokens) {
      use(uses, limit.name, limit.perSecond * seconds, (double) limit.recent.sum());
    }
    use(uses, Limits.MAX_IN_FLIGHT, maxInFlight, inFlight);
  }

  private void use(List<LimitUse> uses, String name, @Nullable Number size, double used) {
    if (size != null) {
      String words = name.equals(Limits.MAX_IN_FLIGHT) ? "calls in flight" : name.replace('.', ' ');
      double part = Math.max(0, share.now());
      uses.add(new LimitUse(label, words, size.doubleValue(), part, used, keys.apply(name)));
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

  /** Records the start of a call and reserves the most tokens that it is expected to use. */
  void start(CompletionCall call) {
    inFlight++;
    calls.add(1);
    next = call.source().position().equals(next) ? null : next;
    requests.forEach(RequestLimit::take);
    for (TokenLimit limit : tokens) {
      limit.quota.take(limit.cost(call.tokens()));
      limit.recent.add(limit.cost(call.tokens()));
    }
  }

  /**
   * Records the end of a call.
   *
   * @param reserved the tokens reserved at its start
   * @param used the tokens that count in the end
   * @param refund whether unused tokens are given back
   */
  void end(TokenEstimate reserved, TokenEstimate used, boolean refund) {
    inFlight--;
    for (TokenLimit limit : tokens) {
      long unused = limit.cost(reserved) - limit.cost(used);
      if (unused < 0) {
        limit.quota.take(-unused);
        limit.recent.add(-unused);
      } else if (refund) {
        limit.quota.giveBack(unused);
        limit.recent.add(-unused);
      }
    }
  }

  /**
   * Leaves one call and no tokens, unless the scope was already drained for this or a later time.
   */
  void drain(long sinceNanos) {
    if (drainedNanos == null || sinceNanos - drainedNanos > 0) {
      drainedNanos = sinceNanos;
      requests.forEach(RequestLimit::leaveOne);
      tokens.forEach(limit -> limit.quota.lower(0));
    }
  }

  /**
   * Whether this scope can be removed without loss. It can if it is full, because a new scope
   * starts with less.
   */
  boolean forgettable() {
    return inFlight == 0
        && requests.stream().allMatch(RequestLimit::full)
        && tokens.stream().allMatch(limit -> limit.quota.full());
  }

  /** Removes its rate limiters from the registry. The scope must not be used afterwards. */
  void close() {
    requests.forEach(RequestLimit::close);
  }

  /**
   * A limit of tokens.
   *
   * @param name its name in the configuration, without a prefix
   * @param perSecond the account's rate
   * @param kind returns the tokens that it counts
   */
  private record TokenLimit(
      String name,
      double perSecond,
      ToLongFunction<TokenEstimate> kind,
      TokenBucket quota,
      LimitUse.Recent recent) {

    long cost(TokenEstimate estimate) {
      return kind.applyAsLong(estimate);
    }
  }
}
