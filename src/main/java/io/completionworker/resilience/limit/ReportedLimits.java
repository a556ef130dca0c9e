// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import io.completionworker.completion.AttemptResult.RateSignals;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.CompletionCall.CallScope;
import io.completionworker.completion.CompletionCall.TokenEstimate;
import io.completionworker.resilience.ExpiringMap;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The limits that the endpoint reports, for each service tier of each model of each credential.
 * Providers limit each tier on its own, so an empty window of one model must not stop another. Used
 * on the dispatcher's thread only.
 */
final class ReportedLimits {

  private static final long FORGET_NANOS = 2 * ReportedPace.LONGEST_NANOS;

  private final Share share;
  private final ExpiringMap<Key, Account> accounts;
  private long latestNanos;

  ReportedLimits(Share share) {
    this.share = share;
    this.accounts =
        new ExpiringMap<>(
            account -> account.inFlight == 0 && latestNanos - account.usedNanos > FORGET_NANOS);
  }

  long wait(CompletionCall call, long nowNanos) {
    Account account = accounts.get(Key.of(call.scope()));
    if (account == null || !account.heard) {
      return 0;
    }
    double part = share.now();
    if (part <= 0) {
      return share.waitNanos();
    }
    return Math.max(
        account.requests.wait(1, part, nowNanos),
        account.tokens.wait(call.tokens().total(), part, nowNanos));
  }

  /** Records the start of a call. Pass the returned mark to {@link #end} when the call ends. */
  Mark start(CompletionCall call, long nowNanos) {
    latestNanos = nowNanos;
    Key key = Key.of(call.scope());
    Account account = accounts.get(key);
    if (account == null) {
      account = new Account(key);
      accounts.put(key, account);
    }
    account.inFlight++;
    account.usedNanos = nowNanos;
    account.requests.start(1, nowNanos);
    account.tokens.start(call.tokens().total(), nowNanos);
    return new Mark(account, account.requests.mark(), account.tokens.mark());
  }

  /** Records the tokens that an answered call has used. */
  void settle(Mark mark, TokenEstimate reserved, TokenEstimate used) {
    mark.account.tokens.settle(reserved.total(), used.total());
  }

  void end(Mark mark, RateSignals signals, long nowNanos) {
    Account account = mark.account;
    account.inFlight--;
    account.usedNanos = nowNanos;
    if (signals.requests() != null || signals.tokens() != null) {
      account.heard = true;
      account.requests.hear(signals.requests(), mark.requests, nowNanos);
      account.tokens.hear(signals.tokens(), mark.tokens, nowNanos);
    }
  }

  /** Adds the limits that the endpoint has reported, of at most this many accounts. */
  void addTo(List<LimitUse> uses, int most, long nowNanos) {
    int looked = 0;
    for (Account account : accounts.all().values()) {
      if (account.heard) {
        add(uses, account, "requests", account.requests.use(nowNanos));
        add(uses, account, "tokens", account.tokens.use(nowNanos));
      }
      if (++looked == most) {
        return;
      }
    }
  }

  private void add(List<LimitUse> uses, Account account, String limit, ReportedPace.Use use) {
    if (use.size() > 0) {
      double part = Math.max(0, share.now());
      String scope = account.key.text();
      uses.add(new LimitUse(scope, limit, use.size(), part, use.used(), LimitUse.HEADERS));
    }
  }

  int size() {
    return accounts.all().size();
  }

  private record Key(String credential, String model, @Nullable String tier) {
    static Key of(CallScope scope) {
      return new Key(scope.credential(), scope.model(), scope.tier());
    }

    String text() {
      return "credential "
          + credential
          + ", model "
          + model
          + (tier == null ? "" : ", service tier " + tier);
    }
  }

  /**
   * The amounts that had been started when a call was started, including its own. The limits
   * reported with its answer take these amounts into account.
   */
  record Mark(Account account, long requests, long tokens) {}

  /** The reported limits of one service tier of a model of a credential. */
  static final class Account {
    private final ReportedPace requests = new ReportedPace();
    private final ReportedPace tokens = new ReportedPace();
    private int inFlight;
    private boolean heard;
    private long usedNanos;
    private final Key key;

    private Account(Key key) {
      this.key = key;
    }
  }

  /**
   * Paces calls by what the endpoint reports about one of its limits. Not thread-safe.
   *
   * <p>The pace spreads the remaining amount evenly over the time until the limit is reset. The
   * remaining amount is the reported one, times the share, minus what was started after the call
   * whose answer reported it. If the reset passes without a newer report, calls go at the average
   * rate of the limit. With a fixed window, this uses the remaining amount up to the end of the
   * window. With a token bucket, whose reset is the time until it is full, the pace settles where
   * the bucket is half full and calls start as fast as the bucket refills.
   */
  private static final class ReportedPace {

    /** The longest time for which a header can delay calls, whatever its value. */
    static final long LONGEST_NANOS = Duration.ofMinutes(1).toNanos();

    /** The weight of the latest call in the moving average of used parts. */
    private static final double NEWS = 0.1;

    private static final double LEAST_USED = 0.05;
    private static final double MOST_USED = 4;

    private long started;
    private double usedPart = 1;
    private long lastStartNanos;
    private boolean heard;
    private long remaining;
    private long startedBefore;
    private long untilNanos;
    private double longestReset;
    private double limit;
    private double evenNanos;

    /**
     * Returns the amount started up to now. It later shows which starts a report takes into
     * account.
     */
    long mark() {
      return started;
    }

    void start(long cost, long nowNanos) {
      started += cost;
      lastStartNanos = nowNanos;
    }

    /**
     * Returns the nanoseconds to wait according to the endpoint's reports.
     *
     * @param cost the cost of the call, in the unit of the limit
     * @param share the share of this instance, above 0
     */
    long wait(long cost, double share, long nowNanos) {
      if (!heard || cost <= 0) {
        return 0;
      }
      long left = untilNanos - nowNanos;
      double perUnit = evenNanos / share;
      if (left > 0) {
        double mine = remaining * share - (started - startedBefore);
        if (mine < Math.min((double) cost, Math.max(1, limit * share))) {
          return left;
        }
        perUnit = left / mine;
      }
      long since = nowNanos - lastStartNanos;
      long wait = (long) (cost * usedPart * perUnit) - since;
      return Math.max(0, Math.min(wait, left > 0 ? left : LONGEST_NANOS - since));
    }

    /** Returns what is known of the limit, with a size of 0 if nothing is known. */
    Use use(long nowNanos) {
      if (!heard || limit <= 0) {
        return new Use(0, null);
      }
      boolean whole = untilNanos - nowNanos <= 0; // what others have used since then is unknown
      double used = limit - remaining + (started - startedBefore);
      return new Use(limit, whole ? null : Double.valueOf(Math.min(limit, Math.max(0, used))));
    }

    /**
     * The use of a limit that the endpoint has reported.
     *
     * @param used the amount used by all users of the account; null while it is unknown
     */
    record Use(double size, @Nullable Double used) {}

    /**
     * Learns which part of their reservation calls use. The pace is based on the amount used in the
     * end. Otherwise a limit of tokens would be spread over far too large an amount.
     */
    void settle(long reserved, long used) {
      if (reserved > 0) {
        double part = Math.min(MOST_USED, Math.max(LEAST_USED, used / (double) reserved));
        usedPart += NEWS * (part - usedPart);
      }
    }

    /**
     * Takes over a report of the endpoint.
     *
     * @param mark the mark of the answered call, taken after its start
     */
    void hear(RateSignals.@Nullable Window said, long mark, long nowNanos) {
      if (said == null || said.remaining() == null || (heard && mark < startedBefore)) {
        return; // no report, or a call that started before the one of the latest report
      }
      long reset = nanos(said.reset());
      heard = true;
      remaining = said.remaining();
      startedBefore = mark;
      untilNanos = nowNanos + reset;
      limit =
          said.limit() != null && said.limit() > 0
              ? (double) said.limit()
              : Math.max(limit, (double) said.remaining());
      longestReset = Math.max(longestReset, (double) reset);
      evenNanos = limit == 0 ? 0 : window(reset) / limit;
    }

    /**
     * Returns the time in which the whole limit may be used. For a fixed window, it is the longest
     * reset. A bucket refills the missing part within the reset, so the whole takes proportionally
     * longer.
     */
    private double window(long reset) {
      double missing = limit - remaining;
      double bucket = missing > 0 ? reset * (limit / missing) : 0;
      return Math.min((double) LONGEST_NANOS, Math.max(longestReset, bucket));
    }

    private static long nanos(@Nullable Duration reset) {
      return reset == null || reset.toSeconds() >= LONGEST_NANOS / 1_000_000_000
          ? LONGEST_NANOS
          : reset.toNanos();
    }
  }
}
