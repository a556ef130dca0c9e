// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.compare;

import io.completionworker.bench.Paced;
import io.completionworker.bench.Settings;
import io.completionworker.bench.TestBed;
import io.completionworker.bench.process.EndpointProcess;
import io.completionworker.bench.process.MeasuredProcess;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one system does with one regime, in one process: requests without a latency until it is
 * warm, then a backlog as fast as it can, then requests at an even rate.
 *
 * @param warmUp requests that are answered before anything counts
 * @param records of the backlog at most; no more than it can answer in {@code mostSeconds}
 * @param streamThreads of the system that has the call inside of the topology
 * @param pacedSeconds how long requests come at an even rate; 0 for not at all
 * @param pacedRate requests per second; 0 for half of what it has answered of the backlog
 */
record Trial(
    int warmUp,
    int records,
    int inFlight,
    int promptBytes,
    int partitions,
    int streamThreads,
    int mostSeconds,
    int pacedSeconds,
    double pacedRate) {

  /** What a blocking call warms up with in the time that the others take. */
  private static final int STREAMS_WARM_UP = 2_000;

  /** What it takes at least, with what goes with it. */
  private static final double BLOCKING_CALL_MILLIS = 2;

  /** What came of it. */
  record Result(
      Contender contender,
      Regime regime,
      double ceiling,
      TestBed.Answered backlog,
      @Nullable Paced paced,
      EndpointProcess.Calls calls) {

    boolean complete() {
      return backlog.unanswered() == 0 && (paced == null || paced.unanswered() == 0);
    }
  }

  Result run(Contender contender, Regime regime) {
    Settings settings =
        new Settings(records, inFlight, regime.latencies().meanMillis(), promptBytes, partitions);
    try (TestBed bed = new TestBed(settings);
        MeasuredProcess process = contender.start(bed.rig(), bed.directory(), this)) {
      List<MeasuredProcess> processes = List.of(process);
      bed.warmUp(processes, warmUp(contender));
      TestBed.Answered backlog =
          bed.answer(
              processes,
              requests(contender, regime),
              regime.latencies(),
              Duration.ofSeconds(2L * mostSeconds + 30));
      Paced paced = pacedSeconds == 0 ? null : paced(bed, processes, backlog.load().rate());
      process.stop();
      return new Result(
          contender, regime, ceiling(contender, regime), backlog, paced, bed.endEndpoint());
    }
  }

  private Paced paced(TestBed bed, List<MeasuredProcess> processes, double backlogRate) {
    double rate = pacedRate > 0 ? pacedRate : Math.max(1, backlogRate / 2);
    return bed.pace(processes, rate, Duration.ofSeconds(pacedSeconds));
  }

  private int warmUp(Contender contender) {
    return contender == Contender.STREAMS ? Math.min(warmUp, STREAMS_WARM_UP) : warmUp;
  }

  private int requests(Contender contender, Regime regime) {
    double ceiling =
        contender == Contender.STREAMS
            ? Math.min(ceiling(contender, regime), 1_000 * streamThreads / BLOCKING_CALL_MILLIS)
            : ceiling(contender, regime);
    return (int) Math.max(20, Math.min(records, ceiling * mostSeconds));
  }

  /** Requests per second that its calls in flight allow; infinite without a latency. */
  private double ceiling(Contender contender, Regime regime) {
    return 1_000.0 * contender.inFlight(this) / regime.latencies().meanMillis();
  }
}
