// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.contender;

import java.util.ArrayDeque;

/**
 * How far a partition is done without a gap. One thread adds, any thread marks.
 *
 * <p>Offsets have gaps of their own: of compaction, and of transactions.
 */
final class Watermark {

  private final ArrayDeque<Entry> open = new ArrayDeque<>();
  private long next = -1;

  /** A record on its way. */
  static final class Entry {
    private final long offset;
    private volatile boolean done;

    private Entry(long offset) {
      this.offset = offset;
    }

    void markDone() {
      done = true;
    }
  }

  Entry add(long offset) {
    Entry entry = new Entry(offset);
    open.add(entry);
    return entry;
  }

  /** The offset to commit, or -1 when there is none yet. By the thread that adds. */
  long next() {
    for (Entry first = open.peek(); first != null && first.done; first = open.peek()) {
      next = first.offset + 1;
      open.remove();
    }
    return next;
  }
}
