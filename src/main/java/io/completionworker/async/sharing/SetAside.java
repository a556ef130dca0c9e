// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.sharing;

import io.completionworker.async.chunk.ChunkStream;
import io.completionworker.async.flight.Flight;
import io.completionworker.async.flight.FlightState;
import io.completionworker.async.loop.Loop;
import io.completionworker.completion.Answer;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.Wait.WaitingFor;
import io.completionworker.completion.Waits;
import io.completionworker.completion.port.CompletionClient.DeltaSink;
import io.completionworker.config.CacheConfig;
import io.completionworker.config.PromptCacheConfig;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Flights that are taken out of their lanes although they could be called: while their task has no
 * lease, while another request that may have killed processes is called, while the answer to the
 * same request is awaited, or while another call brings the beginning of their prompts into the
 * provider's cache. They come back to the front of their lanes, in the order in which they were set
 * aside. Dispatcher's loop only.
 */
public final class SetAside {

  private static final long LEASE_CHECK_NANOS = Duration.ofMillis(250).toNanos();

  private final Loop loop;
  private final SharedAnswers answers;
  private final WarmUps prefixes;
  private final BiConsumer<Flight, CompletionCall> back;
  private final Runnable looked;
  private final Deque<Flight> unleased = new ArrayDeque<>();
  private final Deque<Flight> suspects = new ArrayDeque<>();
  private @Nullable Flight suspect;

  /** Receives each flight that gets the answer to the same request, and needs no call. */
  public interface Given {

    /**
     * Ends a flight.
     *
     * @param before runs what it gets when the chunks of the answer are encoded
     */
    void finish(Flight flight, Outcome outcome, Consumer<Runnable> before);
  }

  /**
   * Creates the rule. Nothing is set aside.
   *
   * @param room reserves room for an answer, if there is any
   * @param back puts a flight back to the front of its lane
   * @param looked runs after flights were put back when no call has ended
   */
  public SetAside(
      CacheConfig cache,
      PromptCacheConfig prompts,
      ChunkStream.Chunks chunks,
      BiPredicate<Flight, Answer> room,
      Given given,
      BiConsumer<Flight, CompletionCall> back,
      Runnable looked) {
    this.loop = chunks.loop();
    this.back = back;
    this.looked = looked;
    this.answers = new SharedAnswers(cache, chunks, room, given);
    this.prefixes = new WarmUps(prompts, loop, chunks.meters(), this::putBack, looked);
  }

  /** Returns how much memory the remembered answers take, in bytes. Safe on every thread. */
  public long rememberedBytes() {
    return answers.bytes();
  }

  /**
   * Ends a flight that was read if its answer is remembered and has room. Returns whether it did.
   */
  public boolean ends(Flight flight, CompletionCall call) {
    return answers.ends(flight, call);
  }

  /** Sets a flight aside or ends it, and returns true, if it must not be called now. */
  public boolean takes(Flight flight, long nowNanos) {
    CompletionCall call = flight.call();
    if (call != null && answers.keeps(flight, call, nowNanos)) {
      return true;
    }
    boolean suspected = flight.suspect() && suspect != null;
    if (!suspected && flight.owner().hasLease(nowNanos)) {
      return call != null && prefixes.keeps(flight, call, nowNanos);
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
  public void started(Flight flight, CompletionCall call) {
    answers.started(flight, call);
    prefixes.started(flight, call);
    suspect = flight.suspect() ? flight : suspect;
  }

  /**
   * Records that an attempt has ended without the death of this process, so that the next suspect
   * and those that wait for the call may be called.
   */
  public void ended(Flight flight, AttemptResult result) {
    answers.ended(flight, result, this::putBack);
    prefixes.ended(flight, result);
    if (flight == suspect) {
      suspect = null;
      while (!suspects.isEmpty()) { // all of them, since the next one may end without a call
        putBack(suspects.removeLast());
      }
    }
  }

  /** Puts those back whose answer is there and has no room yet. Returns whether there are any. */
  public boolean putBackWithoutRoom() {
    return answers.putBackWithoutRoom(this::putBack);
  }

  /** Returns what a flight that was set aside waits for. */
  public Waits.Kind waitsFor(Flight flight) {
    if (answers.awaits(flight)) {
      return Waits.Kind.ANSWER;
    }
    return prefixes.awaits(flight) ? Waits.Kind.PREFIX : Waits.Kind.SLOT;
  }

  /** Passes on all that are set aside, and what they wait for. */
  public void count(BiConsumer<WaitingFor, Flight> counts) {
    unleased.forEach(flight -> counts.accept(WaitingFor.LEASE, flight));
    suspects.forEach(flight -> counts.accept(WaitingFor.SLOT, flight));
    answers.count(counts);
    prefixes.count(counts);
  }

  private void checkLeases() {
    while (!unleased.isEmpty()) {
      putBack(unleased.removeLast()); // the first one last, so that it is in front of the others
    }
    looked.run();
  }

  /** Returns a sink that notices the first delta of a call, by which its prompt has been read. */
  public DeltaSink noticing(Flight flight, CompletionCall call, DeltaSink sink) {
    return prefixes.noticing(flight, call, sink);
  }

  /** Ends the wait of a flight that goes to another lane. It may wait again there. */
  public void stopsWaiting(Flight flight) {
    answers.stopsWaiting(flight);
    prefixes.stopsWaiting(flight);
  }

  /** Forgets a flight that has its outcome or is gone. */
  public void left(Flight flight) {
    answers.left(flight);
    prefixes.left(flight);
  }

  private boolean putBack(Flight flight) {
    CompletionCall call = flight.call();
    if (!flight.is(FlightState.WAITING) || call == null) {
      return false;
    }
    back.accept(flight, call);
    return true;
  }
}
