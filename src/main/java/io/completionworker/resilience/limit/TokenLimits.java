// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import io.completionworker.completion.CompletionCall.TokenEstimate;
import io.completionworker.config.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The limits of tokens of one scope: a bucket for each. A call reserves its estimate when it
 * starts, and gives back what it did not use. Used on the dispatcher's thread only.
 *
 * <p>The limits may change while calls are open. Such a call settles with the buckets that it
 * reserved from. If one of them has a lower limit by now, the call gives back only the same part of
 * the unused tokens as the new limit is of the old one. Otherwise the reservations of the old limit
 * would go on to pay for calls at its pace.
 */
final class TokenLimits {

  private static final double SECONDS_PER_MINUTE = 60;

  private final Duration burst;
  private final LongSupplier nanos;
  private List<TokenLimit> limits = List.of();
  private boolean changed;

  /** Creates an empty set of limits. */
  TokenLimits(Duration burst, LongSupplier nanos) {
    this.burst = burst;
    this.nanos = nanos;
  }

  /**
   * A limit of tokens. When its rate changes, another limit with the same bucket takes its place.
   *
   * @param name its name in the configuration, without a prefix
   * @param perMinute the account's rate
   * @param kind returns the tokens that it counts
   * @param recent the tokens that count for the last minute
   */
  record TokenLimit(
      String name,
      long perMinute,
      ToLongFunction<TokenEstimate> kind,
      TokenBucket bucket,
      LimitUse.Recent recent) {

    long cost(TokenEstimate estimate) {
      return kind.applyAsLong(estimate);
    }
  }

  /**
   * Replaces the limits. A limit that stays keeps its bucket, whose content changes with the rate.
   * If any of them changes, no bucket keeps more than what the next call needs.
   *
   * @param share the share that applies now, above 0
   */
  void become(Limits account, double share) {
    List<TokenLimit> others = new ArrayList<>();
    add(others, account.tokensPerMinute(), Limits.TOKENS_PER_MINUTE, TokenEstimate::total, share);
    add(
        others,
        account.inputTokensPerMinute(),
        Limits.INPUT_TOKENS_PER_MINUTE,
        TokenEstimate::input,
        share);
    add(
        others,
        account.outputTokensPerMinute(),
        Limits.OUTPUT_TOKENS_PER_MINUTE,
        TokenEstimate::output,
        share);
    changed |= !others.equals(limits);
    limits = List.copyOf(others);
  }

  private void add(
      List<TokenLimit> others,
      @Nullable Long perMinute,
      String name,
      ToLongFunction<TokenEstimate> kind,
      double share) {
    if (perMinute == null) {
      return;
    }
    double perSecond = perMinute / SECONDS_PER_MINUTE * share;
    TokenLimit known =
        limits.stream().filter(limit -> limit.name.equals(name)).findFirst().orElse(null);
    if (known == null) {
      TokenBucket bucket = new TokenBucket(perSecond, burst, nanos);
      others.add(new TokenLimit(name, perMinute, kind, bucket, new LimitUse.Recent(nanos)));
    } else {
      if (known.perMinute != perMinute) {
        known.bucket.limit(perSecond);
      }
      others.add(new TokenLimit(name, perMinute, known.kind, known.bucket, known.recent));
    }
  }

  /** Applies this share of the account's rates, above 0, from now on. */
  void share(double part) {
    limits.forEach(limit -> limit.bucket.rate(limit.perMinute / SECONDS_PER_MINUTE * part));
  }

  /** Returns the limits. */
  List<TokenLimit> now() {
    return limits;
  }

  /** Returns the nanoseconds until a call with this estimate may start; 0 if it may start now. */
  long nanosUntil(TokenEstimate tokens) {
    if (changed) {
      // One call may start at once, but no burst, because many instances may start or change
      // together, or one may restart again and again.
      leave(tokens);
      changed = false;
    }
    long longest = 0;
    for (TokenLimit limit : limits) {
      longest = Math.max(longest, limit.bucket.nanosUntil(limit.cost(tokens)));
    }
    return longest;
  }

  /**
   * Reserves the most tokens that a call is expected to use.
   *
   * @return the limits in which they are reserved, for {@link #settle}
   */
  List<TokenLimit> reserve(TokenEstimate tokens) {
    for (TokenLimit limit : limits) {
      limit.bucket.take(limit.cost(tokens));
      limit.recent.add(limit.cost(tokens));
    }
    return limits;
  }

  /**
   * Settles the tokens of a call that has ended.
   *
   * @param from the limits in which they were reserved
   * @param reserved the tokens reserved
   * @param used the tokens that count in the end
   * @param refund whether unused tokens are given back
   */
  void settle(List<TokenLimit> from, TokenEstimate reserved, TokenEstimate used, boolean refund) {
    for (TokenLimit then : from) {
      TokenLimit now = withBucket(then);
      if (now == null) {
        continue; // the limit was lifted meanwhile
      }
      long unused = now.cost(reserved) - now.cost(used);
      if (unused < 0) {
        now.bucket.take(-unused);
        now.recent.add(-unused);
      } else if (refund) {
        double part = Math.min(1, now.perMinute / (double) then.perMinute);
        now.bucket.giveBack((long) (unused * part));
        now.recent.add(-unused);
      }
    }
  }

  private @Nullable TokenLimit withBucket(TokenLimit then) {
    for (TokenLimit limit : limits) {
      if (limit.bucket == then.bucket) {
        return limit;
      }
    }
    return null;
  }

  /** Leaves at most this many tokens in each bucket. */
  void leave(TokenEstimate tokens) {
    limits.forEach(limit -> limit.bucket.lower(limit.cost(tokens)));
  }

  /** Whether all buckets are full. */
  boolean full() {
    return limits.stream().allMatch(limit -> limit.bucket.full());
  }
}
