// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.async.codec.CodecStage;
import io.completionworker.async.dispatch.DispatcherParts.Stages;
import io.completionworker.async.flight.Flight;
import io.completionworker.async.flight.FlightState;
import io.completionworker.async.flight.Flights;
import io.completionworker.async.flight.Outcomes;
import io.completionworker.async.loop.Loop;
import io.completionworker.async.loop.WakeUp;
import io.completionworker.async.schedule.Classes;
import io.completionworker.async.spending.BudgetHolds;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Waits.Kind;
import io.completionworker.completion.port.RequestReader.Reading;
import io.completionworker.control.Control;
import io.completionworker.control.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies controls to the flights that were read before the controls came. Whenever the controls
 * have changed, each flight is looked at once; flights that are read later are looked at then.
 *
 * <p>The decoded requests of parked and paused flights were dropped. So after a new cancellation,
 * those are decoded once more, a few at a time, and stay where they are if it does not select them.
 * Dispatcher's loop only.
 */
final class Steering {

  private static final Logger log = LoggerFactory.getLogger(Steering.class);

  /** Number of parked and paused flights that are with the codec at once. */
  private static final int DECODED_AT_ONCE = 64;

  private static final long CHECK_NANOS = 1_000_000_000L;

  /** Calls that are open are closed before the many requests that wait are ended. */
  private static final Comparator<Flight> OPEN_FIRST =
      Comparator.comparing(flight -> !flight.isBusy());

  private final Loop loop;
  private final ReceivedControls controls;
  private final Flights flights;
  private final CodecStage codec;
  private final Attempts attempts;
  private final Arrivals arrivals;
  private final Classes classes;
  private final BudgetHolds holds;

  private Set<Control.Cancel> cancels = Set.of();
  private Map<Selector, Control.Pause> pauses = Map.of();

  /** Number of flights that were cancelled since that was logged last. */
  private int cancelled;

  private final Queue<Flight> undecoded = new ArrayDeque<>();
  private final Set<Flight> decoding = new HashSet<>();
  private final WakeUp decodeMore;

  Steering(Stages stages, ReceivedControls controls, Attempts attempts, Arrivals arrivals) {
    this.loop = stages.modules().loop();
    this.flights = stages.modules().flights();
    this.codec = stages.modules().codec();
    this.classes = stages.modules().classes();
    this.holds = stages.holds();
    this.controls = controls;
    this.attempts = attempts;
    this.arrivals = arrivals;
    this.decodeMore = new WakeUp(loop, this::decode);
  }

  /** Applies the controls that hold now to all flights. */
  void apply(List<Control> held) {
    boolean otherBudgets = holds.controls(held);
    boolean moreCancels = sort(held);
    List<Flight> all = flights.withReplaced();
    all.sort(OPEN_FIRST);
    List<Flight> resumed = new ArrayList<>();
    for (Flight flight : all) {
      CompletionCall call = flight.call();
      if (flight.settled() || flight.outcome() != null) {
        continue; // its outcome is known
      }
      if (call != null) {
        apply(flight, call, resumed);
      } else if (flight.is(FlightState.PAUSED) && !staysPaused(flight)) {
        resumed.add(flight); // other pauses are checked when it is read again
      }
    }
    resumed.sort(Flight.BY_AGE);
    resumed.forEach(arrivals::resume);
    if (otherBudgets) {
      holds.resumeAll(); // not before pauses and cancellations: those go first
    }
    if (moreCancels) {
      undecoded.clear();
      all.stream().filter(Steering::undecoded).sorted(Flight.BY_AGE).forEach(undecoded::add);
      decode();
    }
    attempts.startWhatMay();
  }

  /** Takes over which controls hold now. Returns whether there are new cancellations. */
  private boolean sort(List<Control> held) {
    Set<Control.Cancel> cancelling = new HashSet<>();
    Map<Selector, Control.Pause> pausing = new HashMap<>();
    for (Control control : held) {
      if (control instanceof Control.Cancel cancel) {
        cancelling.add(cancel);
      } else if (control instanceof Control.Pause pause) {
        pausing.put(pause.selector(), pause);
      }
    }
    boolean more = !cancels.containsAll(cancelling);
    cancels = cancelling;
    pauses = pausing;
    allPaused();
    return more;
  }

  /** Tells the quotas whether a control or a budget keeps every request waiting. */
  void allPaused() {
    boolean all = pauses.containsKey(Selector.ALL) || holds.holdsAll();
    classes.all().forEach(one -> one.quota().allPaused(all));
  }

  private void apply(Flight flight, CompletionCall call, List<Flight> resumed) {
    Control.Cancel cancel = flight.cancelledBy() == null ? controls.cancelling(call) : null;
    if (cancel != null) {
      cancel(flight, call, cancel);
      return;
    }
    Control.Pause before = flight.pausedBy();
    Control.Pause now = controls.pausing(call);
    if (now == null && before != null && before.budget() != null) {
      return; // it is resumed when its budget has money
    }
    flight.pausedBy(now);
    if (before == null && now != null && flight.is(FlightState.WAITING)) {
      flight.stay.at(Kind.PAUSE, loop.nanos()); // it leaves its lane when its turn comes there
    } else if (before != null && now == null && flight.is(FlightState.WAITING)) {
      attempts.resumed(flight);
    } else if (now == null && flight.is(FlightState.PAUSED)) {
      resumed.add(flight);
    }
  }

  /** Whether the pause of an undecoded flight holds, or another one with the same selector. */
  private boolean staysPaused(Flight flight) {
    Control.Pause pause = flight.pausedBy();
    if (pause != null && pause.budget() != null) {
      return true; // until its budget has money
    }
    flight.pausedBy(pause == null ? null : pauses.get(pause.selector()));
    return flight.isPaused();
  }

  private void cancel(Flight flight, CompletionCall call, Control.Cancel cancel) {
    cancelled++;
    if (flight.isBusy()) {
      flight.cancelledBy(cancel); // it ends with its attempt
      flight.cutOff();
    } else {
      arrivals.endEarly(flight, Outcomes.cancelled(flight, call, cancel));
    }
  }

  /** Whether a flight is out of its lane and its decoded request was dropped. */
  private static boolean undecoded(Flight flight) {
    return flight.call() == null
        && (flight.is(FlightState.PARKED) || flight.is(FlightState.PAUSED));
  }

  private void decode() {
    decoding.removeIf(flight -> !undecoded(flight)); // dropped by the codec, or read otherwise
    while (decoding.size() < DECODED_AT_ONCE && !undecoded.isEmpty()) {
      Flight flight = undecoded.remove();
      if (undecoded(flight) && decoding.add(flight)) {
        codec.read(flight, () -> undecoded(flight), reading -> decoded(flight, reading));
      }
    }
    if (!decoding.isEmpty()) {
      decodeMore.in(CHECK_NANOS);
    } else if (cancelled > 0) {
      log.info("{} requests that were read before were cancelled by controls", cancelled);
      cancelled = 0;
    }
  }

  private void decoded(Flight flight, Reading reading) {
    decoding.remove(flight);
    if (undecoded(flight) && reading instanceof Reading.Ready ready) {
      CompletionCall call = ready.call();
      Control.Cancel cancel = controls.cancelling(call);
      if (cancel != null) {
        flight.keepWhole(call);
        cancel(flight, call, cancel);
      }
    }
    decode();
  }
}
