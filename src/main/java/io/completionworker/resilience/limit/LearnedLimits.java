// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import io.completionworker.completion.AttemptResult.RateSignals;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.CompletionCall.CallScope;
import io.completionworker.completion.CompletionCall.TokenEstimate;
import io.completionworker.resilience.Remembered;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the endpoint says of its limits, for each service tier of each model of each credential,
 * since that is what providers limit: one model's empty window must not stop another. Dispatcher's
 * thread only.
 */
final class LearnedLimits {

  private static final long FORGET_NANOS = 2 * LearnedPace.LONGEST_NANOS;

  private final Share share;
  private final Remembered<Key, Account> accounts;
  private long latestNanos;

  LearnedLimits(Share share) {
    this.share = share;
    this.accounts =
        new Remembered<>(
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

  /** A call starts; the mark is to be given back with its end. */
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

  /** The tokens of an answered call are known now. */
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

  /** Adds what the endpoint has said of its limits, of so many accounts at most. */
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

  private void add(List<LimitUse> uses, Account account, String limit, LearnedPace.Use use) {
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

  /** What had been started when a call was: its answer knows of that much. */
  record Mark(Account account, long requests, long tokens) {}

  /** One tier of a model of a credential. */
  static final class Account {
    private final LearnedPace requests = new LearnedPace();
    private final LearnedPace tokens = new LearnedPace();
    private int inFlight;
    private boolean heard;
    private long usedNanos;
    private final Key key;

    private Account(Key key) {
      this.key = key;
    }
  }

  /**
   * A pace made of what the endpoint says of one of its limits. One thread.
   *
   * <p>What it said to be left, times the share, less what was started after the call whose answer
   * said it, is spread evenly over the time until the limit is whole again. When that time is over
   * and nothing newer was heard, calls go at the limit's even pace. With fixed windows this spends
   * what is left until the edge. With a bucket, whose time is until it is full, it comes to rest
   * where the bucket is half full and calls go as fast as it fills.
   */
  private static final class LearnedPace {

    /** No header can hold calls up for longer, whatever it says. */
    static final long LONGEST_NANOS = Duration.ofMinutes(1).toNanos();

    /** How much a single call can tell of those to come. */
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

    /** What was started up to now; tells what a signal knows of. */
    long mark() {
      return started;
    }

    void start(long cost, long nowNanos) {
      started += cost;
      lastStartNanos = nowNanos;
    }

    /**
     * Nanoseconds to wait as far as the endpoint has said.
     *
     * @param cost of the call, in what is limited
     * @param share above 0
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

    /** What is known of the limit: nothing of it is known with a size of 0. */
    Use use(long nowNanos) {
      if (!heard || limit <= 0) {
        return new Use(0, null);
      }
      boolean whole = untilNanos - nowNanos <= 0; // nobody has said since what others use
      double used = limit - remaining + (started - startedBefore);
      return new Use(limit, whole ? null : Double.valueOf(Math.min(limit, Math.max(0, used))));
    }

    /**
     * A limit that the endpoint has named.
     *
     * @param used by all users of the account; null while that is not known
     */
    record Use(double size, @Nullable Double used) {}

    /**
     * A call was settled: calls use another part of what they reserve, and the pace is that of what
     * is used in the end. Else a limit of tokens would be spread over far too much.
     */
    void settle(long reserved, long used) {
      if (reserved > 0) {
        double part = Math.min(MOST_USED, Math.max(LEAST_USED, used / (double) reserved));
        usedPart += NEWS * (part - usedPart);
      }
    }

    /**
     * Hears what the endpoint said.
     *
     * @param mark of the call that was answered, after it was started
     */
    void hear(RateSignals.@Nullable Window said, long mark, long nowNanos) {
      if (said == null || said.remaining() == null || (heard && mark < startedBefore)) {
        return; // nothing, or of a call before the one that has told the most
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
     * The time in which a whole limit may be used. Of a fixed window, no reset is longer; a bucket
     * fills what is missing in the time of the reset, and the whole as much more slowly.
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
