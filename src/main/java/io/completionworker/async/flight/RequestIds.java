// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.flight;

import io.completionworker.async.loop.Loop;
import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Emission;
import io.completionworker.completion.IdHash;
import io.completionworker.completion.SourceRecord.RecordPosition;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The ids of the open requests of each partition, with {@code dedupe.by}. Those of answered
 * requests are in the {@link TaskOutbox} of their task. A request whose id is neither there nor
 * here is the first with it, and so is one whose predecessors have failed. Without {@code
 * dedupe.by} nothing is kept. Dispatcher's loop only.
 */
final class RequestIds {

  private final Map<Key, Flight> open = new HashMap<>();
  private final Map<Flight, Key> keys = new HashMap<>();
  private final Loop loop;

  RequestIds(Loop loop) {
    this.loop = loop;
  }

  private record Key(String topic, int partition, IdHash id) {}

  /**
   * Returns the request that this one repeats. Null if there is none: then this one has the id from
   * now on. A request without an id of its own repeats none. None repeats a request that this
   * instance has lost: what became of that is known to its next owner, and it may have failed.
   */
  @Nullable RecordPosition first(Flight flight, CompletionCall call) {
    RecordPosition at = flight.position();
    if (!flight.owner().comparesIds() || call.requestId().equals(at.toString())) {
      return null;
    }
    IdHash id = IdHash.of(call.requestId());
    Long answered = flight.owner().answeredAt(id, loop.millis());
    if (answered != null && answered != at.offset()) {
      return new RecordPosition(at.topic(), at.partition(), answered);
    }
    Key key = new Key(at.topic(), at.partition(), id);
    Flight other = open.get(key);
    if (other != null && !other.position().equals(at) && !other.orphan() && !hasFailed(other)) {
      return other.position();
    }
    open.put(key, flight);
    keys.put(flight, key);
    return null;
  }

  /** Returns the emission of an answered request with its id, so that this is stored with it. */
  Emission answered(Flight flight, Emission outcome) {
    Key key = keys.get(flight);
    return key == null || outcome.responses().isEmpty() ? outcome : outcome.answering(key.id());
  }

  /** Forgets a flight that is gone. */
  void left(Flight flight) {
    Key key = keys.remove(flight);
    if (key != null) {
      open.remove(key, flight);
    }
  }

  private static boolean hasFailed(Flight other) {
    Emission outcome = other.emission();
    return outcome != null && outcome.responses().isEmpty();
  }
}
