// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.sharing;

import io.completionworker.async.flight.Flight;
import io.completionworker.async.loop.Loop;
import io.completionworker.async.loop.WakeUp;
import io.completionworker.async.memory.PrefixMemory;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Wait.WaitingFor;
import io.completionworker.completion.Waits;
import io.completionworker.completion.port.CompletionClient.DeltaSink;
import io.completionworker.config.PromptCacheConfig;
import io.completionworker.metrics.Meters;
import io.completionworker.metrics.RequestMeters;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Keeps flights that could be called until the provider has the beginning of their prompts in its
 * cache: while another call with the same prefix is open, and not for long. Until its turn comes, a
 * flight is in its lane as any other, so that it never waits for one that must wait itself.
 * Dispatcher's loop only.
 */
final class WarmUps {

  /** The part of the time to its deadline that a flight may wait: a quarter. */
  private static final int PART_OF_DEADLINE = 4;

  private final boolean on;
  private final PrefixMemory<Flight> memory;
  private final Loop loop;
  private final Meters meters;
  private final WakeUp wakeUp;
  private final Consumer<Flight> back;
  private final Runnable released;

  /**
   * Creates the rule. Nothing is expected in the provider's cache yet.
   *
   * @param back puts a flight that has waited back to the front of its lane
   * @param released runs after flights were put back when no call has ended
   */
  WarmUps(
      PromptCacheConfig config,
      Loop loop,
      Meters meters,
      Consumer<Flight> back,
      Runnable released) {
    this.on = config.on();
    this.memory = new PrefixMemory<>(config, loop::nanos);
    this.loop = loop;
    this.meters = meters;
    this.back = back;
    this.released = released;
    this.wakeUp = new WakeUp(loop, this::releaseDue);
  }

  /** Whether a flight whose turn has come waits for the call of another one. */
  boolean keeps(Flight flight, CompletionCall call, long nowNanos) {
    if (call.prefixes().isEmpty()
        || !memory.mustWait(
            flight, call.prefixes(), flight.leftNanos(nowNanos) / PART_OF_DEADLINE)) {
      return false;
    }
    flight.stay.at(Waits.Kind.PREFIX, nowNanos);
    wakeUp.in(memory.nextNanos());
    return true;
  }

  /** Records that a flight is called. */
  void started(Flight flight, CompletionCall call) {
    if (!call.prefixes().isEmpty()) {
      meters
          .caches()
          .prefix(
              switch (memory.started(flight, call.prefixes())) {
                case WARM -> RequestMeters.PREFIX_WARM;
                case WARMING -> RequestMeters.PREFIX_WARMING;
                case COLD -> RequestMeters.PREFIX_COLD;
              });
    }
  }

  /** Returns a sink that notices the first delta of a call, by which its prompt has been read. */
  DeltaSink noticing(Flight flight, CompletionCall call, DeltaSink sink) {
    if (!call.streamed() || call.prefixes().isEmpty()) {
      return sink;
    }
    AtomicBoolean noticed = new AtomicBoolean();
    return (delta, resume) -> {
      if (!noticed.getAndSet(true)) {
        loop.execute(() -> answering(flight));
      }
      return sink.accept(delta, resume);
    };
  }

  private void answering(Flight flight) {
    List<Flight> ready = memory.answering(flight);
    if (!ready.isEmpty()) {
      putBack(ready);
      released.run();
    }
  }

  /**
   * Records the end of a call. Puts those back that have waited for it. An answer has brought its
   * prefixes into the cache, unless it came from that of the gateway; after a failure, those that
   * have waited are called all the same.
   */
  void ended(Flight flight, AttemptResult result) {
    if (on) {
      boolean read =
          result instanceof AttemptResult.Answered answered
              && !answered.answer().served().cacheHit();
      putBack(memory.ended(flight, read));
    }
  }

  private void releaseDue() {
    putBack(memory.due());
    wakeUp.in(memory.nextNanos());
    released.run();
  }

  private void putBack(List<Flight> ready) {
    for (int i = ready.size() - 1; i >= 0; i--) {
      back.accept(ready.get(i)); // the first one last, so that it is in front of the others
    }
  }

  /** Whether a flight waits for the call of another one. */
  boolean awaits(Flight flight) {
    return memory.waits(flight);
  }

  void count(BiConsumer<WaitingFor, Flight> counts) {
    memory.waiting().forEach(flight -> counts.accept(WaitingFor.PREFIX, flight));
  }

  /** Ends the wait of a flight that goes to another lane. */
  void stopsWaiting(Flight flight) {
    memory.stopsWaiting(flight);
  }

  /** Forgets a flight that has its outcome or is gone. */
  void left(Flight flight) {
    memory.left(flight);
  }
}
