// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.sharing;

import io.completionworker.async.chunk.ChunkStream;
import io.completionworker.async.flight.Flight;
import io.completionworker.async.flight.OpenAttempt;
import io.completionworker.async.flight.Outcomes;
import io.completionworker.async.loop.Loop;
import io.completionworker.async.memory.AnswerMemory;
import io.completionworker.async.memory.RememberedAnswer;
import io.completionworker.completion.Answer;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.ChosenTier;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Wait.WaitingFor;
import io.completionworker.completion.Waits;
import io.completionworker.completion.port.CallTracer.NoopSpan;
import io.completionworker.config.CacheConfig;
import io.completionworker.metrics.Meters;
import io.completionworker.metrics.RequestMeters;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Ends flights with the answer to the same request: one that is remembered, or one that another
 * flight gets meanwhile. A flight that could be called waits while another one with the same key is
 * being called. Until then it is in its lane as any other, with its own deadline, pause and
 * cancellation, so that it never waits for one that must wait itself. Nor does it wait for a call
 * in a service tier that it has left, which may take much longer than its own.
 *
 * <p>Dispatcher's loop only, except {@link #bytes}.
 */
final class SharedAnswers {

  private final AnswerMemory<Flight> memory;
  private final Loop loop;
  private final ChunkStream.Chunks chunks;
  private final Meters meters;
  private final BiPredicate<Flight, Answer> room;
  private final SetAside.Given given;

  /** Whose answer is remembered and had no room, during a walk through the lanes. */
  private final Deque<Flight> withoutRoom = new ArrayDeque<>();

  /**
   * Creates an empty memory.
   *
   * @param room reserves room for an answer, if there is any
   * @param given receives each flight that gets an answer
   */
  SharedAnswers(
      CacheConfig config,
      ChunkStream.Chunks chunks,
      BiPredicate<Flight, Answer> room,
      SetAside.Given given) {
    this.loop = chunks.loop();
    this.chunks = chunks;
    this.meters = chunks.meters();
    this.room = room;
    this.given = given;
    this.memory = new AnswerMemory<>(config, loop::nanos, SharedAnswers::mayWaitFor);
  }

  /** Returns how much memory the remembered answers take, in bytes. Safe on every thread. */
  long bytes() {
    return memory.bytes();
  }

  /**
   * Ends a flight that was read if its answer is remembered and has room. Returns whether it did.
   */
  boolean ends(Flight flight, CompletionCall call) {
    return ends(flight, call, memory.ask(flight, call.cacheKey()));
  }

  /**
   * Whether a flight whose turn has come needs no call now: it got an answer, or waits for room for
   * it, or waits until the call of another one has ended.
   */
  boolean keeps(Flight flight, CompletionCall call, long nowNanos) {
    Answer answer = memory.recall(flight);
    if (answer != null) {
      if (!ends(flight, call, answer)) {
        withoutRoom.addLast(flight);
      }
      return true;
    }
    boolean waits = memory.mustWait(flight);
    if (waits) {
      flight.stay.at(Waits.Kind.ANSWER, nowNanos);
    }
    return waits;
  }

  /**
   * Puts those back that got no room in the last walk through the lanes, after it.
   *
   * @return whether there were any
   */
  boolean putBackWithoutRoom(Consumer<Flight> back) {
    boolean any = !withoutRoom.isEmpty();
    while (!withoutRoom.isEmpty()) {
      back.accept(withoutRoom.removeLast()); // the first one last, so that it is in front
    }
    return any;
  }

  /** Whether a flight waits for the call of another one. */
  boolean awaits(Flight flight) {
    return memory.waits(flight);
  }

  void count(BiConsumer<WaitingFor, Flight> counts) {
    memory.waiting().forEach(flight -> counts.accept(WaitingFor.ANSWER, flight));
  }

  /** Records that a flight is called. */
  void started(Flight flight, CompletionCall call) {
    if (call.cacheKey() != null && flight.calls.started() == 1) {
      meters.caches().answer(RequestMeters.CACHE_MISS);
    }
    memory.started(flight);
  }

  /**
   * Records the end of a call. Ends the flights that get its answer, as many as have room, and then
   * puts those back that have waited for it and got none. A failure is nobody else's: one of these
   * is called next.
   *
   * @param back puts a flight back to the front of its lane
   */
  void ended(Flight flight, AttemptResult result, Consumer<Flight> back) {
    Answer got = result instanceof AttemptResult.Answered answered ? answered.answer() : null;
    AnswerMemory.Ended<Flight> ended = memory.ended(flight, got);
    Answer answer = ended.answer();
    if (answer != null) {
      ended.takers().forEach(taker -> take(taker, answer));
    }
    List<Flight> released = ended.released();
    for (int i = released.size() - 1; i >= 0; i--) {
      back.accept(released.get(i)); // the first one last, so that it is in front of the others
    }
  }

  private static boolean mayWaitFor(Flight flight, Flight called) {
    return tier(called) >= tier(flight);
  }

  /**
   * Returns how late the service tier of a flight's call comes; a call without one is in the last.
   */
  private static int tier(Flight flight) {
    CompletionCall call = flight.call();
    ChosenTier tier = call == null ? null : call.tier();
    return tier == null || tier.isLast() ? Integer.MAX_VALUE : tier.index();
  }

  /** Ends the wait of a flight that goes to another lane. */
  void stopsWaiting(Flight flight) {
    memory.stopsWaiting(flight);
  }

  /** Forgets a flight that has its outcome or is gone. */
  void left(Flight flight) {
    memory.left(flight);
  }

  private void take(Flight flight, Answer answer) {
    CompletionCall call = flight.call();
    boolean may = flight.idle() && !flight.isPaused() && !flight.orphan();
    if (!may || call == null || flight.late(loop.nanos())) {
      return;
    }
    if (room.test(flight, answer)) { // otherwise it is remembered when its turn comes
      end(flight, call, answer, RequestMeters.CACHE_SHARED);
    }
  }

  private boolean ends(Flight flight, CompletionCall call, @Nullable Answer answer) {
    if (answer == null || !room.test(flight, answer)) {
      return false;
    }
    end(flight, call, answer, RequestMeters.CACHE_HIT);
    return true;
  }

  private void end(Flight flight, CompletionCall call, Answer answer, String how) {
    long now = loop.nanos();
    Waits waits = flight.stay.ended(now);
    OpenAttempt attempt =
        new OpenAttempt(OpenAttempt.newId(), loop.millis(), now, new NoopSpan(call), waits);
    AttemptResult result = new AttemptResult.Answered(answer);
    attempt.ended(flight, false, now, null, result);
    meters.caches().answer(how);
    given.finish(
        flight,
        Outcomes.completed(flight, call),
        then -> replay(flight, call, attempt, answer, then));
  }

  /** Publishes the chunks of a streamed request before its outcome. */
  private void replay(
      Flight flight, CompletionCall call, OpenAttempt attempt, Answer answer, Runnable then) {
    attempt.deltas(flight, call, chunks);
    ChunkStream stream = flight.stream();
    if (stream == null || !call.streamed()) {
      then.run();
    } else {
      stream.replay(RememberedAnswer.delta(answer, attempt.millis()), then);
    }
  }
}
