// SPDX-License-Identifier: Apache-2.0
package io.completionworker.model;

import io.completionworker.model.State.Ledger;
import java.util.Optional;

/** What holds at every moment, whatever has happened. */
public enum Invariant {
  /**
   * A request is at or above the committed offset, or it is in the committed store, or it has a
   * committed outcome.
   */
  NOT_LOST {
    @Override
    boolean holds(Ledger ledger) {
      return (ledger.below() & ~ledger.stored() & ~ledger.ended()) == 0;
    }
  },

  /** No request has two committed outcomes. */
  ONE_OUTCOME {
    @Override
    boolean holds(Ledger ledger) {
      return ledger.twice() == 0;
    }
  },

  /**
   * Below the committed offset a request is either stored or has its outcome. At or above it, it is
   * marked exactly when it is stored or has its outcome; where nothing is marked, it is neither.
   */
  BOOKED_RIGHT {
    @Override
    boolean holds(Ledger ledger) {
      int kept = ledger.stored() | ledger.ended();
      return (ledger.stored() & ledger.ended()) == 0
          && (ledger.below() & ~kept) == 0
          && (kept & ~ledger.below()) == ledger.marked();
    }
  },

  /** A process that lives never calls again what it has an answer to. Looked at with each call. */
  NOT_BOUGHT_AGAIN,

  /**
   * A process calls a request once at most, and none calls a request that has an outcome. So there
   * are no more calls of it than one, one for each crash, and one for each move to another process.
   * Looked at with each call.
   */
  CALLS_BOUNDED,

  /**
   * No call starts for a task whose thread has committed nothing for longer than a lease. Looked at
   * with each call.
   */
  LEASED,

  /** All requests can still get their outcome, without another disturbance. */
  NO_DEAD_END;

  boolean holds(Ledger ledger) {
    return true;
  }

  /** The first that the committed state breaks. */
  static Optional<Invariant> brokenBy(Ledger ledger) {
    for (Invariant invariant : values()) {
      if (!invariant.holds(ledger)) {
        return Optional.of(invariant);
      }
    }
    return Optional.empty();
  }
}
