// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.schedule;

import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A queue of requests. Entries of requests that no longer wait in it are skipped, and removed
 * whenever the queue has doubled. Dispatcher's loop only.
 */
final class CandidateQueue<F extends Candidate> {

  /** Size up to which the queue is not searched for requests that no longer wait in it. */
  static final int FEW = 64;

  private final Predicate<F> waits;
  private final ArrayDeque<F> queue = new ArrayDeque<>();

  /** Requests whose pause has ended, which go before those that were behind them. */
  private final ArrayDeque<F> resumed = new ArrayDeque<>(1); // mostly empty

  private int lookAt = FEW;

  /**
   * @param waits whether a request still waits in the queue
   */
  CandidateQueue(Predicate<F> waits) {
    this.waits = waits;
  }

  /** Adds a request at the end, or behind the other requests whose pause has ended. */
  void addLast(F request) {
    shrink();
    (request.early ? resumed : queue).addLast(request);
  }

  void addFirst(F request) {
    shrink();
    front().addFirst(request);
  }

  /** Returns the first request that still waits. Removes the entries before it. */
  @Nullable F first() {
    F request = front().peekFirst();
    while (request != null && !waits.test(request)) {
      removeFirst();
      request = front().peekFirst();
    }
    return request;
  }

  void removeFirst() {
    front().removeFirst();
  }

  /** Returns the number of entries, including those that are skipped later. */
  int size() {
    return resumed.size() + queue.size();
  }

  /** Passes on each request that still waits. */
  void forEach(Consumer<F> each) {
    resumed.stream().filter(waits).forEach(each);
    queue.stream().filter(waits).forEach(each);
  }

  private ArrayDeque<F> front() {
    return resumed.isEmpty() ? queue : resumed;
  }

  private void shrink() {
    if (size() >= lookAt) {
      resumed.removeIf(waits.negate());
      queue.removeIf(waits.negate());
      lookAt = Math.max(FEW, 2 * size());
    }
  }
}
