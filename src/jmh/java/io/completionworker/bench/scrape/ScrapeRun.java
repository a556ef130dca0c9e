// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.scrape;

import io.completionworker.bench.MarkdownTable;
import io.completionworker.bench.Options;
import io.completionworker.bench.Settings;
import io.completionworker.bench.TestBed;
import io.completionworker.bench.process.Latencies;
import io.completionworker.bench.process.WorkerProcess;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What scrapes cost a worker under load: one worker, the same backlog again and again, with and
 * without scrapes in turn, so that whatever else changes changes for all of them alike. Round 0 is
 * to get warm.
 *
 * <p>Exit code 0 if every request had exactly one outcome, else 1. System properties, all with the
 * prefix {@code bench.}: see {@code src/docs/performance-runs.md}.
 */
public final class ScrapeRun {

  private final PrintStream out;
  private final Latencies latencies =
      new Latencies(Options.number("latency.ms", 500), Options.real("sigma", 0.5));
  private final Settings settings =
      new Settings(
          0,
          Options.number("in.flight", 1_000),
          latencies.meanMillis(),
          Options.number("prompt.bytes", 1_000),
          Options.number("partitions", 6));
  private final int seconds = Options.number("seconds", 30);
  private final List<Integer> intervals = Options.numbers("scrape.seconds", "0,1,15");
  private final Map<Integer, List<Round>> rounds = new LinkedHashMap<>();
  private boolean exactlyOnce = true;

  private ScrapeRun(PrintStream out) {
    this.out = out;
  }

  private record Round(TestBed.Answered answered, Scraper.Scraped scraped) {
    double rate() {
      return answered.load().rate();
    }

    double cpu() {
      return answered.costs().steady().cpuPerThousand();
    }
  }

  /** Runs it; all parameters are system properties. */
  public static void main(String[] args) {
    boolean exactlyOnce = new ScrapeRun(System.out).run();
    // Only then: Maven runs this in its own JVM and goes on when it returns.
    if (!exactlyOnce) {
      System.exit(1);
    }
  }

  private boolean run() {
    try (TestBed bed = new TestBed(settings);
        WorkerProcess worker = bed.rig().startWorker(Map.of())) {
      worker.awaitReady();
      bed.warmUp(List.of(worker), Options.number("warm.up", 20_000));
      for (int round = 0; round <= Options.number("rounds", 3); round++) {
        for (int interval : intervals) {
          Round measured = round(bed, worker, Duration.ofSeconds(interval));
          out.printf(
              Locale.ROOT,
              "round %d, scraped every %d s: %,.0f/s, %.3f CPU s for 1,000, %d scrapes%n",
              round,
              interval,
              measured.rate(),
              measured.cpu(),
              measured.scraped().scrapes());
          if (round > 0) { // before that, the compiler of the JVM takes more than any scrape
            rounds.computeIfAbsent(interval, i -> new ArrayList<>()).add(measured);
          }
        }
      }
      worker.stop();
    }
    out.print("\n" + table() + "\n");
    out.println(exactlyOnce ? "" : "NOT EVERY REQUEST HAS EXACTLY ONE OUTCOME");
    return exactlyOnce;
  }

  private Round round(TestBed bed, WorkerProcess worker, Duration interval) {
    int count = (int) (1_000.0 * settings.inFlight() / latencies.meanMillis() * seconds);
    try (Scraper scraper = new Scraper(worker, interval)) {
      TestBed.Answered answered =
          bed.answer(List.of(worker), count, latencies, Duration.ofSeconds(10L * seconds + 60));
      exactlyOnce &= answered.unanswered() == 0 && answered.repeated() == 0;
      return new Round(answered, scraper.scraped());
    }
  }

  private MarkdownTable table() {
    MarkdownTable table =
        new MarkdownTable(
            "Scraped every",
            "Scrapes",
            "Series",
            "KiB",
            "ms a scrape",
            "Rate, 1/s",
            "of the rate unscraped",
            "CPU s per 1,000",
            "of the CPU unscraped");
    List<Round> base = rounds.getOrDefault(intervals.get(0), List.of());
    rounds.forEach((interval, measured) -> table.row(row(interval, measured, base)));
    return table;
  }

  private static List<String> row(int interval, List<Round> measured, List<Round> base) {
    Scraper.Scraped last = measured.get(measured.size() - 1).scraped();
    return List.of(
        interval == 0 ? "never" : interval + " s",
        format("%,d", measured.stream().mapToInt(round -> round.scraped().scrapes()).sum()),
        format("%,d", last.series()),
        format("%,d", last.bytes() >> 10),
        format("%.1f", last.millis()),
        format("%,.0f", rate(measured)),
        format("%.3f", rate(measured) / rate(base)),
        format("%.3f", cpu(measured)),
        format("%.3f", cpu(measured) / cpu(base)));
  }

  private static double rate(List<Round> rounds) {
    return rounds.stream().mapToDouble(Round::rate).average().orElse(0);
  }

  private static double cpu(List<Round> rounds) {
    return rounds.stream().mapToDouble(Round::cpu).average().orElse(0);
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
