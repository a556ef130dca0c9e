// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.health;

import io.completionworker.avro.FailureReason;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The window of the failure cutoff: the last outcomes of a credential, and how many of them failed
 * for the same reason. The window is allocated at the first failure, since most credentials have
 * none. Used on the dispatcher's thread only.
 */
final class FailureWindow {

  private final int window;
  private int seen;
  private @Nullable Last last;
  private long usedAtNanos;

  /** Creates an empty window of this many outcomes. */
  FailureWindow(int window) {
    this.window = window;
  }

  long usedAtNanos() {
    return usedAtNanos;
  }

  /** Whether the window has as many outcomes as it can hold. */
  boolean full() {
    return seen == window;
  }

  void answered(long nowNanos) {
    usedAtNanos = nowNanos;
    seen = Math.min(window, seen + 1);
    if (last != null) {
      last.add(null);
    }
  }

  /** Adds a failure and returns how many of the last outcomes failed for the same reason. */
  int failed(FailureReason reason, long nowNanos) {
    usedAtNanos = nowNanos;
    seen = Math.min(window, seen + 1);
    if (last == null) {
      last = new Last(window); // earlier outcomes were answers
    }
    last.add(reason);
    return last.failures.getOrDefault(reason, 0);
  }

  /** A ring buffer of outcomes, where null stands for an answer. */
  private static final class Last {
    final Map<FailureReason, Integer> failures = new EnumMap<>(FailureReason.class);
    final @Nullable FailureReason[] outcomes;
    int next;

    Last(int window) {
      outcomes = new FailureReason[window];
    }

    void add(@Nullable FailureReason outcome) {
      FailureReason oldest = outcomes[next];
      if (oldest != null) {
        failures.merge(oldest, -1, Integer::sum);
      }
      if (outcome != null) {
        failures.merge(outcome, 1, Integer::sum);
      }
      outcomes[next] = outcome;
      next = (next + 1) % outcomes.length;
    }
  }
}
