// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.scale;

import io.completionworker.bench.Settings;
import io.completionworker.bench.TestBed;
import io.completionworker.bench.process.Latencies;
import io.completionworker.bench.process.WorkerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One measurement.
 *
 * @param inFlight most calls open at once, over all instances
 * @param warmUp requests that are answered before anything counts
 * @param seconds what the backlog would take at the ceiling; long prompts have a shorter one
 */
record Cell(
    int partitions,
    int inFlight,
    int promptBytes,
    int instances,
    Latencies latencies,
    int warmUp,
    int seconds) {

  /** Most bytes of a backlog, so that publishing it does not take longer than answering it. */
  private static final long BACKLOG_BYTES = 1L << 30;

  private static final long WARM_UP_BYTES = 256L << 20;

  Cell withPartitions(int value) {
    return new Cell(value, inFlight, promptBytes, instances, latencies, warmUp, seconds);
  }

  Cell withInFlight(int value) {
    return new Cell(partitions, value, promptBytes, instances, latencies, warmUp, seconds);
  }

  Cell withPromptBytes(int value) {
    return new Cell(partitions, inFlight, value, instances, latencies, warmUp, seconds);
  }

  Cell withInstances(int value) {
    return new Cell(partitions, inFlight, promptBytes, value, latencies, warmUp, seconds);
  }

  /** Requests per second that the calls in flight allow. */
  double ceiling() {
    return 1_000.0 * inFlight / Math.max(1, latencies.meanMillis());
  }

  TestBed.Answered run() {
    int each = Math.max(1, inFlight / instances);
    Settings settings = new Settings(0, each, latencies.meanMillis(), promptBytes, partitions);
    List<WorkerProcess> workers = new ArrayList<>();
    try (TestBed bed = new TestBed(settings)) {
      for (int i = 0; i < instances; i++) {
        workers.add(bed.rig().startWorker(Map.of()));
      }
      workers.forEach(WorkerProcess::awaitReady);
      bed.warmUp(workers, (int) Math.max(1, Math.min(warmUp, WARM_UP_BYTES / promptBytes)));
      int count = (int) Math.min(ceiling() * seconds, (double) BACKLOG_BYTES / promptBytes);
      TestBed.Answered answered =
          bed.answer(workers, count, latencies, Duration.ofSeconds(10L * seconds + 60));
      workers.forEach(WorkerProcess::stop);
      return answered;
    } finally {
      workers.forEach(WorkerProcess::close);
    }
  }
}
