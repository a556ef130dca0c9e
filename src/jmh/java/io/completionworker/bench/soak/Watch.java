// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.soak;

import io.completionworker.bench.CommittedRecords;
import io.completionworker.bench.process.WorkerProcess;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Reads what comes out, and looks at the instance that stays. One thread. */
final class Watch {

  private final WorkerProcess worker;
  private final CommittedRecords outcomes;
  private final Ledger ledger;
  private final Companion companion;
  private Duration cpuBefore = Duration.ZERO;
  private long sentBefore;

  Watch(WorkerProcess worker, CommittedRecords outcomes, Ledger ledger, Companion companion) {
    this.worker = worker;
    this.outcomes = outcomes;
    this.ledger = ledger;
    this.companion = companion;
  }

  Companion companion() {
    return companion;
  }

  /** Until that moment of {@link System#nanoTime}, or until it is enough. */
  void until(long nanos, BooleanSupplier enough) {
    while (System.nanoTime() - nanos < 0 && !enough.getAsBoolean()) {
      outcomes.poll(ledger::add);
      worker.checkAlive();
      companion.checkAlive();
    }
  }

  /**
   * The end of an interval.
   *
   * @param collect whether to have the worker collect all garbage now: the pause counts for the
   *     next interval's times
   */
  Sample sample(int number, long sent, boolean collect, List<String> events) {
    Duration cpu = worker.cpu();
    double perThousand = cpu.minus(cpuBefore).toNanos() / 1e6 / Math.max(1, sent - sentBefore);
    cpuBefore = cpu;
    sentBefore = sent;
    return new Sample(
        number,
        sent,
        sent - ledger.answered(),
        ledger.failures(),
        ledger.takeTimes(),
        worker.residentBytes(),
        collect ? worker.jvm().liveHeapBytes() : null,
        worker.jvm().threads(),
        perThousand,
        List.copyOf(events));
  }
}
