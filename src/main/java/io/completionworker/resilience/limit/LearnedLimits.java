// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import io.completionworker.completion.CallScope;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.RateSignals;
import io.completionworker.completion.TokenEstimate;
import io.completionworker.resilience.Remembered;
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
}
