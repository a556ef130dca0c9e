// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.async.flight.Flight;
import io.completionworker.async.flight.FlightState;
import io.completionworker.async.flight.Flights;
import io.completionworker.completion.CompletionCall.CallScope;
import io.completionworker.completion.Wait.WaitingFor;
import io.completionworker.control.Control;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What the requests of an instance wait for at one moment. Counted by a walk over all requests on
 * the dispatcher's loop, only when a reader asks for it.
 *
 * @param counts number of requests by what they wait for
 * @param oldestMillis age of the oldest request whose outcome is not committed; 0 if there is none
 * @param forRegistry number of records that the codec could not decode or encode yet
 * @param byScope number of requests that wait for any reason, by {@link CallScope#credential()} and
 *     by {@link CallScope#throttleKey()}
 * @param byPause number of requests that a control keeps waiting, by the id of the control
 * @param byBudget number of requests that wait until a budget has money again, by its name
 * @param byTenant number of requests that wait for any reason but a pause, by the name that their
 *     tenant has in meters; empty if there are no tenants
 */
public record Waiting(
    Map<WaitingFor, Integer> counts,
    long oldestMillis,
    int forRegistry,
    Map<String, Integer> byScope,
    Map<String, Integer> byPause,
    Map<String, Integer> byBudget,
    Map<String, Integer> byTenant) {

  /** No requests wait. */
  public static final Waiting NONE =
      new Waiting(Map.of(), 0, 0, Map.of(), Map.of(), Map.of(), Map.of());

  /** Copies the maps. */
  public Waiting {
    counts = Map.copyOf(counts);
    byScope = Map.copyOf(byScope);
    byPause = Map.copyOf(byPause);
    byBudget = Map.copyOf(byBudget);
    byTenant = Map.copyOf(byTenant);
  }

  /** Returns the number of requests that wait for this reason. */
  public int count(WaitingFor reason) {
    return counts.getOrDefault(reason, 0);
  }

  /**
   * Counts them.
   *
   * @param inLanes counts those that wait in lanes, or are set aside
   */
  static Waiting of(Flights flights, Consumer<Counts> inLanes, int forRegistry, long nowNanos) {
    Counts counts = new Counts();
    Map<String, Integer> byPause = new HashMap<>();
    Map<String, Integer> byBudget = new HashMap<>();
    Map<String, Integer> byTenant = new HashMap<>();
    Duration oldest = Duration.ZERO;
    for (Flight flight : flights.all()) {
      Duration age = flight.age(nowNanos);
      oldest = age.compareTo(oldest) > 0 ? age : oldest;
      if (flight.is(FlightState.BACKOFF) || flight.is(FlightState.ACCOUNTING)) {
        counts.add(WaitingFor.BACKOFF);
      } else if (flight.is(FlightState.PAUSED)) {
        counts.add(pauseOf(flight));
      } else if (flight.waitsForTurn()) {
        counts.add(WaitingFor.ORDER);
      }
      Control.Pause pause = flight.pausedBy();
      if (pause != null && pause.budget() != null && flight.is(FlightState.PAUSED)) {
        byBudget.merge(pause.budget(), 1, Integer::sum);
      } else if (pause != null
          && (flight.is(FlightState.PAUSED) || flight.is(FlightState.WAITING))) {
        byPause.merge(pause.origin().id(), 1, Integer::sum);
      }
      String tenant = flight.tenantShown();
      if (!tenant.isEmpty() && flight.waits()) {
        byTenant.merge(tenant, 1, Integer::sum);
      }
    }
    inLanes.accept(counts);
    return new Waiting(
        counts.counts,
        oldest.toMillis(),
        forRegistry,
        flights.waitingByScope(),
        byPause,
        byBudget,
        byTenant);
  }

  private static WaitingFor pauseOf(Flight flight) {
    Control.Pause pause = flight.pausedBy();
    return pause != null && pause.budget() != null ? WaitingFor.BUDGET : WaitingFor.PAUSE;
  }

  /** Counts requests by what they wait for. */
  static final class Counts {

    private final Map<WaitingFor, Integer> counts = new EnumMap<>(WaitingFor.class);

    void add(WaitingFor reason) {
      counts.merge(reason, 1, Integer::sum);
    }

    /** Moves the count of one reason to another reason. */
    void move(WaitingFor from, WaitingFor to) {
      Integer moved = counts.remove(from);
      if (moved != null) {
        counts.merge(to, moved, Integer::sum);
      }
    }

    /** Counts a flight if it still waits. */
    void add(WaitingFor reason, Flight flight) {
      if (flight.is(FlightState.WAITING)) {
        add(!flight.isPaused() ? reason : pauseOf(flight));
      }
    }
  }
}
