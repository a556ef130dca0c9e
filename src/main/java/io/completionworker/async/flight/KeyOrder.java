// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.flight;

import io.completionworker.completion.SourceRecord.RecordPosition;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives the requests of one key their turn, one after the other, in the order in which they were
 * accepted. Dispatcher's loop only.
 *
 * <p>A turn lasts from the first attempt until the outcome is in the outbox, so that both calls and
 * outcomes keep the order. A request whose deadline passes while it waits for its turn leaves the
 * queue with its failure, before those ahead of it. Requests without a key have no order.
 */
final class KeyOrder {

  private final boolean ordered;
  private final Map<Key, ArrayDeque<Flight>> lines = new HashMap<>();

  /**
   * @param ordered whether requests of one key have an order at all
   */
  KeyOrder(boolean ordered) {
    this.ordered = ordered;
  }

  /** Adds a flight to the end of its key's queue. The first flight of the queue gets the turn. */
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

  /** Whether another request of the same key that is not gone is in the queue. */
  boolean hasOthers(Flight flight) {
    Key key = key(flight);
    ArrayDeque<Flight> line = key == null ? null : lines.get(key);
    return line != null
        && line.stream().anyMatch(other -> other != flight && !other.is(FlightState.GONE));
  }

  /**
   * Removes a flight from its queue.
   *
   * @return the flight that gets the turn, or null
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
    byte[] bytes = ordered ? flight.source().key() : null;
    RecordPosition at = flight.position();
    return bytes == null ? null : new Key(at.topic(), at.partition(), ByteBuffer.wrap(bytes));
  }

  private record Key(String topic, int partition, ByteBuffer bytes) {}
}
