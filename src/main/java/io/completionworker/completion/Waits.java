// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import io.completionworker.completion.Wait.WaitingFor;
import java.util.Locale;

/**
 * How long a request has waited, by what it waited for: in whole milliseconds, each rounded down,
 * so that together they are never more than the time that went by. Does not change.
 */
public final class Waits {

  private static final Kind[] KINDS = Kind.values();
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** It has not waited. */
  public static final Waits NONE = new Waits(new long[Kind.COUNT]);

  private final long[] nanos;

  private Waits(long[] nanos) {
    this.nanos = nanos;
  }

  /** What a request can wait for. */
  public enum Kind {
    /** In its topic, until a worker took it; by the clocks of two machines. */
    IN_TOPIC(0, "in_topic"),
    /**
     * To be taken over, after a restart or a rebalance: all the time since it was accepted,
     * whatever the process or task that had it then made of it.
     */
    RESTART(1, "for_restart"),
    /** With the codec, to be read: long while the schema registry does not answer. */
    REGISTRY(2, "for_registry"),
    /** For an earlier request of its key. */
    ORDER(3, "for_order"),
    /** Its limits had nothing left. */
    LIMIT(4, "for_limit"),
    /** It could have started, but for a slot, for room for its answer, or for the lease. */
    SLOT(5, "for_slot"),
    /** A server had asked for a wait. */
    COOL_DOWN(6, "for_cool_down"),
    /** Its credential was on hold. */
    HOLD(7, "for_hold"),
    /** The endpoint failed its credential. */
    BREAKER(8, "for_breaker"),
    /** For its next attempt. */
    BACKOFF(9, "for_backoff");

    /** How many there are. */
    public static final int COUNT = 10;

    private final int index;
    private final String field;

    Kind(int index, String words) {
      this.index = index;
      this.field = "waited_" + words + "_ms";
    }

    /** Its place where waits are added up. */
    public int index() {
      return index;
    }

    /** Its name in records, and in spans behind {@code completion_worker.}. */
    public String field() {
      return field;
    }

    /** What a request waits for in its lane. */
    public static Kind of(WaitingFor reason) {
      return switch (reason) {
        case PERMIT -> LIMIT;
        case HOLD -> HOLD;
        case COOL_DOWN -> COOL_DOWN;
        case BREAKER -> BREAKER;
        case BACKOFF -> BACKOFF;
        case ORDER -> ORDER;
        case SLOT, ROOM, LEASE -> SLOT;
      };
    }
  }

  /**
   * What was added up.
   *
   * @param nanos by {@link Kind#index}; not copied, since one is made for each record: whoever
   *     gives it changes it no more
   */
  public static Waits ofNanos(long[] nanos) {
    return new Waits(nanos);
  }

  /** Milliseconds that it waited for this. */
  public long millis(Kind kind) {
    return nanos[kind.index()] / NANOS_PER_MILLI;
  }

  /** Milliseconds that it waited, for whatever it was. */
  public long sum() {
    long sum = 0;
    for (long each : nanos) {
      sum += each / NANOS_PER_MILLI;
    }
    return sum;
  }

  /** What it waited for longest; of equals, what comes later on its way. */
  public Kind longest() {
    int longest = 0;
    for (int i = 1; i < nanos.length; i++) {
      longest = nanos[i] >= nanos[longest] ? i : longest;
    }
    return KINDS[longest];
  }

  /** Both together. */
  public Waits plus(Waits others) {
    if (this == NONE) {
      return others;
    }
    long[] sums = nanos.clone();
    for (int i = 0; i < sums.length; i++) {
      sums[i] += others.nanos[i];
    }
    return new Waits(sums);
  }

  /** Those that took any time, as text: {@code limit 5000, slot 20}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Kind kind : KINDS) {
      if (millis(kind) > 0) {
        text.append(text.isEmpty() ? "" : ", ")
            .append(kind.name().toLowerCase(Locale.ROOT))
            .append(' ')
            .append(millis(kind));
      }
    }
    return text.toString();
  }
}
