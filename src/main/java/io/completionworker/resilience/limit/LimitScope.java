package io.completionworker.resilience.limit;

import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.RecordPosition;
import io.completionworker.completion.TokenEstimate;
import io.completionworker.completion.port.Admission;
import io.completionworker.config.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What one limit scope has left. Dispatcher's thread only. */
final class LimitScope {

  private static final double SECONDS_PER_MINUTE = 60;
  private static final double ROUNDING = 1e-6;

  /** Whoever is next in turn says so again within this time, or is none that could start. */
  private static final long TURN_NANOS = Duration.ofSeconds(1).toNanos();

  private final String label;
  private final @Nullable Integer maxInFlight;
  private final Share share;
  private final LongSupplier nanos;
  private final List<Limit> limits = new ArrayList<>();
  private double appliedShare = 1;
  private boolean fresh = true;
  private @Nullable Long drainedNanos;
  private int inFlight;
  private @Nullable RecordPosition next;
  private long nextUntilNanos;

  /**
   * A scope that has used nothing.
   *
   * @param label its name in meters
   */
  LimitScope(String label, Limits account, Duration burst, Share share, LongSupplier nanos) {
    this.label = label;
    this.maxInFlight = account.maxInFlight();
    this.share = share;
    this.nanos = nanos;
    add(account.requestsPerSecond(), 1, null, burst, nanos);
    add(account.requestsPerMinute(), SECONDS_PER_MINUTE, null, burst, nanos);
    add(account.tokensPerMinute(), SECONDS_PER_MINUTE, TokenEstimate::total, burst, nanos);
    add(account.inputTokensPerMinute(), SECONDS_PER_MINUTE, TokenEstimate::input, burst, nanos);
    add(account.outputTokensPerMinute(), SECONDS_PER_MINUTE, TokenEstimate::output, burst, nanos);
  }

  private void add(
      @Nullable Number limit,
      double seconds,
      @Nullable ToLongFunction<TokenEstimate> tokens,
      Duration burst,
      LongSupplier nanos) {
    if (limit != null) {
      double perSecond = limit.doubleValue() / seconds;
      limits.add(new Limit(perSecond, tokens, new Quota(perSecond, burst, nanos)));
    }
  }

  /** As {@link io.completionworker.resilience.Condition#wait}. */
  long wait(CompletionCall call) {
    TokenEstimate tokens = call.tokens();
    double now = share.now();
    if (now <= 0) {
      return share.waitNanos();
    }
    if (now != appliedShare) {
      limits.forEach(limit -> limit.quota.rate(limit.perSecond * now));
      appliedShare = now;
    }
    if (fresh) {
      // One call at once, but no burst: many instances may start together, or one again and again.
      limits.forEach(limit -> limit.quota.lower(limit.cost(tokens)));
      fresh = false;
    }
    if (maxInFlight != null && inFlight >= mostInFlight(maxInFlight, now)) {
      return Admission.UNTIL_A_CALL_ENDS;
    }
    long longest = 0;
    for (Limit limit : limits) {
      longest = Math.max(longest, limit.quota.nanosUntil(limit.cost(tokens)));
    }
    return inTurn(call, longest);
  }

  private static int mostInFlight(int account, double share) {
    return Math.max(1, (int) (account * share + ROUNDING));
  }

  /** What it has limits of. */
  Set<LimitsLeft.Kind> kinds() {
    Set<LimitsLeft.Kind> kinds = EnumSet.noneOf(LimitsLeft.Kind.class);
    limits.forEach(limit -> kinds.add(limit.kind()));
    if (maxInFlight != null) {
      kinds.add(LimitsLeft.Kind.IN_FLIGHT);
    }
    return kinds;
  }

  /** Adds what it has left. */
  void addTo(LimitsLeft left) {
    limits.forEach(limit -> left.add(label, limit.kind(), limit.quota.available()));
    if (maxInFlight != null) {
      int most = mostInFlight(maxInFlight, share.now());
      left.add(label, LimitsLeft.Kind.IN_FLIGHT, most - inFlight);
    }
  }

  /**
   * Who was the first to wait is the next to start. Else the small calls of others would take all
   * that flows in, and a call that needs a full bucket would never find one.
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

  /** A call starts; reserves the tokens that it is expected to use at most. */
  void start(CompletionCall call) {
    inFlight++;
    next = call.source().position().equals(next) ? null : next;
    for (Limit limit : limits) {
      limit.quota.take(limit.cost(call.tokens()));
    }
  }

  /**
   * A call has ended.
   *
   * @param reserved what it was started with
   * @param used what counts in the end
   * @param refund whether what it did not use goes back
   */
  void end(TokenEstimate reserved, TokenEstimate used, boolean refund) {
    inFlight--;
    for (Limit limit : limits) {
      long unused = limit.cost(reserved) - limit.cost(used);
      if (unused < 0) {
        limit.quota.take(-unused);
      } else if (refund) {
        limit.quota.giveBack(unused);
      }
    }
  }

  /** Leaves one call and no tokens, unless that was done for this time or a later one. */
  void drain(long sinceNanos) {
    if (drainedNanos == null || sinceNanos - drainedNanos > 0) {
      drainedNanos = sinceNanos;
      limits.forEach(limit -> limit.quota.lower(limit.tokens == null ? 1 : 0));
    }
  }

  /** Whether nothing is lost with it: it is full, and a new one starts with less. */
  boolean forgettable() {
    return inFlight == 0 && limits.stream().allMatch(limit -> limit.quota.full());
  }

  /**
   * One limit.
   *
   * @param perSecond the account's
   * @param tokens which tokens it counts, or null when it counts calls
   */
  private record Limit(
      double perSecond, @Nullable ToLongFunction<TokenEstimate> tokens, Quota quota) {

    LimitsLeft.Kind kind() {
      return tokens == null ? LimitsLeft.Kind.REQUESTS : LimitsLeft.Kind.TOKENS;
    }

    long cost(TokenEstimate estimate) {
      return tokens == null ? 1 : tokens.applyAsLong(estimate);
    }
  }
}
