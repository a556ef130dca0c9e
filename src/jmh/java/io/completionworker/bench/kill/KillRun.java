// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.kill;

import io.completionworker.bench.MarkdownTable;
import io.completionworker.bench.Table;
import io.completionworker.bench.process.EndpointProcess;
import java.io.PrintStream;
import java.time.Duration;

/**
 * What a {@code kill -9} under full load costs: how many calls are made again, and how long it
 * takes until the next process reaches the rate of the one before. Both values of {@code
 * async.offsets} in turn.
 *
 * <p>Exit code 0 if every request has exactly one outcome, else 1. System properties, all with the
 * prefix {@code bench.}: see {@code src/docs/performance-runs.md}.
 */
public final class KillRun {

  private final Plan plan = Plan.ofOptions();
  private final MarkdownTable table = new MarkdownTable(Kill.COLUMNS);
  private final PrintStream out;

  private KillRun(PrintStream out) {
    this.out = out;
  }

  /** Runs it; all parameters are system properties. */
  public static void main(String[] args) {
    boolean exactlyOnce = new KillRun(System.out).run();
    // Only then: Maven runs this in its own JVM and goes on when it returns.
    if (!exactlyOnce) {
      System.exit(1);
    }
  }

  private boolean run() {
    boolean exactlyOnce = true;
    for (String offsets : plan.offsets()) {
      long start = System.nanoTime();
      try (KillTrial trial = new KillTrial(plan, offsets)) {
        out.printf("async.offsets=%s; logs are in %s%n", offsets, trial.directory());
        KillTrial.Result result = trial.run();
        out.print(totals(result, Duration.ofNanos(System.nanoTime() - start)));
        for (int i = 0; i < result.kills().size(); i++) {
          Kill kill = result.kills().get(i);
          table.row(kill.cells(offsets, i + 1, result.repeated(i), plan.commitMillis()));
        }
        exactlyOnce &= result.exactlyOnce();
      }
    }
    out.print("\n" + table + "\n");
    out.println(exactlyOnce ? "" : "NOT EVERY REQUEST HAS EXACTLY ONE OUTCOME");
    return exactlyOnce;
  }

  private static Table totals(KillTrial.Result result, Duration took) {
    EndpointProcess.Counts calls = result.calls();
    Outcomes.Counts outcomes = result.outcomes();
    return new Table()
        .row("requests", "%,d", result.requests())
        .row(
            "outcomes",
            "%,d, failures %,d, requests without %,d, with several %,d",
            outcomes.total(),
            outcomes.failures(),
            result.requests() - outcomes.answered(),
            outcomes.repeated())
        .row(
            "calls",
            "%,d, made again %,d, of which %,d before the first kill",
            calls.total(),
            calls.repeated(),
            result.repeatedUntil(0))
        .row("took", "%.0f s", took.toMillis() / 1e3);
  }
}
