package io.completionworker.resilience.limit;

import io.completionworker.config.RateLimitConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The part of the limits that this instance takes. Safe on every thread.
 *
 * <p>A smaller share holds at once, a larger one only when it has been ours for a while: until
 * then, the instance that had it may not know yet that it has lost it. So the share is the smallest
 * that was reported in the last {@code growDelay}, and there was none before the first report.
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
    this.state = new State(whole ? 1 : 0, List.of());
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
    if (whole) {
      return;
    }
    double reported =
        allPartitions <= 0 ? 0 : Math.min(1, Math.max(0, ownPartitions) / (double) allPartitions);
    synchronized (this) {
      state = state.at(nanos.getAsLong()).reported(reported, nanos.getAsLong() + growDelayNanos);
    }
  }

  /** The share that holds now, from 0 to 1. */
  public double now() {
    State read = state;
    return read.steps.isEmpty() ? read.share : read.at(nanos.getAsLong()).share;
  }

  /** Nanoseconds after which it is worth asking again while the share is 0; at most 250 ms. */
  long waitNanos() {
    State read = state;
    long next =
        read.steps.isEmpty() ? LONGEST_WAIT_NANOS : read.steps.get(0).fromNanos - nanos.getAsLong();
    return Math.max(1, Math.min(LONGEST_WAIT_NANOS, next));
  }

  private record Step(double share, long fromNanos) {}

  /**
   * The share that holds, and the larger ones that will.
   *
   * @param steps rising, in share and in time
   */
  private record State(double share, List<Step> steps) {

    State at(long nowNanos) {
      int past = 0;
      while (past < steps.size() && steps.get(past).fromNanos - nowNanos <= 0) {
        past++;
      }
      return past == 0
          ? this
          : new State(steps.get(past - 1).share, List.copyOf(steps.subList(past, steps.size())));
    }

    State reported(double reported, long fromNanos) {
      if (reported <= share) {
        return new State(reported, List.of());
      }
      List<Step> kept = new ArrayList<>(steps);
      kept.removeIf(step -> step.share > reported);
      if (kept.isEmpty() || kept.get(kept.size() - 1).share < reported) {
        kept.add(new Step(reported, fromNanos));
      }
      return new State(share, List.copyOf(kept));
    }
  }
}
