// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.async.codec.CodecStage;
import io.completionworker.async.dispatch.DispatcherParts.Stages;
import io.completionworker.async.flight.Flight;
import io.completionworker.async.flight.FlightState;
import io.completionworker.async.flight.Flights;
import io.completionworker.async.flight.Outcomes;
import io.completionworker.async.spending.Spending;
import io.completionworker.avro.FailureReason;
import io.completionworker.completion.Attempt;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Emission.BilledAttempt;
import io.completionworker.completion.port.Admission.AttemptCost;
import io.completionworker.completion.port.RetryPolicy;
import io.completionworker.control.Control;
import io.completionworker.metrics.Meters;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Decides what follows an attempt that ended without an answer: another attempt, or the failure of
 * its request. Also handles attempts whose flight was replaced.
 *
 * <p>An attempt that was or may have been billed always uses up one attempt, whatever a circuit
 * breaker, a hold or a failure cutoff says. Another attempt follows only after a backoff, and not
 * before the usage row of the billed one is encoded. So no request is paid for more often than
 * {@code retry.max.attempts} allows, even across a crash.
 *
 * <p>Dispatcher's loop only, except {@link #idle()}.
 */
final class Retries {

  private final CodecStage codec;
  private final Attempts attempts;
  private final Spending spending;
  private final RetryPolicy policy;
  private final Flights flights;
  private final Meters meters;
  private final AtomicInteger accounting = new AtomicInteger();
  private final Delivery delivery;

  Retries(Stages stages, Attempts attempts, Delivery delivery) {
    this.codec = stages.modules().codec();
    this.flights = stages.modules().flights();
    this.meters = stages.modules().meters();
    this.spending = stages.spending();
    this.policy = stages.ports().retries();
    this.attempts = attempts;
    this.delivery = delivery;
  }

  /** Whether every usage row is in its outbox. */
  boolean idle() {
    return accounting.get() == 0;
  }

  /** Continues after an attempt without an answer. The attempts used up are already counted. */
  void after(Flight flight, CompletionCall call, AttemptResult.Rejected result, AttemptCost cost) {
    AttemptError error = result.error();
    Control.Cancel cancel = flight.cancelledBy();
    if (cancel != null && !isFinal(error, cost)) {
      delivery.finish(flight, Outcomes.cancelled(flight, call, cancel));
      return;
    }
    boolean billed = result.maybeBilled();
    boolean free = !billed && isFree(error, cost);
    boolean repeats = cost == AttemptCost.AGAIN || policy.repeats(error);
    if (!repeats || (!free && policy.exhausted(flight.calls.usedUp()))) {
      policy.failed(error);
      delivery.finish(flight, Outcomes.failed(flight, call, error));
    } else if (billed) {
      account(flight, call, () -> again(flight, call, error, cost));
    } else if (flight.orphan()) {
      delivery.leave(flight); // there is no result to adopt
    } else if (free) {
      attempts.enqueue(flight, call, true); // at the end of the lane, see again()
    } else {
      again(flight, call, error, cost);
    }
  }

  /** Ends a request whose attempt was answered. */
  void answered(Flight flight, CompletionCall call) {
    policy.answered(flight.calls.attempts());
    delivery.finish(flight, Outcomes.completed(flight, call));
  }

  /** Whether the request has failed on its own, so that its cancellation came too late. */
  private static boolean isFinal(AttemptError error, AttemptCost cost) {
    return error.disposition() == Disposition.FAIL
        && error.reason() != FailureReason.CANCELLED
        && cost != AttemptCost.AGAIN;
  }

  private static boolean isFree(AttemptError error, AttemptCost cost) {
    return error.disposition() == Disposition.HOLD
        || cost == AttemptCost.AGAIN
        || (cost == AttemptCost.FREE && error.disposition() == Disposition.RETRY);
  }

  private void again(Flight flight, CompletionCall call, AttemptError error, AttemptCost cost) {
    Control.Cancel cancel = flight.cancelledBy();
    if (cancel != null) {
      delivery.finish(flight, Outcomes.cancelled(flight, call, cancel));
      return;
    }
    meters.retry(error.reason().name());
    Duration wait = policy.backoff(flight.calls.attempts(), error);
    // At the end of the lane: if the request is at fault after all, it must not be every probe.
    boolean behind = cost != AttemptCost.ATTEMPT || error.disposition() == Disposition.HOLD;
    attempts.backOff(flight, call, wait, behind);
  }

  /**
   * Handles the end of an attempt of a flight that another flight has replaced. An attempt that was
   * or may have been billed counts for the other flight. If it was answered, the other flight gets
   * the answer as soon as the usage row is encoded.
   */
  void replaced(Flight flight, CompletionCall call, AttemptResult result) {
    if (result.maybeBilled()) {
      account(flight, call, () -> delivery.leave(flight));
      Flight current = flights.successor(flight);
      if (current != null) {
        current.catchUp(flight);
      }
    } else {
      delivery.leave(flight);
    }
  }

  /**
   * Makes the answer of a replaced flight the outcome of its successor, so that the request is not
   * paid for again. The successor has not been called: its turn comes after that of the replaced
   * flight. A streamed answer is not passed on, because its chunks were lost with their task.
   */
  private void passOn(Flight flight, CompletionCall call) {
    Flight next = flights.successor(flight);
    Attempt last = flight.calls.last();
    if (next != null
        && next.is(FlightState.READING)
        && next.outcome() == null
        && last != null
        && last.result() instanceof AttemptResult.Answered
        && !call.streamed()) {
      policy.answered(flight.calls.attempts());
      attempts.keep(next, flight.answerBytes());
      next.outcome(Outcomes.completed(flight, call));
      flights.repeated(next, call); // it may end before it is read, and its id is known here
    }
  }

  private void account(Flight flight, CompletionCall call, Runnable next) {
    BilledAttempt expense = flights.account(flight, call);
    accounting.incrementAndGet();
    codec.write(
        expense,
        row -> {
          try {
            flights.offerRow(flight, spending.charged(call, row));
            passOn(flight, call);
            if (flight.orphan() || flights.at(flight.position()) != flight) {
              delivery.leave(flight);
            } else {
              next.run();
            }
          } finally {
            accounting.decrementAndGet(); // last: drained() needs the row in its outbox
          }
        });
  }
}
