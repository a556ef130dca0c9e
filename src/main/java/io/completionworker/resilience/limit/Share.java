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
 * <p>A smaller share applies at once. A larger share applies only after {@code growDelay}, because
 * the instance that had it before may not know yet that it has lost it. So the share is the
 * smallest that was reported in the last {@code growDelay}, where the time before the first report
 * counts as 0. A report may have an end, with the share that remains if no other report follows.
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
   * Creates the share that the configuration asks for.
   *
   * @param nanos monotonic time
   */
  public static Share of(RateLimitConfig config, LongSupplier nanos) {
    return new Share(config.share() == RateLimitConfig.Share.WHOLE, config.growDelay(), nanos);
  }

  /**
   * Reports how many partitions of the request topic this instance owns.
   *
   * @param ownPartitions the partitions of this instance
   * @param allPartitions all partitions; 0 or less while their number is unknown, which counts as a
   *     share of 0
   */
  public void owned(int ownPartitions, int allPartitions) {
    report(part(ownPartitions, allPartitions), null);
  }

  /**
   * Returns these partitions as a part of all, from 0 to 1; 0 while the number of all is unknown.
   */
  public static double part(int ownPartitions, int allPartitions) {
    return allPartitions <= 0
        ? 0
        : Math.min(1, Math.max(0, ownPartitions) / (double) allPartitions);
  }

  /**
   * Reports the share, and what it shrinks to if there is no other report until then.
   *
   * @param reported the share, from 0 to 1
   * @param floor the share that does not depend on what other instances do meanwhile
   * @param untilNanos the end of the report, in nanoseconds of this object's clock
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

  /** Returns the share that applies now, from 0 to 1. */
  public double now() {
    State read = state;
    return read.steps.isEmpty() && read.lapse == null
        ? read.share
        : read.at(nanos.getAsLong()).share;
  }

  /** Returns the nanoseconds after which to ask again while the share is 0; at most 250 ms. */
  long waitNanos() {
    State read = state;
    long next =
        read.steps.isEmpty() ? LONGEST_WAIT_NANOS : read.steps.get(0).fromNanos - nanos.getAsLong();
    return Math.max(1, Math.min(LONGEST_WAIT_NANOS, next));
  }

  private record Step(double share, long fromNanos) {}

  /** The end of a report that is not repeated, and the share that remains. */
  private record Lapse(double floor, long atNanos) {}

  /**
   * The share that applies, and the larger ones that will apply later.
   *
   * @param steps rising, in share and in time
   * @param lapse null if the report applies until the next one
   */
  private record State(double share, List<Step> steps, @Nullable Lapse lapse) {

    State at(long nowNanos) {
      return lapse != null && nowNanos - lapse.atNanos >= 0
          ? grown(lapse.atNanos).shrunk(lapse.floor).grown(nowNanos)
          : grown(nowNanos);
    }

    /** Returns the state with no more than this share, now and later. */
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
