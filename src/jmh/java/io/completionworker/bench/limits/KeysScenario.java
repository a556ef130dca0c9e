// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.limits;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.PortkeyOptions;
import io.completionworker.bench.Requests;
import io.completionworker.bench.Settings;
import io.completionworker.bench.Table;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.Latency;
import io.completionworker.demo.endpoint.limit.ProviderLimits;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Two virtual keys in one topic, 600 requests per minute each. For a minute both have quota, for a
 * minute one of them has not, then it has again.
 */
final class KeysScenario implements Scenario {

  private static final String GOOD = "good";
  private static final String SPENT = "spent";
  private static final Duration PHASE = Duration.ofMinutes(1);

  /** So that the first minute is not that of a cold JVM. */
  private static final Duration WARM_UP = Duration.ofSeconds(20);

  private static final double LEAST_OF_THROUGHPUT = 0.95;

  private static final Map<String, String> WORKER =
      Map.of(
          "rate.limit.scope", "virtual-key",
          "rate.limit.requests.per.minute", "600",
          "hold.probe.initial.ms", "1000",
          "hold.probe.max.ms", "5000",
          "async.max.pending.records", "500",
          "async.max.pending.records.per.scope", "200");

  /** What one key was admitted in each phase. */
  private record Phases(List<Long> good, List<Long> spent) {}

  @Override
  public boolean run(PrintStream out) {
    Settings settings = Settings.ofLimits();
    Behaviour behaviour =
        Behaviour.builder()
            .latency(Latency.logNormal(Duration.ofMillis(settings.latencyMillis()), 0.4))
            .limits(ProviderLimits.requests(600, Duration.ofMinutes(1)).perCredential())
            .recording(Behaviour.Recording.NONE)
            .build();
    try (Stand stand = new Stand(settings, behaviour, KeysScenario::request)) {
      out.println("  Logs are in " + stand.directory());
      stand.startWorker(WORKER);
      long start = stand.awaitFirstCall() + WARM_UP.toMillis();
      stand.watchUntil(start);
      Phases phases = new Phases(new ArrayList<>(), new ArrayList<>());
      watch(stand, phases, start + PHASE.toMillis());
      stand.endpoint.exhaust(SPENT);
      watch(stand, phases, start + 2 * PHASE.toMillis());
      stand.endpoint.replenish(SPENT);
      long resumed = watch(stand, phases, start + 3 * PHASE.toMillis());
      double unchanged = (double) phases.good.get(1) / Math.max(1, phases.good.get(0));
      out.print(report(phases, unchanged, resumed, stand));
      return unchanged >= LEAST_OF_THROUGHPUT && phases.spent.get(2) > 0 && stand.tally.clean();
    }
  }

  /** Odd and even are on all partitions. */
  private static CompletionRequest request(long number) {
    PortkeyOptions options =
        PortkeyOptions.newBuilder().setVirtualKey(number / 6 % 2 == 0 ? GOOD : SPENT).build();
    String prompt = "Question %d: %s".formatted(number, Requests.words(200));
    return CompletionRequest.newBuilder(Requests.request(prompt)).setPortkey(options).build();
  }

  /** Milliseconds until the spent key had its first call; negative when it had none. */
  private static long watch(Stand stand, Phases phases, long until) {
    long good = admitted(stand, GOOD);
    long spent = admitted(stand, SPENT);
    long start = System.currentTimeMillis();
    long first = -1;
    while (System.currentTimeMillis() < until) {
      stand.look();
      if (first < 0 && admitted(stand, SPENT) > spent) {
        first = System.currentTimeMillis() - start;
      }
    }
    phases.good.add(admitted(stand, GOOD) - good);
    phases.spent.add(admitted(stand, SPENT) - spent);
    return first;
  }

  private static long admitted(Stand stand, String key) {
    return stand.calls(window -> window.credential().equals(key)).admitted();
  }

  private static String report(Phases phases, double unchanged, long resumed, Stand stand) {
    return new Table()
        .row("the good key", "%s calls a minute: before, during, after", phases.good)
        .row("the spent key", "%s", phases.spent)
        .row("throughput kept", "%.1f %% of the good key's", 100 * unchanged)
        .row("resumed", "%.1f s after the quota was back", resumed / 1_000.0)
        .row("429", "%.2f %%, refusals for the quota apart", limited(stand))
        .row("outcomes", "%s", stand.tally)
        .toString();
  }

  private static double limited(Stand stand) {
    return stand.calls(window -> true).percentLimited();
  }
}
