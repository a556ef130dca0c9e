// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.limits;

import io.completionworker.bench.Requests;
import io.completionworker.bench.Settings;
import io.completionworker.bench.Table;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.ErrorMix;
import io.completionworker.demo.endpoint.Latency;
import io.completionworker.demo.endpoint.SimulatedEndpoint;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The endpoint is gone for half a minute, first without a connection and then with nothing but
 * errors: how long until it has as many answers a second again as before.
 */
final class OutageScenario implements Scenario {

  private static final int IN_FLIGHT = 100;
  private static final Duration LATENCY = Duration.ofMillis(500);
  private static final int RECORDS = 40_000;
  private static final Duration WARM_UP = Duration.ofSeconds(20);
  private static final Duration OUTAGE = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final long RATE_MILLIS = 10_000;

  /** Answers of the last second, as a share of the rate before, that are full rate. */
  private static final double FULL = 0.9;

  private static final double MOST_SECONDS = 5;

  /** So few pending that an outage has to try the same ones again and again. */
  private static final Map<String, String> WORKER = Map.of("async.max.pending.records", "200");

  @Override
  public boolean run(PrintStream out) {
    Settings settings = new Settings(RECORDS, IN_FLIGHT, LATENCY.toMillis(), 200, 6);
    Behaviour normal = behaviour(ErrorMix.none());
    Behaviour failing = behaviour(new ErrorMix(1, 0, 0, 0, 0, Duration.ZERO));
    try (Stand stand =
        new Stand(settings, normal, number -> Requests.request("Question " + number))) {
      out.println("  Logs are in " + stand.directory());
      stand.startWorker(WORKER);
      stand.watchUntil(stand.awaitFirstCall() + WARM_UP.toMillis());
      double refused =
          outage(
              out,
              "refused connections",
              stand,
              SimulatedEndpoint::stopListening,
              SimulatedEndpoint::listenAgain);
      double failed =
          outage(
              out,
              "only errors",
              stand,
              endpoint -> endpoint.behave(failing),
              endpoint -> endpoint.behave(normal));
      out.print(new Table().row("outcomes", "%s", stand.tally));
      return Math.max(refused, failed) <= MOST_SECONDS && stand.tally.clean();
    }
  }

  private static Behaviour behaviour(ErrorMix errors) {
    return Behaviour.builder()
        .latency(Latency.logNormal(LATENCY, 0.3))
        .errors(errors)
        .recording(Behaviour.Recording.NONE)
        .build();
  }

  /** Seconds from its end to full rate. */
  private static double outage(
      PrintStream out,
      String how,
      Stand stand,
      Consumer<SimulatedEndpoint> down,
      Consumer<SimulatedEndpoint> up) {
    long before = answers(stand);
    stand.watchUntil(System.currentTimeMillis() + RATE_MILLIS);
    double rate = 1_000.0 * (answers(stand) - before) / RATE_MILLIS;
    long calls = stand.endpoint.total();
    down.accept(stand.endpoint);
    stand.watchUntil(System.currentTimeMillis() + OUTAGE.toMillis());
    calls = stand.endpoint.total() - calls;
    up.accept(stand.endpoint);
    double seconds = secondsToRate(stand, FULL * rate);
    out.print(
        new Table()
            .row("outage", "%s for %d s", how, OUTAGE.toSeconds())
            .row("rate before", "%.0f answers/s", rate)
            .row("calls meanwhile", "%,d", calls)
            .row("to full rate", "%.1f s after its end", seconds));
    return seconds;
  }

  /** Until a whole second had as many answers; infinite if that never comes. */
  private static double secondsToRate(Stand stand, double rate) {
    record Sample(long at, long answers) {}
    Deque<Sample> lastSecond = new ArrayDeque<>();
    long start = System.currentTimeMillis();
    long now = start;
    while (now - start < PATIENCE.toMillis()) {
      stand.look();
      now = System.currentTimeMillis();
      lastSecond.add(new Sample(now, answers(stand)));
      while (now - lastSecond.element().at > 1_000) {
        lastSecond.remove();
      }
      if (lastSecond.getLast().answers - lastSecond.element().answers >= rate) {
        return (now - start) / 1_000.0;
      }
    }
    return Double.POSITIVE_INFINITY;
  }

  private static long answers(Stand stand) {
    return stand.endpoint.byStatus().getOrDefault(200, 0L);
  }
}
