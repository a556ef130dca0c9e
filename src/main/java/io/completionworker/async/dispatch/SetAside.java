// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.async.flight.Flight;
import io.completionworker.async.flight.FlightState;
import io.completionworker.async.flight.Flights;
import io.completionworker.async.loop.Loop;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Wait.WaitingFor;
import io.completionworker.completion.Waits;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Flights that are taken out of their lanes although they could be called: while their task has no
 * lease, while another request that may have killed processes is called, while the answer to the
 * same request is awaited, or while another call brings the beginning of their prompts into the
 * provider's cache. They come back to the front of their lanes, in the order in which they were set
 * aside. Dispatcher's loop only.
 */
final class SetAside {

  private static final long LEASE_CHECK_NANOS = Duration.ofMillis(250).toNanos();

  private final Loop loop;
  private final Sharing sharing;
  private final BiConsumer<Flight, CompletionCall> back;
  private final Runnable looked;
  private final Deque<Flight> unleased = new ArrayDeque<>();
  private final Deque<Flight> suspects = new ArrayDeque<>();
  private @Nullable Flight suspect;

  /**
   * @param back puts a flight back to the front of its lane
   * @param looked runs after leases were checked
   */
  SetAside(Loop loop, Sharing sharing, BiConsumer<Flight, CompletionCall> back, Runnable looked) {
    this.loop = loop;
    this.sharing = sharing;
    this.back = back;
    this.looked = looked;
    sharing.prefixes().releaseTo(this::putBack, looked);
  }

  Sharing sharing() {
    return sharing;
  }

  /** Sets a flight aside or ends it, and returns true, if it must not be called now. */
  boolean takes(Flight flight, long nowNanos) {
    CompletionCall call = flight.call();
    if (call != null && sharing.answers().keeps(flight, call, nowNanos)) {
      return true;
    }
    boolean suspected = flight.suspect() && suspect != null;
    if (!suspected && flight.owner().hasLease(nowNanos)) {
      return call != null && sharing.prefixes().keeps(flight, call, nowNanos);
    }
    flight.stay.at(Waits.Kind.SLOT, nowNanos);
    if (suspected) {
      suspects.add(flight);
      return true;
    }
    if (unleased.isEmpty()) {
      loop.schedule(LEASE_CHECK_NANOS, this::checkLeases);
    }
    unleased.add(flight);
    return true;
  }

  /** Records that an attempt of this flight begins. */
  void started(Flight flight, CompletionCall call) {
    sharing.answers().started(flight, call);
    sharing.prefixes().started(flight, call);
    suspect = flight.suspect() ? flight : suspect;
  }

  /**
   * Records that an attempt has ended without the death of this process, so that the next suspect
   * and those that wait for the call may be called.
   */
  void ended(Flight flight, AttemptResult result) {
    sharing.answers().ended(flight, result, this::putBack);
    sharing.prefixes().ended(flight, result);
    if (flight == suspect) {
      suspect = null;
      while (!suspects.isEmpty()) { // all of them, since the next one may end without a call
        putBack(suspects.removeLast());
      }
    }
  }

  /** Puts those back whose answer is there and has no room yet. Returns whether there are any. */
  boolean putBackWithoutRoom() {
    return sharing.answers().putBackWithoutRoom(this::putBack);
  }

  /** Returns what a flight that was set aside waits for. */
  Waits.Kind waitsFor(Flight flight) {
    if (sharing.answers().awaits(flight)) {
      return Waits.Kind.ANSWER;
    }
    return sharing.prefixes().awaits(flight) ? Waits.Kind.PREFIX : Waits.Kind.SLOT;
  }

  void count(Waiting.Counts counts) {
    unleased.forEach(flight -> counts.add(WaitingFor.LEASE, flight));
    suspects.forEach(flight -> counts.add(WaitingFor.SLOT, flight));
    sharing.answers().count(counts);
    sharing.prefixes().count(counts);
  }

  private void checkLeases() {
    while (!unleased.isEmpty()) {
      putBack(unleased.removeLast()); // the first one last, so that it is in front of the others
    }
    looked.run();
  }

  /** Puts a flight back into its lane. Returns false if it does not wait any more. */
  boolean putBack(Flight flight) {
    CompletionCall call = flight.call();
    if (!flight.is(FlightState.WAITING) || call == null) {
      return false;
    }
    back.accept(flight, call);
    return true;
  }

  /**
   * What flights gain from the calls of others.
   *
   * @param answers the answers of others, which need no call
   * @param prefixes the beginnings of prompts that others have brought into the provider's cache
   */
  record Sharing(SharedAnswers answers, WarmUps prefixes) {

    /** Ends the wait of a flight that goes to another lane. It may wait again there. */
    void stopsWaiting(Flight flight) {
      answers.stopsWaiting(flight);
      prefixes.stopsWaiting(flight);
    }

    /** Forgets a flight that has its outcome or is gone. */
    void left(Flight flight) {
      answers.left(flight);
      prefixes.left(flight);
    }
  }
}
