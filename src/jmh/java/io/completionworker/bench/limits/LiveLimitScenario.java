// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.limits;

import io.completionworker.avro.ControlKind;
import io.completionworker.bench.Requests;
import io.completionworker.bench.Settings;
import io.completionworker.bench.Table;
import io.completionworker.bench.process.Waiting;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.Latency;
import io.completionworker.demo.endpoint.limit.ProviderLimits;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;

/**
 * Two instances behind a limit of 400 requests a second, which a control halves and, when it is
 * withdrawn, doubles again. The endpoint keeps to the same limit in windows of ten seconds, and
 * changes it with a window, which begins 2 s after the control, or as it is withdrawn.
 */
final class LiveLimitScenario implements Scenario {

  private static final int PER_SECOND = 400;
  private static final int BACKLOG = 60_000;

  /** Both instances have partitions by then, and are warm. */
  private static final Duration WARM_UP = Duration.ofSeconds(40);

  private static final Duration WATCHED = Duration.ofSeconds(20);
  private static final long MOST_MILLIS = 2_000;

  /** Of the endpoint's limits. */
  private static final Duration WINDOW = Duration.ofSeconds(10);

  /** Of what is permitted, as in the other scenarios. */
  private static final double LEAST = 0.95;

  private static final Map<String, String> WORKER =
      Map.of("rate.limit.requests.per.second", String.valueOf(PER_SECOND));

  @Override
  public boolean run(PrintStream out) {
    Settings limits = Settings.ofLimits();
    Settings settings =
        new Settings(
            BACKLOG, 1_000, limits.latencyMillis(), limits.promptBytes(), limits.partitions());
    try (Stand stand = new Stand(settings, behaviour(PER_SECOND), Requests.alike(settings));
        Operator operator = stand.operator()) {
      out.println("  Logs are in " + stand.directory());
      stand.startWorker(WORKER);
      stand.startWorker(WORKER);
      stand.watchUntil(stand.awaitFirstCall() + WARM_UP.toMillis());
      try (CallWatch watch = new CallWatch(stand.endpoint)) {
        Calls before = stand.calls(all -> true);
        long began = System.currentTimeMillis();
        stand.watchUntil(began + WATCHED.toMillis());
        long window = nextWindow();
        stand.watchUntil(window - MOST_MILLIS);
        long halved =
            operator.put(
                "half",
                Operator.control(ControlKind.LIMIT)
                    .setEverything(true)
                    .setRequestsPerSecond(PER_SECOND / 2.0));
        waitUntil(window);
        stand.endpoint.behave(behaviour(PER_SECOND / 2));
        stand.watchUntil(window + WATCHED.toMillis());
        waitUntil(nextWindow());
        stand.endpoint.behave(behaviour(PER_SECOND));
        long doubled = operator.withdraw("half");
        stand.watchUntil(doubled + MOST_MILLIS + WATCHED.toMillis());
        Calls calls = stand.calls(all -> true).since(before);
        double[] shares = {
          share(watch, began, PER_SECOND),
          share(watch, halved + MOST_MILLIS, PER_SECOND / 2),
          share(watch, doubled + MOST_MILLIS, PER_SECOND)
        };
        stand.cutOff();
        return report(out, stand, calls, shares);
      }
    }
  }

  private static boolean report(PrintStream out, Stand stand, Calls calls, double[] shares) {
    out.print(
        new Table()
            .row("before, halved, doubled", "%.1f, %.1f, %.1f %%", shares[0], shares[1], shares[2])
            .row("429", "%.2f %% of %,d", calls.percentLimited(), calls.admitted())
            .row("outcomes", "%s", stand.tally));
    for (double share : shares) {
      if (share < 100 * LEAST || share > 101) {
        return false;
      }
    }
    return calls.limited() == 0 && stand.tally.clean();
  }

  /** Calls in the time watched from then on, in percent of those that the limit permits. */
  private static double share(CallWatch watch, long from, int perSecond) {
    long calls = watch.calls(from, from + WATCHED.toMillis());
    return 100.0 * calls / (perSecond * WATCHED.toSeconds());
  }

  /** When the next window begins that is at least 2 s ahead. */
  private static long nextWindow() {
    long earliest = System.currentTimeMillis() + MOST_MILLIS;
    return (earliest / WINDOW.toMillis() + 1) * WINDOW.toMillis();
  }

  /** To the millisecond; looking takes a tenth of a second. */
  private static void waitUntil(long millis) {
    Waiting.until("the window begins", () -> {}, () -> System.currentTimeMillis() >= millis);
  }

  private static Behaviour behaviour(int perSecond) {
    return Behaviour.builder()
        .latency(Latency.logNormal(Duration.ofMillis(500), 0.4))
        .limits(ProviderLimits.requests(perSecond * (int) WINDOW.toSeconds(), WINDOW))
        .recording(Behaviour.Recording.NONE)
        .build();
  }
}
