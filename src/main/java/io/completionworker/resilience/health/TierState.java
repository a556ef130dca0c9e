// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.health;

import io.completionworker.completion.Wait;
import io.completionworker.completion.port.Admission;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one service tier of a model of a credential. Used on the dispatcher's thread
 * only, except {@link #told()}.
 *
 * <p>The number of calls that may be open starts small. It doubles with each round trip up to what
 * the tier has taken before, and grows by a quarter above that. After a refusal nothing starts for
 * a while, and then one call probes while those that are open go on. If it is answered, there were
 * too many calls, and a part of them may be open again. If it is refused, the tier has nothing left
 * for anybody: the next probe comes later, and when one is answered, three quarters of the calls of
 * before may be open, and double again.
 */
final class TierState {

  /** Calls that may be open before the first answer. */
  private static final double FIRST_CALLS = 8;

  /** The part of the calls that were open when one was too many. */
  private static final double LESS = 0.75;

  /** Growth for each answer above what the tier has taken before, where 1 would double. */
  private static final double CAREFUL = 0.25;

  private static final double LONGER = 1.5;
  private static final double UNKNOWN = Double.MAX_VALUE;

  private static final long FIRST_WAIT_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long LONGEST_WAIT_NANOS = Duration.ofSeconds(30).toNanos();

  private final long firstNanos;
  private final long keptNanos;
  private final Latencies latencies = new Latencies();
  private int inFlight;
  private double window = FIRST_CALLS;
  private double taken = UNKNOWN;
  private double bound = UNKNOWN;
  private double most;
  private int admitted;
  private long waitNanos;
  private int probes;
  private boolean probing;
  private boolean cooling;
  private long untilNanos;
  private long refusedAtNanos;
  private boolean missing;
  private long missingUntilNanos;
  private long usedNanos;
  private volatile @Nullable Wait wait;

  /**
   * @param firstNanos the time that calls are taken to need before any has ended
   * @param kept how long that of earlier calls is remembered without another one
   */
  TierState(long firstNanos, Duration kept, long nowNanos) {
    this.firstNanos = firstNanos;
    this.keptNanos = kept.toNanos();
    this.usedNanos = nowNanos;
  }

  int inFlight() {
    return inFlight;
  }

  /** Returns the wait to report; null if there is none. Safe on every thread. */
  @Nullable Wait told() {
    return wait;
  }

  void tell(@Nullable Wait told) {
    wait = told;
  }

  /**
   * Returns the time within which nearly all attempts have ended lately. What is old is forgotten,
   * or a tier that was slow once would never be tried again.
   */
  long nanos(long nowNanos) {
    long high = known(nowNanos) ? latencies.high() : -1;
    return high < 0 ? firstNanos : high;
  }

  /** Whether any attempt has ended lately. */
  boolean known(long nowNanos) {
    if (latencies.known() && nowNanos - usedNanos > keptNanos) {
      latencies.forget();
      window = Math.min(window, FIRST_CALLS);
    }
    return latencies.known();
  }

  /** Returns the wait of a call, as {@code Condition.wait} does. */
  long waitNanos(long nowNanos) {
    if (cooling && untilNanos - nowNanos > 0) {
      return untilNanos - nowNanos;
    }
    if (cooling) {
      cooling = false;
      wait = null;
    }
    boolean full = probing ? probes > 0 : inFlight >= (int) window;
    return full ? Admission.UNTIL_A_CALL_ENDS : 0;
  }

  boolean missing(long nowNanos) {
    missing = missing && missingUntilNanos - nowNanos > 0;
    return missing;
  }

  void missingUntil(long untilNanos) {
    missing = true;
    missingUntilNanos = untilNanos;
  }

  void started(long nowNanos) {
    inFlight++;
    probes += probing ? 1 : 0;
    usedNanos = nowNanos;
  }

  /**
   * Records the end of an attempt that was answered, or may have been billed.
   *
   * @param startedNanos when it started
   */
  void ended(boolean answered, long startedNanos, long nowNanos) {
    boolean isFull = inFlight >= (int) window / 2;
    latencies.add(nowNanos - startedNanos);
    if (probing && !isProbe(startedNanos)) {
      ended(startedNanos, nowNanos);
      return;
    }
    if (answered && probing) {
      probing = false;
      if (taken == UNKNOWN) {
        window = Math.max(FIRST_CALLS, LESS * Math.min(most, bound));
        taken = bound;
      } else {
        window = taken;
        bound = admitted;
      }
      waitNanos = 0;
    } else if (answered && isFull) {
      window += window < taken ? 1 : CAREFUL;
    }
    most = probing ? most : Math.max(most, inFlight);
    ended(startedNanos, nowNanos);
  }

  /** Records the end of an attempt that says nothing about the tier. */
  void ended(long startedNanos, long nowNanos) {
    inFlight--;
    probes -= probing && isProbe(startedNanos) ? 1 : 0;
    usedNanos = nowNanos;
  }

  private boolean isProbe(long startedNanos) {
    return startedNanos - refusedAtNanos > 0;
  }

  /**
   * Records a refusal.
   *
   * @param startedNanos when the refused call started. Those that were open when the last refusal
   *     came say nothing new.
   * @param named wait that the server named; 0 if it named none
   * @return the time until the next call may try; 0 if this refusal says nothing new
   */
  long refused(long startedNanos, long named, long nowNanos) {
    boolean probe = probing && isProbe(startedNanos);
    boolean known = probing && !probe;
    ended(startedNanos, nowNanos);
    if (known && taken != UNKNOWN) {
      admitted--; // it was open when the first of them was refused
      taken = admitted <= 0 ? UNKNOWN : Math.max(2, LESS * admitted);
    }
    if (known && named <= untilNanos - nowNanos) {
      return 0;
    }
    if (probe) {
      waitNanos = Math.min(LONGEST_WAIT_NANOS, (long) (LONGER * waitNanos));
      taken = UNKNOWN; // the number of calls was not the reason
    } else if (!known) {
      waitNanos = FIRST_WAIT_NANOS;
      admitted = inFlight;
      taken = admitted <= 0 ? UNKNOWN : Math.max(2, LESS * admitted);
      most = LESS * most;
    }
    probing = true;
    probes = 0;
    cooling = true;
    refusedAtNanos = nowNanos;
    untilNanos = nowNanos + Math.max(waitNanos, named);
    return untilNanos - nowNanos;
  }

  /** Whether nothing is lost when this is forgotten. */
  boolean idle(long nowNanos) {
    return inFlight == 0 && !missing(nowNanos) && nowNanos - usedNanos > keptNanos;
  }

  /** The durations of the latest attempts. */
  private static final class Latencies {

    private static final int KEPT = 200;
    private static final int HIGH_PERCENT = 98;

    private final long[] latest = new long[KEPT];
    private long[] sorted = new long[0];
    private int count;
    private int unsorted;

    void add(long nanos) {
      latest[count % KEPT] = nanos;
      count = count == 2 * KEPT - 1 ? KEPT : count + 1; // the place goes round
      unsorted++;
    }

    boolean known() {
      return count > 0;
    }

    void forget() {
      count = 0;
      unsorted = 0;
      sorted = new long[0];
    }

    /** Returns a high percentile; -1 if nothing is known. */
    long high() {
      if (unsorted > 0 && (unsorted >= KEPT / 10 || sorted.length < KEPT / 10)) {
        sorted = Arrays.copyOf(latest, Math.min(count, KEPT));
        Arrays.sort(sorted);
        unsorted = 0;
      }
      return sorted.length == 0 ? -1 : sorted[(sorted.length - 1) * HIGH_PERCENT / 100];
    }
  }
}
