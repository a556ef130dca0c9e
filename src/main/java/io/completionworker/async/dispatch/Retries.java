// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Emission;
import io.completionworker.completion.Emission.Expense;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.port.Admission.Toll;
import io.completionworker.completion.port.RetryPolicy;
import io.completionworker.metrics.Meters;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * What follows an attempt that ended without an answer: another one, or the failure of its request.
 *
 * <p>An attempt that was or may have been billed always uses one up, whatever breaker, hold or
 * brake say; it is followed by another only after a backoff, and not before its usage row is
 * encoded. So no request is paid for more often than {@code retry.max.attempts} says, also over a
 * crash.
 *
 * <p>Dispatcher's loop only, but for {@link #idle()}.
 */
final class Retries {

  private final CodecStage codec;
  private final Attempts attempts;
  private final RetryPolicy policy;
  private final Flights flights;
  private final Meters meters;
  private final AtomicInteger accounting = new AtomicInteger();
  private final BiConsumer<Flight, Outcome> finish;
  private final Consumer<Flight> leave;

  /**
   * @param finish ends a flight with its outcome
   * @param leave ends a flight whose result nobody needs any more
   */
  Retries(
      CodecStage codec,
      Attempts attempts,
      RetryPolicy policy,
      Flights flights,
      Meters meters,
      BiConsumer<Flight, Outcome> finish,
      Consumer<Flight> leave) {
    this.codec = codec;
    this.attempts = attempts;
    this.policy = policy;
    this.flights = flights;
    this.meters = meters;
    this.finish = finish;
    this.leave = leave;
  }

  /** Whether every usage row is in the queue that it belongs to. */
  boolean idle() {
    return accounting.get() == 0;
  }

  /** An attempt has ended; what it uses up is counted already. */
  void after(Flight flight, CompletionCall call, AttemptResult.Rejected result, Toll toll) {
    AttemptError error = result.error();
    boolean billed = result.maybeBilled();
    boolean free = !billed && isFree(error, toll);
    boolean repeats = toll == Toll.AGAIN || policy.repeats(error);
    if (!repeats || (!free && policy.exhausted(flight.usedUp()))) {
      policy.failed(error);
      finish.accept(flight, Outcomes.failed(flight, call, error));
    } else if (billed) {
      account(flight, call, () -> again(flight, call, error, toll));
    } else if (flight.orphan()) {
      leave.accept(flight); // nothing was gained that an adopter would want
    } else if (free) {
      attempts.enqueue(flight, call, true); // behind the others, see below
    } else {
      again(flight, call, error, toll);
    }
  }

  /** An attempt was answered. */
  void answered(Flight flight, CompletionCall call) {
    policy.answered(flight.attemptsMade);
    finish.accept(flight, Outcomes.completed(flight, call));
  }

  private static boolean isFree(AttemptError error, Toll toll) {
    return error.disposition() == Disposition.HOLD
        || toll == Toll.AGAIN
        || (toll == Toll.FREE && error.disposition() == Disposition.RETRY);
  }

  private void again(Flight flight, CompletionCall call, AttemptError error, Toll toll) {
    meters.retry(error.reason().name());
    Duration wait = policy.backoff(flight.attemptsMade, error);
    // Behind the others: if the fault is its own after all, it must not be every probe.
    boolean behind = toll != Toll.ATTEMPT || error.disposition() == Disposition.HOLD;
    attempts.backOff(flight, call, wait, behind);
  }

  /**
   * An attempt has ended of a flight whose place another one has: if it was paid for in vain, that
   * counts for the other.
   */
  void replaced(Flight flight, CompletionCall call, AttemptResult result) {
    if (result instanceof AttemptResult.Rejected && result.maybeBilled()) {
      account(flight, call, () -> leave.accept(flight));
      Flight current = flights.at(flight.position());
      if (current != null && current.tally == flight.tally) {
        current.catchUp(flight.tally.progress());
      }
    } else {
      leave.accept(flight);
    }
  }

  private void account(Flight flight, CompletionCall call, Runnable next) {
    flight.become(FlightState.ACCOUNTING);
    flights.keep(flight);
    Expense expense = flight.account(call);
    accounting.incrementAndGet();
    codec.write(
        expense,
        row -> {
          try {
            offer(flight, row);
            if (flight.orphan() || flights.at(flight.position()) != flight) {
              leave.accept(flight);
            } else {
              next.run();
            }
          } finally {
            accounting.decrementAndGet(); // last, so that nothing is drained before it is queued
          }
        });
  }

  /** To whoever owns the request now; who owns it next is offered it again. */
  private void offer(Flight flight, Emission row) {
    flight.tally.written(row);
    Flight current = flights.at(flight.position());
    if (current != null && current.tally == flight.tally && !current.orphan()) {
      current.owner.offer(row);
    }
  }
}
