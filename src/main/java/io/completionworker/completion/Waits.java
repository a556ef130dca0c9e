// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import io.completionworker.completion.Wait.WaitingFor;
import java.util.Locale;

/**
 * How long a request has waited, by what it waited for, in whole milliseconds. Each wait is rounded
 * down, so that their sum never exceeds the time that passed. Immutable.
 */
public final class Waits {

  private static final Kind[] KINDS = Kind.values();
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** No waits. */
  public static final Waits NONE = new Waits(new long[Kind.COUNT]);

  private final long[] nanos;

  private Waits(long[] nanos) {
    this.nanos = nanos;
  }

  /** What a request can wait for. */
  public enum Kind {
    /** In its topic, until a worker accepted it; measured by the clocks of two machines. */
    IN_TOPIC(0, "in_topic"),
    /**
     * For the instance that takes it over after a restart or a rebalance: all the time since it was
     * accepted, including any work on it that was lost.
     */
    RESTART(1, "for_restart"),
    /**
     * At the codec, until it is decoded. This takes long if the schema registry does not answer.
     */
    REGISTRY(2, "for_registry"),
    /** For an earlier request with the same key. */
    ORDER(3, "for_order"),
    /** For its rate limits, or for money that its budget has reserved for other calls. */
    LIMIT(4, "for_limit"),
    /**
     * For a slot, for room for its answer, or for the lease, when nothing else kept it from
     * starting.
     */
    SLOT(5, "for_slot"),
    /** For the end of a cool-down. */
    COOL_DOWN(6, "for_cool_down"),
    /** For the end of a hold of its credential. */
    HOLD(7, "for_hold"),
    /** For the circuit breaker of its credential. */
    BREAKER(8, "for_breaker"),
    /** For its next attempt. */
    BACKOFF(9, "for_backoff"),
    /** For the end of a control that paused it, or until its budget has money again. */
    PAUSE(10, "for_pause"),
    /** For the answer to the same request, for which a call is open. */
    ANSWER(11, "for_answer"),
    /** For the answer to a call whose prompt begins alike, which fills the provider's cache. */
    PREFIX(12, "for_prefix");

    /** The number of kinds. */
    public static final int COUNT = 13;

    private final int index;
    private final String field;

    Kind(int index, String words) {
      this.index = index;
      this.field = "waited_" + words + "_ms";
    }

    /** Returns the index of the kind in arrays of waits. */
    public int index() {
      return index;
    }

    /**
     * Returns the name of the field in records, and of the attribute in spans, where {@code
     * completion_worker.} precedes it.
     */
    public String field() {
      return field;
    }

    /** Returns the kind of wait for a request in its lane. */
    public static Kind of(WaitingFor reason) {
      return switch (reason) {
        case PERMIT, BUDGET -> LIMIT;
        case HOLD -> HOLD;
        case COOL_DOWN -> COOL_DOWN;
        case BREAKER -> BREAKER;
        case BACKOFF -> BACKOFF;
        case ORDER -> ORDER;
        case SLOT, ROOM, LEASE -> SLOT;
        case PAUSE -> PAUSE;
        case ANSWER -> ANSWER;
        case PREFIX -> PREFIX;
      };
    }
  }

  /**
   * Creates waits from nanoseconds.
   *
   * @param nanos waits by {@link Kind#index}. The array is not copied, since one is created for
   *     each record. The caller must not change it afterwards.
   */
  public static Waits ofNanos(long[] nanos) {
    return new Waits(nanos);
  }

  /** Returns the milliseconds of one kind of wait. */
  public long millis(Kind kind) {
    return nanos[kind.index()] / NANOS_PER_MILLI;
  }

  /** Returns the milliseconds of all waits together. */
  public long sum() {
    long sum = 0;
    for (long each : nanos) {
      sum += each / NANOS_PER_MILLI;
    }
    return sum;
  }

  /** Returns the longest wait; of equal waits, the one with the highest index. */
  public Kind longest() {
    int longest = 0;
    for (int i = 1; i < nanos.length; i++) {
      longest = nanos[i] >= nanos[longest] ? i : longest;
    }
    return KINDS[longest];
  }

  /** Returns the sum of both. */
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

  /** Returns the waits that took time, as text: {@code limit 5000, slot 20}. */
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
