// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.compare;

import io.completionworker.bench.Options;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The worker beside other ways to do the same: each system with each regime of latency, several
 * times, in an order that rotates.
 *
 * <p>Exit code 0 if every request had an outcome, and the worker's exactly one; else 1. System
 * properties, all with the prefix {@code bench.}: see {@code src/docs/performance-runs.md}.
 */
public final class CompareRun {

  private final List<Contender> contenders =
      Options.words("systems", "worker,parallel-consumer,loop,streams").stream()
          .map(Contender::of)
          .toList();
  private final List<Regime> regimes =
      Options.words("regimes", "none,500ms,10s").stream().map(Regime::of).toList();
  private final int runs = Options.number("runs", 3);
  private final Trial trial =
      new Trial(
          Options.number("warm.up", 20_000),
          Options.number("records", 120_000),
          Options.number("in.flight", 1_000),
          Options.number("prompt.bytes", 1_000),
          Options.number("partitions", 6),
          Options.number("stream.threads", 1),
          Options.number("seconds", 90),
          Options.number("paced.seconds", 30),
          Options.real("paced.rate", 0));
  private final PrintStream out;

  private CompareRun(PrintStream out) {
    this.out = out;
  }

  /** Runs it; all parameters are system properties. */
  public static void main(String[] args) {
    boolean complete = new CompareRun(System.out).run();
    // Only then: Maven runs this in its own JVM and goes on when it returns.
    if (!complete) {
      System.exit(1);
    }
  }

  private boolean run() {
    contenders.forEach(Contender::checkBuilt);
    List<Trial.Result> results = new ArrayList<>();
    for (Regime regime : regimes) {
      for (int run = 0; run < runs; run++) {
        List<Contender> order = new ArrayList<>(contenders);
        Collections.rotate(order, -run);
        for (Contender contender : order) {
          out.printf("%s, %s, run %d of %d%n", regime.label(), contender.label(), run + 1, runs);
          Trial.Result result = trial.run(contender, regime);
          out.printf("  %,.0f outcomes/s%n", result.backlog().load().rate());
          results.add(result);
        }
      }
    }
    out.print(new CompareReport(trial, results));
    boolean complete = results.stream().allMatch(Trial.Result::complete);
    boolean once =
        results.stream()
            .filter(result -> result.contender().exactlyOnce())
            .allMatch(result -> result.backlog().repeated() == 0);
    out.print(complete ? "" : "NOT EVERY REQUEST HAS AN OUTCOME\n");
    out.print(once ? "" : "THE WORKER HAS GIVEN A REQUEST MORE THAN ONE OUTCOME\n");
    return complete && once;
  }
}
