// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench;

import io.completionworker.bench.process.EndpointProcess;
import io.completionworker.bench.process.Latencies;
import io.completionworker.bench.process.MeasuredProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Everything around one measurement, made for it alone: endpoint, broker, topics, registry, the
 * publisher and the reader of outcomes.
 */
public final class TestBed implements AutoCloseable {

  /** Without a cleaner, what is on disk is what was written. */
  private static final Map<String, String> BROKER = Map.of("log.cleaner.enable", "false");

  private static final Duration WARM_UP = Duration.ofMinutes(5);

  private final Path directory = Rig.newDirectory();
  private final EndpointProcess endpoint;
  private final Rig rig;
  private final Requests requests;
  private final CommittedRecords outcomes;

  /**
   * Starts it all; the endpoint answers at once.
   *
   * @param settings of which only records and latency do not count here
   */
  public TestBed(Settings settings) {
    endpoint = EndpointProcess.start(directory, Latencies.fixed(0));
    rig = new Rig(settings, directory, endpoint.url(), BROKER);
    requests = new Requests(rig, settings.partitions(), Requests.alike(settings));
    outcomes =
        new CommittedRecords(
            rig, List.of(Rig.RESPONSES, Rig.FAILURES, Rig.DEAD_LETTERS, Rig.USAGE));
  }

  /**
   * What came of a backlog.
   *
   * @param unanswered requests that had no outcome when patience was over
   * @param repeated requests that had more than one
   * @param writtenPerRequest bytes written to Kafka, the request itself left out
   * @param endpointCpuPerThousand CPU seconds of the endpoint for 1,000 requests
   */
  public record Answered(
      int requests,
      long unanswered,
      long repeated,
      LoadResult load,
      Backlog.Costs costs,
      double writtenPerRequest,
      double endpointCpuPerThousand) {}

  /** For logs and state. */
  public Path directory() {
    return directory;
  }

  /** Broker, topics and registry. */
  public Rig rig() {
    return rig;
  }

  /** Has requests answered without a latency, so that what follows is compiled and connected. */
  public void warmUp(List<? extends MeasuredProcess> processes, int count) {
    requests.publish(count);
    Arrivals arrivals = new Arrivals();
    new Backlog(processes, outcomes, arrivals).answer(count, WARM_UP);
    if (arrivals.answered() < count) {
      throw new IllegalStateException(
          "only %,d of %,d requests were answered to warm up; logs are in %s"
              .formatted(arrivals.answered(), count, directory));
    }
  }

  /** Has a backlog answered. */
  public Answered answer(
      List<? extends MeasuredProcess> processes,
      int count,
      Latencies latencies,
      Duration patience) {
    endpoint.behave(latencies);
    long before = rig.writtenBytes();
    Duration endpointBefore = endpoint.cpu();
    requests.publish(count);
    Arrivals arrivals = new Arrivals();
    Backlog.Costs costs = new Backlog(processes, outcomes, arrivals).answer(count, patience);
    double answered = Math.max(1, arrivals.answered());
    Duration endpointCpu = endpoint.cpu().minus(endpointBefore);
    long written = rig.writtenBytes() - before;
    return new Answered(
        count,
        count - arrivals.answered(),
        arrivals.repeated(),
        LoadResult.of(arrivals, rig.serdes()),
        costs,
        written / answered,
        endpointCpu.toNanos() / 1e6 / answered);
  }

  /** Has requests answered that come at an even rate. */
  public Paced pace(List<? extends MeasuredProcess> processes, double rate, Duration time) {
    return Paced.run(rig, requests, outcomes, processes, rate, time);
  }

  /** Ends the endpoint and says what it was asked. */
  public EndpointProcess.Calls endEndpoint() {
    return endpoint.end();
  }

  @Override
  public void close() {
    outcomes.close();
    requests.close();
    rig.close();
    endpoint.close();
  }
}
