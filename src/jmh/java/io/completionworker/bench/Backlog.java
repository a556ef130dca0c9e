// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench;

import io.completionworker.bench.process.MeasuredProcess;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Has a backlog answered that is there already, and counts what it costs. The costs of several
 * processes are added up. One thread.
 */
public final class Backlog {

  /** How long to look out for a second outcome after every request has its first. */
  private static final Duration AFTERMATH = Duration.ofSeconds(2);

  private final List<? extends MeasuredProcess> processes;
  private final CommittedRecords outcomes;
  private final Arrivals arrivals;

  /** Of these processes; what comes out is kept in {@code arrivals}. */
  public Backlog(
      List<? extends MeasuredProcess> processes, CommittedRecords outcomes, Arrivals arrivals) {
    this.processes = processes;
    this.outcomes = outcomes;
    this.arrivals = arrivals;
  }

  /**
   * What it cost.
   *
   * @param took from the call to the last outcome
   * @param cpu of the processes since their start
   * @param steady of the middle of the run
   * @param residentBytes most that was ever resident
   */
  public record Costs(Duration took, Duration cpu, Share steady, long residentBytes) {}

  /**
   * What a part of the requests cost.
   *
   * @param requests how many these were
   * @param allocatedBytes by the threads that lived at its end
   */
  public record Share(int requests, Duration cpu, long allocatedBytes) {

    /** CPU seconds for 1,000 requests. */
    public double cpuPerThousand() {
      return requests == 0 ? 0 : cpu.toNanos() / 1e6 / requests;
    }

    /** Bytes allocated for one request. */
    public double allocatedPerRequest() {
      return requests == 0 ? 0 : (double) allocatedBytes / requests;
    }
  }

  /**
   * Waits until so many requests have an outcome, and a moment longer.
   *
   * @param patience gives up after this time
   */
  public Costs answer(int requests, Duration patience) {
    long started = System.nanoTime();
    Share from = null;
    Share to = null;
    while (arrivals.answered() < requests && System.nanoTime() - started < patience.toNanos()) {
      look();
      if (from == null && arrivals.answered() >= LoadResult.FROM * requests) {
        from = soFar();
      }
      if (to == null && arrivals.answered() >= LoadResult.TO * requests) {
        to = soFar();
      }
    }
    Duration took = Duration.ofNanos(System.nanoTime() - started);
    Duration cpu = cpu(processes);
    long resident = processes.stream().mapToLong(MeasuredProcess::peakResidentBytes).sum();
    long end = System.nanoTime() + AFTERMATH.toNanos();
    while (System.nanoTime() < end) {
      look();
    }
    return new Costs(took, cpu, between(from, to), resident);
  }

  private void look() {
    outcomes.poll(arrivals::add);
    processes.forEach(MeasuredProcess::checkAlive);
  }

  private Share soFar() {
    return new Share(arrivals.answered(), cpu(processes), allocated(processes));
  }

  private static Share between(@Nullable Share from, @Nullable Share to) {
    return from == null || to == null
        ? new Share(0, Duration.ZERO, 0)
        : new Share(
            to.requests() - from.requests(),
            to.cpu().minus(from.cpu()),
            to.allocatedBytes() - from.allocatedBytes());
  }

  static Duration cpu(List<? extends MeasuredProcess> processes) {
    return processes.stream().map(MeasuredProcess::cpu).reduce(Duration.ZERO, Duration::plus);
  }

  static long allocated(List<? extends MeasuredProcess> processes) {
    return processes.stream().mapToLong(process -> process.jvm().allocatedBytes()).sum();
  }
}
