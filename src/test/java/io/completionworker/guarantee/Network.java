// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import java.util.random.RandomGenerator;

/** What the network between workers and brokers does to some of Kafka's requests and responses. */
enum Network {
  CLEAR(0, 0),
  /** Anything, in either direction, comes late. */
  DELAYS(0.05, 16),
  /** A connection carries nothing more, and stays open. */
  STALLS(0.01, 5),
  RESETS(0.02, 12),
  /** A connection is reset in the middle of a request or response. */
  CUTS(0.02, 12),
  /** Writes come late, some after the client has given them up and gone on with others. */
  LATE_WRITES(0.3, 6),
  /** The same of ends of transactions. */
  LATE_COMMITS(0.5, 5),
  /** Some transactions end, and the answer that says so is lost. */
  LOST_COMMIT_ANSWERS(0.5, 6),
  /** No answer to the end of a transaction comes, so that clients give up what is committed. */
  NO_COMMIT_ANSWERS(1, 4);

  /** Numbers of the kinds of requests in Kafka's protocol. */
  static final short PRODUCE = 0;

  static final short END_TXN = 26;

  /** What becomes of one request or response. */
  enum Fate {
    PASSES,
    LATE,
    /** It is lost, and so is all that comes after it in either direction. */
    SILENCE,
    RESET,
    CUT
  }

  private final double share;

  /** So many are hit, for each instance, before the network is clear again. */
  final int enough;

  Network(double share, int enough) {
    this.share = share;
    this.enough = enough;
  }

  /**
   * Decides about one.
   *
   * @param kind of the request, or of the one that is answered
   */
  Fate fate(boolean request, short kind, RandomGenerator dice) {
    return concerns(request, kind) && dice.nextDouble() < share ? fault(dice) : Fate.PASSES;
  }

  private boolean concerns(boolean request, short kind) {
    return switch (this) {
      case CLEAR -> false;
      case DELAYS, STALLS, RESETS, CUTS -> true;
      case LATE_WRITES -> request && kind == PRODUCE;
      case LATE_COMMITS -> request && kind == END_TXN;
      case LOST_COMMIT_ANSWERS, NO_COMMIT_ANSWERS -> !request && kind == END_TXN;
    };
  }

  private Fate fault(RandomGenerator dice) {
    return switch (this) {
      case CLEAR -> Fate.PASSES;
      case DELAYS, LATE_WRITES, LATE_COMMITS -> Fate.LATE;
      case STALLS, NO_COMMIT_ANSWERS -> Fate.SILENCE;
      case RESETS -> Fate.RESET;
      case CUTS -> Fate.CUT;
      case LOST_COMMIT_ANSWERS -> dice.nextBoolean() ? Fate.SILENCE : Fate.RESET;
    };
  }
}
