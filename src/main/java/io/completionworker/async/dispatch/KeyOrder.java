// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives the requests of one key their turn, one after the other, in the order they were accepted.
 * Dispatcher's loop only.
 *
 * <p>A turn lasts from the first attempt until the outcome is in the completion queue, so that both
 * calls and outcomes keep the order. A request whose deadline passes while it waits for its turn
 * leaves the line with its failure, before those ahead of it. Requests without a key have no order.
 */
public final class KeyOrder {

  private final boolean ordered;
  private final Map<Key, ArrayDeque<Flight>> lines = new HashMap<>();

  /**
   * @param ordered whether there is any order at all
   */
  public KeyOrder(boolean ordered) {
    this.ordered = ordered;
  }

  /** Puts a flight at the end of its key's line, and gives it the turn when it is first. */
  void join(Flight flight) {
    Key key = key(flight);
    if (key == null) {
      flight.turn = true;
      return;
    }
    ArrayDeque<Flight> line = lines.computeIfAbsent(key, k -> new ArrayDeque<>(2));
    line.addLast(flight);
    flight.turn = line.size() == 1;
  }

  /** Whether another live request of the same key stands in line. */
  boolean hasOthers(Flight flight) {
    Key key = key(flight);
    ArrayDeque<Flight> line = key == null ? null : lines.get(key);
    return line != null
        && line.stream().anyMatch(other -> other != flight && !other.is(FlightState.GONE));
  }

  /**
   * Takes a flight out of its line.
   *
   * @return the flight whose turn it has become, or null
   */
  @Nullable Flight leave(Flight flight) {
    Key key = key(flight);
    ArrayDeque<Flight> line = key == null ? null : lines.get(key);
    if (key == null || line == null || !line.remove(flight)) {
      return null;
    }
    while (!line.isEmpty() && line.peekFirst().is(FlightState.GONE)) {
      line.removeFirst();
    }
    Flight next = line.peekFirst();
    if (next == null) {
      lines.remove(key);
      return null;
    }
    if (next.turn) {
      return null;
    }
    next.turn = true;
    return next;
  }

  private @Nullable Key key(Flight flight) {
    byte[] bytes = ordered ? flight.source.key() : null;
    return bytes == null ? null : new Key(flight.position().partition(), ByteBuffer.wrap(bytes));
  }

  private record Key(int partition, ByteBuffer bytes) {}
}
