// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.scale;

import io.completionworker.bench.MarkdownTable;
import io.completionworker.bench.Options;
import io.completionworker.bench.TestBed;
import io.completionworker.bench.process.Latencies;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/**
 * What a request costs: one table for each thing that is varied, all others as in the base.
 *
 * <p>Exit code 0 if every request had exactly one outcome, else 1. System properties, all with the
 * prefix {@code bench.}: see {@code src/docs/performance-runs.md}.
 */
public final class ScaleRun {

  private final PrintStream out;
  private boolean exactlyOnce = true;

  private ScaleRun(PrintStream out) {
    this.out = out;
  }

  /** Runs it; all parameters are system properties. */
  public static void main(String[] args) {
    boolean exactlyOnce = new ScaleRun(System.out).run();
    // Only then: Maven runs this in its own JVM and goes on when it returns.
    if (!exactlyOnce) {
      System.exit(1);
    }
  }

  private boolean run() {
    Cell base =
        new Cell(
            Options.number("partitions", 6),
            Options.number("in.flight", 1_000),
            Options.number("prompt.bytes", 1_000),
            1,
            new Latencies(Options.number("latency.ms", 500), Options.real("sigma", 0.5)),
            Options.number("warm.up", 20_000),
            Options.number("seconds", 20));
    List<String> axes = Options.words("axes", "partitions,in.flight,prompt.bytes,instances");
    if (axes.contains("partitions")) {
      table("partitions", Options.numbers("scale.partitions", "6,60"), base::withPartitions);
    }
    if (axes.contains("in.flight")) {
      table("in flight", Options.numbers("scale.in.flight", "100,1000,10000"), base::withInFlight);
    }
    if (axes.contains("prompt.bytes")) {
      table(
          "prompt bytes",
          Options.numbers("scale.prompt.bytes", "1000,32000,1000000"),
          base::withPromptBytes);
    }
    if (axes.contains("instances")) {
      table("instances", Options.numbers("scale.instances", "1,2,3,4"), base::withInstances);
    }
    out.println(exactlyOnce ? "" : "NOT EVERY REQUEST HAS EXACTLY ONE OUTCOME");
    return exactlyOnce;
  }

  private void table(String name, List<Integer> values, IntFunction<Cell> cells) {
    MarkdownTable table =
        new MarkdownTable(
            name,
            "Requests",
            "Steady rate, 1/s",
            "Of ceiling",
            "CPU s per 1,000",
            "Allocated per request, KiB",
            "Written to Kafka per request, bytes",
            "Answer to committed read p50 / p99, ms",
            "Peak resident of all instances, MiB");
    for (int value : values) {
      Cell cell = cells.apply(value);
      out.printf("%s %,d%n", name, value);
      TestBed.Answered answered = cell.run();
      exactlyOnce &= answered.unanswered() == 0 && answered.repeated() == 0;
      table.row(row(value, cell, answered));
    }
    out.print("\n" + table + "\n");
  }

  private static List<String> row(int value, Cell cell, TestBed.Answered answered) {
    double rate = answered.load().rate();
    return List.of(
        format("%,d", value),
        format("%,d", answered.requests()),
        format("%,.0f", rate),
        format("%.1f %% of %,.0f", 100 * rate / cell.ceiling(), cell.ceiling()),
        format("%.3f", answered.costs().steady().cpuPerThousand()),
        format("%,.1f", answered.costs().steady().allocatedPerRequest() / 1024),
        format("%,.0f", answered.writtenPerRequest()),
        format("%,d / %,d", answered.load().delays().at(0.5), answered.load().delays().at(0.99)),
        format("%,d", answered.costs().residentBytes() >> 20));
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
