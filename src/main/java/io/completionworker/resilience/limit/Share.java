// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import io.completionworker.config.RateLimitConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The part of the limits that this instance takes. Safe on every thread.
 *
 * <p>A smaller share holds at once, a larger one only when it has been ours for a while: until
 * then, the instance that had it may not know yet that it has lost it. So the share is the smallest
 * that was reported in the last {@code growDelay}, and there was none before the first report. A
 * report may say how long it holds, and what is left of it when no other follows.
 */
public final class Share {

  private static final long LONGEST_WAIT_NANOS = Duration.ofMillis(250).toNanos();

  private final long growDelayNanos;
  private final LongSupplier nanos;
  private final boolean whole;
  private volatile State state;

  private Share(boolean whole, Duration growDelay, LongSupplier nanos) {
    this.whole = whole;
    this.growDelayNanos = growDelay.toNanos();
    this.nanos = nanos;
    this.state = new State(whole ? 1 : 0, List.of(), null);
  }

  /**
   * The share that the configuration asks for.
   *
   * @param nanos monotonic time
   */
  public static Share of(RateLimitConfig config, LongSupplier nanos) {
    return new Share(config.share() == RateLimitConfig.Share.WHOLE, config.growDelay(), nanos);
  }

  /**
   * Says how many partitions of the request topic are here.
   *
   * @param ownPartitions those of this instance
   * @param allPartitions all; 0 or less while that is not known, which is as good as none of them
   */
  public void owned(int ownPartitions, int allPartitions) {
    report(part(ownPartitions, allPartitions), null);
  }

  /** These partitions as a part of all, from 0 to 1; 0 while it is not known how many there are. */
  public static double part(int ownPartitions, int allPartitions) {
    return allPartitions <= 0
        ? 0
        : Math.min(1, Math.max(0, ownPartitions) / (double) allPartitions);
  }

  /**
   * Says what the share is, and what it shrinks to by itself when nothing is reported until then.
   *
   * @param reported from 0 to 1
   * @param floor what does not depend on what others do meanwhile
   * @param untilNanos in nanoseconds of this share's time
   */
  public void lent(double reported, double floor, long untilNanos) {
    report(reported, new Lapse(floor, untilNanos));
  }

  private synchronized void report(double reported, @Nullable Lapse lapse) {
    if (!whole) {
      long now = nanos.getAsLong();
      state = state.at(now).reported(reported, now + growDelayNanos, lapse);
    }
  }

  /** The share that holds now, from 0 to 1. */
  public double now() {
    State read = state;
    return read.steps.isEmpty() && read.lapse == null
        ? read.share
        : read.at(nanos.getAsLong()).share;
  }

  /** Nanoseconds after which it is worth asking again while the share is 0; at most 250 ms. */
  long waitNanos() {
    State read = state;
    long next =
        read.steps.isEmpty() ? LONGEST_WAIT_NANOS : read.steps.get(0).fromNanos - nanos.getAsLong();
    return Math.max(1, Math.min(LONGEST_WAIT_NANOS, next));
  }

  private record Step(double share, long fromNanos) {}

  /** When a report ends that is not repeated, and what it leaves. */
  private record Lapse(double floor, long atNanos) {}

  /**
   * The share that holds, and the larger ones that will.
   *
   * @param steps rising, in share and in time
   * @param lapse null when the report holds until the next one
   */
  private record State(double share, List<Step> steps, @Nullable Lapse lapse) {

    State at(long nowNanos) {
      return lapse != null && nowNanos - lapse.atNanos >= 0
          ? grown(lapse.atNanos).shrunk(lapse.floor).grown(nowNanos)
          : grown(nowNanos);
    }

    /** No more than this, now and later. */
    private State shrunk(double most) {
      List<Step> kept = new ArrayList<>();
      double last = share;
      for (Step step : steps) {
        double less = Math.min(step.share, most);
        if (less > last) {
          kept.add(new Step(less, step.fromNanos));
          last = less;
        }
      }
      return new State(Math.min(share, most), List.copyOf(kept), null);
    }

    private State grown(long nowNanos) {
      int past = 0;
      while (past < steps.size() && steps.get(past).fromNanos - nowNanos <= 0) {
        past++;
      }
      return past == 0
          ? this
          : new State(
              steps.get(past - 1).share, List.copyOf(steps.subList(past, steps.size())), lapse);
    }

    State reported(double reported, long fromNanos, @Nullable Lapse until) {
      if (reported <= share) {
        return new State(reported, List.of(), until);
      }
      List<Step> kept = new ArrayList<>(steps);
      kept.removeIf(step -> step.share > reported);
      if (kept.isEmpty() || kept.get(kept.size() - 1).share < reported) {
        kept.add(new Step(reported, fromNanos));
      }
      return new State(share, List.copyOf(kept), until);
    }
  }
}
