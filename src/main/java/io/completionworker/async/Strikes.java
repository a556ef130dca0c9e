// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async;

import io.completionworker.completion.RecordPosition;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Counts how often a record has killed the thread that took it. A record that does so again and
 * again would stop its partition for ever, so in the end it is a dead letter. Safe on every thread.
 */
public final class Strikes {

  private static final int OUT = 3;

  private final ConcurrentMap<RecordPosition, Integer> counts = new ConcurrentHashMap<>();

  /** The record was being accepted when its thread died. */
  void strike(RecordPosition position) {
    counts.merge(position, 1, Integer::sum);
  }

  /** Whether the record has had its chances; the count starts anew. */
  boolean out(RecordPosition position) {
    if (counts.isEmpty() || counts.getOrDefault(position, 0) < OUT) {
      return false;
    }
    counts.remove(position);
    return true;
  }
}
