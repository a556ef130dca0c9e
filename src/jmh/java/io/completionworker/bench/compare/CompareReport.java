// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.compare;

import io.completionworker.bench.MarkdownTable;
import io.completionworker.bench.Paced;
import io.completionworker.bench.TestBed;
import java.util.List;
import java.util.Locale;

/** The results of all trials as two Markdown tables for each regime, a line for each run. */
record CompareReport(Trial trial, List<Trial.Result> results) {

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Regime regime : Regime.values()) {
      List<Trial.Result> of = results.stream().filter(r -> r.regime() == regime).toList();
      if (!of.isEmpty()) {
        text.append(
            "\nLatency %s, %,d in flight, prompts of %,d bytes%n"
                .formatted(regime.label(), trial.inFlight(), trial.promptBytes()));
        text.append("\nBacklog\n\n").append(backlog(of));
        if (of.stream().anyMatch(result -> result.paced() != null)) {
          text.append("\nEven rate\n\n").append(paced(of));
        }
      }
    }
    return text.append('\n').toString();
  }

  private static MarkdownTable backlog(List<Trial.Result> results) {
    MarkdownTable table =
        new MarkdownTable(
            "System",
            "Requests",
            "Without outcome / repeated",
            "Steady rate, 1/s",
            "Of ceiling",
            "CPU s per 1,000",
            "Answer to committed read p50 / p99, ms",
            "Allocated per request, KiB",
            "Written to Kafka per request, bytes",
            "Peak resident, MiB",
            "Endpoint: open at most / CPU s per 1,000");
    for (Trial.Result result : results) {
      TestBed.Answered backlog = result.backlog();
      table.row(
          List.of(
              result.contender().label(),
              format("%,d", backlog.requests()),
              format("%,d / %,d", backlog.unanswered(), backlog.repeated()),
              format("%,.0f", backlog.load().rate()),
              ofCeiling(result),
              format("%.3f", backlog.costs().steady().cpuPerThousand()),
              format(
                  "%,d / %,d", backlog.load().delays().at(0.5), backlog.load().delays().at(0.99)),
              format("%,.1f", backlog.costs().steady().allocatedPerRequest() / 1024),
              format("%,.0f", backlog.writtenPerRequest()),
              format("%,d", backlog.costs().residentBytes() >> 20),
              format("%,d / %.3f", result.calls().peakOpen(), backlog.endpointCpuPerThousand())));
    }
    return table;
  }

  private static MarkdownTable paced(List<Trial.Result> results) {
    MarkdownTable table =
        new MarkdownTable(
            "System",
            "Rate, 1/s",
            "Without outcome",
            "Record to committed output p50 / p99, ms",
            "Added to the endpoint's time p50 / p99, ms",
            "CPU s per 1,000",
            "Allocated per request, KiB");
    for (Trial.Result result : results) {
      Paced paced = result.paced();
      if (paced != null) {
        table.row(
            List.of(
                result.contender().label(),
                format("%,.1f", paced.rate()),
                format("%,d", paced.unanswered()),
                format("%,d / %,d", paced.queueToRead().at(0.5), paced.queueToRead().at(0.99)),
                format("%,d / %,d", paced.added().at(0.5), paced.added().at(0.99)),
                format("%.3f", paced.costs().cpuPerThousand()),
                format("%,.1f", paced.costs().allocatedPerRequest() / 1024)));
      }
    }
    return table;
  }

  private static String ofCeiling(Trial.Result result) {
    return Double.isInfinite(result.ceiling())
        ? ""
        : format(
            "%.1f %% of %,.0f",
            100 * result.backlog().load().rate() / result.ceiling(), result.ceiling());
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
