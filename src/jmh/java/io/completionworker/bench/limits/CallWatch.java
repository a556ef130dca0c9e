// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.limits;

import io.completionworker.demo.endpoint.SimulatedEndpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** What the endpoint saw, every few milliseconds, on a thread of its own until it is closed. */
final class CallWatch implements AutoCloseable {

  private static final long BETWEEN_NANOS = 5_000_000;

  private final List<Look> looks = new ArrayList<>();
  private final Thread thread;
  private volatile boolean closed;

  /** Begins at once. */
  CallWatch(SimulatedEndpoint endpoint) {
    thread =
        new Thread(
            () -> {
              while (!closed) {
                add(new Look(System.currentTimeMillis(), endpoint.total(), endpoint.open()));
                LockSupport.parkNanos(BETWEEN_NANOS);
              }
            },
            "call-watch");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * One look.
   *
   * @param at milliseconds since the epoch
   * @param total calls that had come
   * @param open of them, those without an answer
   */
  private record Look(long at, long total, int open) {}

  /** When the last call came, in milliseconds since the epoch; 0 if none came since the begin. */
  long lastCallAt() {
    List<Look> seen = seen();
    long last = 0;
    for (int i = 1; i < seen.size(); i++) {
      if (seen.get(i).total > seen.get(i - 1).total) {
        last = seen.get(i).at;
      }
    }
    return last;
  }

  /** When the first call came since the begin, in milliseconds since the epoch; 0 if none came. */
  long firstCallAt() {
    List<Look> seen = seen();
    for (int i = 1; i < seen.size(); i++) {
      if (seen.get(i).total > seen.get(0).total) {
        return seen.get(i).at;
      }
    }
    return 0;
  }

  /** From when on no call was open, in milliseconds since the epoch. */
  long allClosedAt() {
    long closedAt = Long.MAX_VALUE;
    for (Look look : seen()) {
      if (look.open > 0) {
        closedAt = Long.MAX_VALUE;
      } else if (closedAt == Long.MAX_VALUE) {
        closedAt = look.at;
      }
    }
    return closedAt;
  }

  /** Calls that came between two moments. */
  long calls(long from, long to) {
    return totalAt(to) - totalAt(from);
  }

  @Override
  public void close() {
    closed = true;
  }

  private long totalAt(long moment) {
    List<Look> seen = seen();
    long total = seen.isEmpty() ? 0 : seen.get(0).total;
    for (Look look : seen) {
      if (look.at > moment) {
        return total;
      }
      total = look.total;
    }
    return total;
  }

  private synchronized void add(Look look) {
    looks.add(look);
  }

  private synchronized List<Look> seen() {
    return List.copyOf(looks);
  }
}
