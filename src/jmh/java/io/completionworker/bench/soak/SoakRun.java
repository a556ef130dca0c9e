// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.soak;

import io.completionworker.bench.CommittedRecords;
import io.completionworker.bench.MarkdownTable;
import io.completionworker.bench.Options;
import io.completionworker.bench.Pacing;
import io.completionworker.bench.Requests;
import io.completionworker.bench.Rig;
import io.completionworker.bench.Settings;
import io.completionworker.bench.process.EndpointProcess;
import io.completionworker.bench.process.WorkerProcess;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Half an hour at an even rate, at an endpoint that fails now and then, with a second instance that
 * comes and goes.
 *
 * <p>Exit code 0 if every request has exactly one outcome, and memory and latency stayed as they
 * were; else 1. System properties, all with the prefix {@code bench.}: see {@code
 * src/docs/performance-runs.md}.
 */
public final class SoakRun {

  private static final Map<String, String> QUICK_TAKE_OVER =
      Map.of("kafka.session.timeout.ms", "6000", "kafka.heartbeat.interval.ms", "1000");

  /** What has been read may go, so that the disk does not fill. */
  private static final Map<String, String> BROKER =
      Map.of(
          "log.segment.bytes", "33554432",
          "log.retention.bytes", "134217728",
          "log.retention.check.interval.ms", "30000");

  /** For the backlog of the last disturbance. */
  private static final Duration DRAIN = Duration.ofMinutes(3);

  /** To see outcomes that come twice. */
  private static final Duration AFTERMATH = Duration.ofSeconds(5);

  private final Plan plan = Plan.ofOptions();
  private final PrintStream out;

  private SoakRun(PrintStream out) {
    this.out = out;
  }

  /** Runs it; all parameters are system properties. */
  public static void main(String[] args) {
    boolean kept = new SoakRun(System.out).run();
    // Only then: Maven runs this in its own JVM and goes on when it returns.
    if (!kept) {
      System.exit(1);
    }
  }

  private boolean run() {
    Path directory = Rig.newDirectory();
    Settings settings =
        new Settings(
            0,
            plan.inFlight(),
            plan.latencies().meanMillis(),
            Options.number("prompt.bytes", 1_000),
            Options.number("partitions", 6));
    out.printf("%s; logs are in %s%n", plan, directory);
    try (EndpointProcess endpoint =
            EndpointProcess.startFaulty(
                directory, plan.latencies(), plan.faults(), plan.refusals());
        Rig rig = new Rig(settings, directory, endpoint.url(), BROKER);
        Requests requests = new Requests(rig, settings.partitions(), Requests.alike(settings));
        CommittedRecords outcomes =
            new CommittedRecords(rig, List.of(Rig.RESPONSES, Rig.FAILURES, Rig.DEAD_LETTERS));
        Ledger ledger = new Ledger(rig.serdes());
        WorkerProcess worker = rig.startWorker(QUICK_TAKE_OVER);
        Companion companion = new Companion(rig, QUICK_TAKE_OVER)) {
      worker.awaitReady();
      Watch watch = new Watch(worker, outcomes, ledger, companion);
      List<Sample> samples = soak(rig, requests, watch);
      long sent = requests.published();
      watch.until(System.nanoTime() + DRAIN.toNanos(), () -> ledger.answered() >= sent);
      watch.until(System.nanoTime() + AFTERMATH.toNanos(), () -> false);
      worker.stop();
      EndpointProcess.Calls calls = endpoint.end();
      return new Verdict(samples, ledger, sent, calls).print(out);
    }
  }

  private List<Sample> soak(Rig rig, Requests requests, Watch watch) {
    List<Sample> samples = new ArrayList<>();
    long start = System.nanoTime();
    try (Pacing pacing = Pacing.start(requests, plan.rate())) {
      for (int i = 1; i <= plan.intervals(); i++) {
        int interval = i;
        // beside this thread, which has to go on reading
        CompletableFuture<List<String>> events =
            CompletableFuture.supplyAsync(() -> disturb(interval, rig, watch.companion()));
        watch.until(start + i * plan.interval().toNanos(), () -> false);
        watch.until(System.nanoTime() + DRAIN.toNanos(), events::isDone);
        pacing.check();
        Sample sample = watch.sample(i, pacing.sent(), plan.collects(i), events.join());
        out.println(String.join(" | ", sample.cells()));
        samples.add(sample);
      }
    }
    return samples;
  }

  private List<String> disturb(int interval, Rig rig, Companion companion) {
    List<String> events = new ArrayList<>();
    if (plan.disturbs(interval)) {
      events.add(companion.comeOrGo());
    }
    if (plan.restartsBroker(interval)) {
      rig.broker().restart();
      events.add("the broker restarts");
    }
    return events;
  }

  /** The table of all samples. */
  static MarkdownTable table(List<Sample> samples) {
    MarkdownTable table = new MarkdownTable(Sample.COLUMNS);
    samples.forEach(sample -> table.row(sample.cells()));
    return table;
  }
}
