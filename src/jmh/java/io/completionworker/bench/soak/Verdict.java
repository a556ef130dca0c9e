// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.soak;

import io.completionworker.bench.Table;
import io.completionworker.bench.process.EndpointProcess;
import java.io.PrintStream;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/**
 * Whether all was kept.
 *
 * <p>What is flat is judged without the first fifth, in which caches fill and code is compiled, and
 * times without the intervals in which something was done to an instance or the broker, and those
 * right after. With fewer than {@link #LEAST} samples left there is no verdict on it.
 */
record Verdict(List<Sample> samples, Ledger ledger, long sent, EndpointProcess.Calls calls) {

  /** Fewest samples that say something of a trend. */
  static final int LEAST = 5;

  /** Most growth from the first to the last that is called flat, as a share of the mean. */
  private static final double FLAT = 0.15;

  private static final double SETTLING = 0.2;

  /** Prints it all; whether all was kept. */
  boolean print(PrintStream out) {
    List<Sample> settled = samples.subList((int) (SETTLING * samples.size()), samples.size());
    List<Sample> quiet = settled.stream().filter(this::undisturbed).toList();
    boolean complete = ledger.answered() == sent && ledger.repeated() == 0;
    out.print("\n" + SoakRun.table(samples) + "\n");
    out.print(
        new Table()
            .row("sent", "%,d", sent)
            .row("without outcome", "%,d", sent - ledger.answered())
            .row(
                "outcomes",
                "%,d, more than one of a request %,d",
                ledger.outcomes(),
                ledger.repeated())
            .row("failures", "%,d", ledger.failures())
            .row("calls", "%,d, %,d open at most", calls.total(), calls.peakOpen())
            .row("retried", "%,d, recovered %,d", ledger.retried(), ledger.recovered()));
    boolean flat = flat(out, "live heap", heaps(settled));
    flat &= flat(out, "resident", values(settled, sample -> (double) sample.resident()));
    flat &= flat(out, "threads", values(settled, sample -> (double) sample.threads()));
    flat &= flat(out, "p50", values(quiet, s -> (double) s.times().fromQueue().at(0.5)));
    flat &= flat(out, "p99", values(quiet, s -> (double) s.times().fromQueue().at(0.99)));
    out.println(complete ? "  one outcome each" : "  NOT EVERY REQUEST HAS EXACTLY ONE OUTCOME");
    out.println(flat ? "  flat" : "  NOT FLAT");
    return complete && flat;
  }

  private boolean undisturbed(Sample sample) {
    int before = sample.number() - 2;
    return sample.quiet() && (before < 0 || samples.get(before).quiet());
  }

  private static boolean flat(PrintStream out, String name, List<Double> values) {
    double growth = Trend.of(values).growth();
    boolean judged = values.size() >= LEAST;
    out.print(
        new Table()
            .row(
                name,
                "%+.1f %% from the first to the last of %d%s",
                100 * growth,
                values.size(),
                judged ? "" : ", too few for a verdict"));
    return !judged || growth <= FLAT;
  }

  private static List<Double> heaps(List<Sample> samples) {
    return samples.stream()
        .map(Sample::liveHeap)
        .filter(Objects::nonNull)
        .map(Long::doubleValue)
        .toList();
  }

  private static List<Double> values(List<Sample> samples, ToDoubleFunction<Sample> value) {
    return samples.stream().mapToDouble(value).boxed().toList();
  }
}
