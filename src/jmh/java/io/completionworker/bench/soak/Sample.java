// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.soak;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What one interval has shown of the instance that is there from beginning to end.
 *
 * @param pending published and not answered, by the ledger
 * @param liveHeap what a full collection has left, in bytes; null where there was none
 * @param events what was done to the others and to the broker
 */
record Sample(
    int number,
    long sent,
    long pending,
    long failures,
    Ledger.Times times,
    long resident,
    @Nullable Long liveHeap,
    int threads,
    double cpuPerThousand,
    List<String> events) {

  static final String[] COLUMNS = {
    "Interval",
    "Sent",
    "Pending",
    "Failures",
    "Record to committed read p50 / p99, ms",
    "Answer to committed read p50 / p99, ms",
    "Resident, MiB",
    "Live heap, MiB",
    "Threads",
    "CPU s per 1,000 sent",
    "Events"
  };

  boolean quiet() {
    return events.isEmpty();
  }

  List<String> cells() {
    return List.of(
        format("%d", number),
        format("%,d", sent),
        format("%,d", pending),
        format("%,d", failures),
        format("%,d / %,d", times.fromQueue().at(0.5), times.fromQueue().at(0.99)),
        format("%,d / %,d", times.fromAnswer().at(0.5), times.fromAnswer().at(0.99)),
        format("%,d", resident >> 20),
        liveHeap == null ? "" : format("%,.1f", liveHeap / 1048576.0),
        format("%d", threads),
        format("%.3f", cpuPerThousand),
        String.join(", ", events));
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
