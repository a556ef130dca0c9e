package io.completionworker.bench.compare;

import io.completionworker.bench.Arrivals;
import io.completionworker.bench.Backlog;
import io.completionworker.bench.CommittedRecords;
import io.completionworker.bench.LoadResult;
import io.completionworker.bench.Paced;
import io.completionworker.bench.Requests;
import io.completionworker.bench.Rig;
import io.completionworker.bench.Settings;
import io.completionworker.bench.process.EndpointProcess;
import io.completionworker.bench.process.MeasuredProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one system does with one regime: first a backlog as fast as it can, then requests at an even
 * rate, in the same process, which is warm by then.
 *
 * @param records of the backlog at most; no more than it can answer in {@code mostSeconds}
 * @param streamThreads of the system that has the call inside of the topology
 * @param pacedSeconds how long requests come at an even rate; 0 for not at all
 * @param pacedRate requests per second; 0 for half of what it has answered of the backlog
 */
record Trial(
    int records,
    int inFlight,
    int promptBytes,
    int partitions,
    int streamThreads,
    int mostSeconds,
    int pacedSeconds,
    double pacedRate) {

  /** Without a cleaner, what is on disk is what was written. */
  private static final Map<String, String> BROKER = Map.of("log.cleaner.enable", "false");

  private static final int START_SECONDS = 60;

  /** What came of it. */
  record Result(
      Contender contender,
      Regime regime,
      int requests,
      long unanswered,
      long repeated,
      double ceiling,
      LoadResult load,
      Backlog.Costs costs,
      double writtenPerRequest,
      @Nullable Paced paced,
      EndpointProcess.Calls calls,
      double endpointCpuPerThousand) {

    boolean complete() {
      return unanswered == 0 && (paced == null || paced.unanswered() == 0);
    }
  }

  Result run(Contender contender, Regime regime) {
    Path directory = Rig.newDirectory();
    int requests = requests(contender, regime);
    Settings settings =
        new Settings(requests, inFlight, regime.latencies().meanMillis(), promptBytes, partitions);
    try (EndpointProcess endpoint = EndpointProcess.start(directory, regime.latencies());
        Rig rig = new Rig(settings, directory, endpoint.url(), BROKER);
        Requests source = new Requests(rig, partitions, Requests.alike(settings));
        CommittedRecords outcomes =
            new CommittedRecords(
                rig, List.of(Rig.RESPONSES, Rig.FAILURES, Rig.DEAD_LETTERS, Rig.USAGE))) {
      source.publish(requests);
      long writtenBefore = rig.writtenBytes();
      try (MeasuredProcess process = contender.start(rig, directory, this)) {
        Arrivals arrivals = new Arrivals();
        Backlog backlog = new Backlog(List.of(process), outcomes, arrivals);
        Backlog.Costs costs =
            backlog.answer(requests, Duration.ofSeconds(2L * mostSeconds + START_SECONDS));
        double written =
            (double) (rig.writtenBytes() - writtenBefore) / Math.max(1, arrivals.answered());
        LoadResult load = LoadResult.of(arrivals, rig.serdes());
        Paced paced = paced(rig, source, outcomes, process, load.rate());
        Duration endpointCpu = endpoint.cpu();
        process.stop();
        EndpointProcess.Calls calls = endpoint.end();
        return new Result(
            contender,
            regime,
            requests,
            requests - arrivals.answered(),
            arrivals.repeated(),
            ceiling(contender, regime),
            load,
            costs,
            written,
            paced,
            calls,
            endpointCpu.toNanos() / 1e6 / Math.max(1, calls.total()));
      }
    }
  }

  private @Nullable Paced paced(
      Rig rig,
      Requests source,
      CommittedRecords outcomes,
      MeasuredProcess process,
      double backlogRate) {
    if (pacedSeconds == 0) {
      return null;
    }
    double rate = pacedRate > 0 ? pacedRate : Math.max(1, backlogRate / 2);
    return Paced.run(
        rig, source, outcomes, List.of(process), rate, Duration.ofSeconds(pacedSeconds));
  }

  private int requests(Contender contender, Regime regime) {
    double ceiling = ceiling(contender, regime);
    return (int) Math.max(20, Math.min(records, ceiling * mostSeconds));
  }

  /** Requests per second that its calls in flight allow; infinite without a latency. */
  private double ceiling(Contender contender, Regime regime) {
    return 1_000.0 * contender.inFlight(this) / regime.latencies().meanMillis();
  }
}
