// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.limits;

import io.completionworker.demo.endpoint.RecordedCall;
import io.completionworker.demo.endpoint.Reply;
import java.time.Duration;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * Decides what calls of two service tiers get. The cheap one is slow, refuses all calls for 8 s and
 * takes 200 at once for 16 s, in turn; after three turns it refuses all for 50 s. The other one
 * takes 250 at once. On the endpoint's event loop, except {@link #begin} and what was counted.
 */
final class TieredEndpoint {

  private static final long CYCLE_MILLIS = 24_000;
  private static final long AWAY_MILLIS = 8_000;
  private static final int CYCLES = 3;
  private static final long LONG_AWAY_MILLIS = 50_000;
  private static final int FLEX_AT_ONCE = 200;
  private static final int DEFAULT_AT_ONCE = 250;

  private final long latencyMillis;
  private final SplittableRandom dice = new SplittableRandom(1);
  private final PriorityQueue<Long> flex = new PriorityQueue<>();
  private final PriorityQueue<Long> standard = new PriorityQueue<>();
  private volatile long begin = Long.MAX_VALUE;
  private volatile Calls flexCalls = Calls.NONE;
  private volatile Calls standardCalls = Calls.NONE;

  TieredEndpoint(long latencyMillis) {
    this.latencyMillis = latencyMillis;
  }

  /** The turns of the cheap tier are counted from here. Until then it takes calls. */
  void begin(long millis) {
    begin = millis;
  }

  /** Calls of the cheap tier so far. */
  String flex() {
    return text(flexCalls);
  }

  /** Calls of the other one so far. */
  String standard() {
    return text(standardCalls);
  }

  private static String text(Calls calls) {
    return "%,d of %,d".formatted(calls.limited(), calls.limited() + calls.admitted());
  }

  Reply reply(RecordedCall call) {
    long now = System.currentTimeMillis();
    boolean cheap = call.text("/service_tier").equals("flex");
    PriorityQueue<Long> open = cheap ? flex : standard;
    while (!open.isEmpty() && open.peek() <= now) {
      open.remove();
    }
    boolean admitted =
        cheap ? there(now) && open.size() < FLEX_AT_ONCE : open.size() < DEFAULT_AT_ONCE;
    Calls one = admitted ? new Calls(1, 0) : new Calls(0, 1);
    if (cheap) {
      flexCalls = sum(flexCalls, one);
    } else {
      standardCalls = sum(standardCalls, one);
    }
    if (!admitted) {
      return cheap ? refusal() : Reply.rateLimited(Duration.ofSeconds(2));
    }
    long mean = cheap ? 2 * latencyMillis : latencyMillis;
    long took = mean / 2 + dice.nextLong(mean);
    open.add(now + took);
    return Reply.completion().after(Duration.ofMillis(took));
  }

  private static Calls sum(Calls before, Calls more) {
    return new Calls(before.admitted() + more.admitted(), before.limited() + more.limited());
  }

  private boolean there(long now) {
    long at = now - begin;
    if (at < 0) {
      return true;
    }
    return at < CYCLES * CYCLE_MILLIS
        ? at % CYCLE_MILLIS >= AWAY_MILLIS
        : at >= CYCLES * CYCLE_MILLIS + LONG_AWAY_MILLIS;
  }

  /** As OpenAI and Groq say it, in turn. */
  private Reply refusal() {
    Reply reply =
        dice.nextBoolean()
            ? Reply.error(429, "resource_unavailable", "resource_unavailable", "No capacity.")
            : Reply.error(498, "capacity_exceeded", "capacity_exceeded", "No capacity.");
    return reply.after(Duration.ofMillis(20));
  }
}
