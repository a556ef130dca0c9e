// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.completion.AttemptResult.RateSignals;
import io.completionworker.completion.CompletionCall;
import io.completionworker.fixtures.Results;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Instances at full backlog against one provider, in simulated time: each starts a call whenever
 * its limits and its number of calls in flight let it.
 */
final class Simulation {

  /** When a provider works out what its headers say. */
  enum Stamp {
    ARRIVAL,
    ANSWER
  }

  private final ManualTime time;
  private final Provider provider;
  private final Duration latency;
  private final Supplier<CompletionCall> calls;
  private final Stamp stamp;
  private final int maxInFlight;
  private final List<Instance> instances = new ArrayList<>();
  private final PriorityQueue<Open> open =
      new PriorityQueue<>(Comparator.comparingLong(Open::endAt).thenComparingLong(Open::number));
  private final List<Attempt> attempts = new ArrayList<>();
  private final long origin;
  private long number;
  private double usedPart = 1;

  Simulation(
      ManualTime time,
      Provider provider,
      Duration latency,
      Stamp stamp,
      int maxInFlight,
      Supplier<CompletionCall> calls) {
    this.time = time;
    this.provider = provider;
    this.latency = latency;
    this.stamp = stamp;
    this.maxInFlight = maxInFlight;
    this.calls = calls;
    this.origin = time.getAsLong();
  }

  /** An instance with these limits. */
  Simulation with(RateLimits limits) {
    instances.add(new Instance(limits));
    return this;
  }

  /** Calls use this part of the tokens that they reserve. */
  Simulation using(double part) {
    usedPart = part;
    return this;
  }

  /** The most calls that were served within this time, whenever it began since then. */
  long mostServed(Duration within, Duration since) {
    List<Long> times =
        attempts.stream()
            .filter(one -> one.served && one.at >= since.toNanos())
            .map(Attempt::at)
            .toList();
    int most = 0;
    int first = 0;
    for (int last = 0; last < times.size(); last++) {
      while (times.get(last) - times.get(first) >= within.toNanos()) {
        first++;
      }
      most = Math.max(most, last - first + 1);
    }
    return most;
  }

  /** Time since the start. */
  Duration elapsed() {
    return Duration.ofNanos(now());
  }

  /** Runs for this long. */
  void run(Duration duration) {
    long end = now() + duration.toNanos();
    while (now() < end) {
      long next = Math.min(end, open.isEmpty() ? end : open.peek().endAt);
      for (Instance instance : instances) {
        next = Math.min(next, instance.start());
      }
      next = Math.min(next, open.isEmpty() ? end : open.peek().endAt);
      time.advance(Math.max(0, next - now()));
      while (!open.isEmpty() && open.peek().endAt <= now()) {
        open.remove().end();
      }
    }
  }

  /** Calls served of those that arrived from one time to another. */
  long served(Duration from, Duration to) {
    return count(from, to, true);
  }

  /** Part of the calls that were refused, of those that arrived from one time to another. */
  double refused(Duration from, Duration to) {
    double refused = count(from, to, false);
    return refused / Math.max(1, refused + served(from, to));
  }

  private long count(Duration from, Duration to, boolean served) {
    return attempts.stream()
        .filter(one -> one.at >= from.toNanos() && one.at < to.toNanos() && one.served == served)
        .count();
  }

  private long now() {
    return time.getAsLong() - origin;
  }

  private record Attempt(long at, boolean served) {}

  private record Open(
      long endAt,
      long number,
      Instance instance,
      CompletionCall call,
      boolean served,
      @Nullable RateSignals stamped,
      Simulation in) {

    void end() {
      long reserved = call.tokens().total();
      long used = Math.round(reserved * in.usedPart);
      if (served) {
        in.provider.giveBack(reserved - used, endAt - in.latency.toNanos(), in.now());
      }
      RateSignals signals = stamped == null ? in.provider.signals(in.now()) : stamped;
      instance.inFlight--;
      instance.limits.ended(call, served ? Calls.answered(used, signals) : refusal(signals));
    }

    private static AttemptResult refusal(RateSignals signals) {
      AttemptError error = Results.error(FailureReason.RATE_LIMITED, Disposition.RETRY, null);
      return new AttemptResult.Rejected(error, signals, null);
    }
  }

  private final class Instance {
    private final RateLimits limits;
    private @Nullable CompletionCall first;
    private int inFlight;

    Instance(RateLimits limits) {
      this.limits = limits;
    }

    /** Starts what may; returns when to ask again. */
    long start() {
      while (inFlight < maxInFlight) {
        CompletionCall call = first == null ? calls.get() : first;
        first = call;
        long wait = limits.wait(call);
        if (wait > 0) {
          return wait == Long.MAX_VALUE ? Long.MAX_VALUE : now() + wait;
        }
        first = null;
        begin(call);
      }
      return Long.MAX_VALUE;
    }

    private void begin(CompletionCall call) {
      limits.started(call);
      inFlight++;
      boolean served = provider.serve(call.tokens().total(), now());
      RateSignals stamped = stamp == Stamp.ARRIVAL ? provider.signals(now()) : null;
      attempts.add(new Attempt(now(), served));
      open.add(
          new Open(
              now() + latency.toNanos(), number++, this, call, served, stamped, Simulation.this));
    }
  }
}
