// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench;

import io.completionworker.bench.process.EndpointProcess;
import io.completionworker.bench.process.Latencies;
import io.completionworker.bench.process.WorkerProcess;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How close one worker comes to the rate that its calls in flight allow. The backlog is there
 * before the worker starts.
 *
 * <p>Exit code 0 if every request has exactly one outcome, else 1. System properties: see {@link
 * Settings}, and {@code bench.worker.options} for options of the worker's JVM.
 */
public final class LoadRun {

  private final Settings settings = Settings.ofLoad();
  private final Arrivals arrivals = new Arrivals();
  private final PrintStream out;

  private LoadRun(PrintStream out) {
    this.out = out;
  }

  /** Runs it; all parameters are system properties. */
  public static void main(String[] args) {
    boolean exactlyOnce = new LoadRun(System.out).run();
    // Only then: Maven runs this in its own JVM and goes on when it returns.
    if (!exactlyOnce) {
      System.exit(1);
    }
  }

  private boolean run() {
    Path directory = Rig.newDirectory();
    try (EndpointProcess endpoint =
            EndpointProcess.start(directory, Latencies.fixed(settings.latencyMillis()));
        Rig rig = new Rig(settings, directory, endpoint.url(), Map.of());
        Requests requests = new Requests(rig, settings.partitions(), Requests.alike(settings));
        CommittedRecords outcomes =
            new CommittedRecords(
                rig, List.of(Rig.RESPONSES, Rig.FAILURES, Rig.DEAD_LETTERS, Rig.USAGE))) {
      out.printf("Publishing %,d requests; logs are in %s%n", settings.records(), directory);
      requests.publish(settings.records());
      Costs costs = answer(rig, outcomes);
      EndpointProcess.Calls calls = endpoint.end();
      out.print(report(LoadResult.of(arrivals, rig.serdes()), costs, calls));
    }
    boolean exactlyOnce =
        arrivals.answered() == settings.records()
            && arrivals.outcomes().size() == settings.records();
    out.println(exactlyOnce ? "" : "  NOT EVERY REQUEST HAS EXACTLY ONE OUTCOME");
    return exactlyOnce;
  }

  private Costs answer(Rig rig, CommittedRecords outcomes) {
    try (WorkerProcess worker = rig.startWorker(Map.of())) {
      Backlog.Costs costs =
          new Backlog(List.of(worker), outcomes, arrivals).answer(settings.records(), patience());
      worker.stop();
      outcomes.readAll(arrivals::add);
      return new Costs(costs, worker.peakHeapBytes());
    }
  }

  private String report(LoadResult result, Costs costs, EndpointProcess.Calls calls) {
    double nominal = 1_000.0 * settings.inFlight() / settings.latencyMillis();
    double measured = 1_000.0 * settings.inFlight() / result.latencyMillis();
    Backlog.Costs cost = costs.backlog();
    return new Table()
        .row("requests", "%,d, prompts of %,d bytes", settings.records(), settings.promptBytes())
        .row("in flight", "%,d allowed, %,d reached", settings.inFlight(), calls.peakOpen())
        .row("calls", "%,d", calls.total())
        .row(
            "outcomes",
            "%,d, failures %,d, requests without %,d, with several %,d",
            arrivals.outcomes().size(),
            result.failed(),
            settings.records() - arrivals.answered(),
            arrivals.repeated())
        .row(
            "mean latency",
            "%d ms set, %.1f ms seen",
            settings.latencyMillis(),
            result.latencyMillis())
        .row("steady rate", "%,.0f outcomes/s committed", result.rate())
        .row(
            "of ceiling",
            "%.1f %% of %,.0f/s, by the latency set",
            100 * result.rate() / nominal,
            nominal)
        .row(
            "", "%.1f %% of %,.0f/s, by the latency seen", 100 * result.rate() / measured, measured)
        .row(
            "answer to read",
            "p50 %d ms, p99 %d ms, max %d ms",
            result.delays().at(0.5),
            result.delays().at(0.99),
            result.delays().at(1))
        .row(
            "CPU per 1,000",
            "%.3f s steady, %.3f s with the start",
            cost.steady().cpuPerThousand(),
            seconds(cost.cpu()) * 1_000 / settings.records())
        .row("allocated", "%,.0f bytes for a request, steady", cost.steady().allocatedPerRequest())
        .row(
            "memory",
            "%,d MiB resident, %,d MiB heap at most",
            cost.residentBytes() >> 20,
            costs.heap() >> 20)
        .row("start to last", "%.1f s", seconds(cost.took()))
        .toString();
  }

  /** Four times what it should take, and a minute. */
  private Duration patience() {
    return Duration.ofMillis(
        4 * settings.latencyMillis() * settings.records() / settings.inFlight() + 60_000);
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1_000.0;
  }

  /**
   * What it cost.
   *
   * @param heap most in use before a collection, in bytes
   */
  private record Costs(Backlog.Costs backlog, long heap) {}
}
