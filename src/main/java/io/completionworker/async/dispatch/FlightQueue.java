// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A queue of flights. Entries of flights that no longer wait in it are skipped, and removed
 * whenever the queue has doubled. Dispatcher's loop only.
 */
final class FlightQueue {

  /** Size up to which the queue is not searched for flights that no longer wait in it. */
  static final int FEW = 64;

  private final Predicate<Flight> waits;
  private final ArrayDeque<Flight> queue = new ArrayDeque<>();

  /** Flights whose pause has ended, which go before those that were behind them. */
  private final ArrayDeque<Flight> resumed = new ArrayDeque<>(1); // mostly empty

  private int lookAt = FEW;

  /**
   * @param waits whether a flight still waits in the queue
   */
  FlightQueue(Predicate<Flight> waits) {
    this.waits = waits;
  }

  /** Adds a flight at the end, or behind the other flights whose pause has ended. */
  void addLast(Flight flight) {
    shrink();
    (flight.early ? resumed : queue).addLast(flight);
  }

  void addFirst(Flight flight) {
    shrink();
    front().addFirst(flight);
  }

  /** Returns the first flight that still waits. Removes the entries before it. */
  @Nullable Flight first() {
    Flight flight = front().peekFirst();
    while (flight != null && !waits.test(flight)) {
      removeFirst();
      flight = front().peekFirst();
    }
    return flight;
  }

  void removeFirst() {
    front().removeFirst();
  }

  /** Returns the number of entries, including those that are skipped later. */
  int size() {
    return resumed.size() + queue.size();
  }

  /** Passes on each flight that still waits. */
  void forEach(Consumer<Flight> each) {
    resumed.stream().filter(waits).forEach(each);
    queue.stream().filter(waits).forEach(each);
  }

  private ArrayDeque<Flight> front() {
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
