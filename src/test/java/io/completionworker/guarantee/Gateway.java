// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.RecordedCall;
import io.completionworker.demo.endpoint.Reply;
import java.time.Duration;
import java.util.SplittableRandom;

/** Decides each call by the weather, and tells of it. The weather may change on any thread. */
final class Gateway {

  /**
   * A call that comes so long after one that was answered may follow an answer that was given up.
   */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  /**
   * Of silence, after which the worker gives a call up: far more than an answer takes. It begins
   * when the call is sent, which may be seconds before a machine that is busy lets us see it.
   */
  static final Duration SILENCE = PATIENCE.multipliedBy(2);

  private static final long LEAST_MILLIS = 300;
  private static final long SPREAD_MILLIS = 1_000;

  private final Witness witness;
  private final SplittableRandom dice;
  private volatile Weather weather = Weather.CALM;
  private long calls;

  Gateway(Witness witness, long seed) {
    this.witness = witness;
    this.dice = new SplittableRandom(seed);
  }

  Behaviour behaviour(long seed) {
    return Behaviour.builder()
        .latency(dice -> LEAST_MILLIS + dice.nextLong(SPREAD_MILLIS))
        .recording(Behaviour.Recording.NONE)
        .respondWith(this::reply)
        .seed(seed)
        .build();
  }

  void turn(Weather to) {
    weather = to;
  }

  /** The event loop. */
  private Reply reply(RecordedCall call) {
    Weather.Fate fate = weather.next(calls++, dice);
    Guarantee.Call told =
        new Guarantee.Call(
            Load.number(call.text("/metadata/request")),
            call.headers().getOrDefault(Fleet.CALLER, ""),
            fate.answered(),
            System.nanoTime());
    witness.tell(guarantee -> guarantee.called(told));
    return fate.reply();
  }
}
