package io.completionworker.guarantee;

import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.Latency;
import io.completionworker.demo.endpoint.RecordedCall;
import io.completionworker.demo.endpoint.Reply;
import java.time.Duration;
import java.util.SplittableRandom;

/** Decides each call by the weather, and tells of it. The weather may change on any thread. */
final class Gateway {

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
        .latency(Latency.logNormal(Duration.ofMillis(400), 0.5))
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
    int request = Load.number(call.text("/metadata/request"));
    long now = System.nanoTime();
    witness.tell(guarantee -> guarantee.called(request, fate.answered(), now));
    return fate.reply();
  }
}
