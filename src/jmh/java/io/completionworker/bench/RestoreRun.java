// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench;

import io.completionworker.bench.process.EndpointProcess;
import io.completionworker.bench.process.Latencies;
import io.completionworker.bench.process.WorkerProcess;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a take-over replays after many requests: once right after a full load, once after a while of
 * little traffic. The worker has no state of its own then, only the changelog.
 *
 * <p>Exit code 0 if it replays no more than the changelog's settings promise, else 1. System
 * properties: see {@link Settings}.
 */
public final class RestoreRun {

  private static final Duration PATIENCE = Duration.ofMinutes(30);

  private static final String CONSUMER = "kafka_consumer_fetch_manager_";

  private final Settings settings = Settings.ofRestore();
  private final Compaction compaction = Compaction.QUICK;
  private final PrintStream out;
  private boolean kept = true;

  private RestoreRun(PrintStream out) {
    this.out = out;
  }

  /** Runs it; all parameters are system properties. */
  public static void main(String[] args) {
    boolean kept = new RestoreRun(System.out).run();
    // Only then: Maven runs this in its own JVM and goes on when it returns.
    if (!kept) {
      System.exit(1);
    }
  }

  private boolean run() {
    Path directory = Rig.newDirectory();
    try (EndpointProcess endpoint =
            EndpointProcess.start(directory, Latencies.fixed(settings.latencyMillis()));
        Rig rig = new Rig(settings, directory, endpoint.url(), Compaction.brokerSettings());
        Requests requests = new Requests(rig, settings.partitions(), Requests.alike(settings));
        Answered answered = new Answered(rig)) {
      out.printf("Publishing %,d requests; logs are in %s%n", settings.records(), directory);
      requests.publish(settings.records());
      WorkerProcess worker = start(rig);
      awaitAnswers(worker, answered, requests);
      worker.stop();
      double rate = answered.highestRate();
      out.printf("%,d answered, up to %,.0f/s%n", answered.total(), rate);
      worker = takeOver("right after the load", rig, rate, requests);
      trickle(worker, answered, requests);
      worker.stop();
      takeOver("after little traffic", rig, settings.partitions(), requests).stop();
    }
    out.println(kept ? "" : "  MORE WAS REPLAYED THAN THE SETTINGS PROMISE");
    return kept;
  }

  private WorkerProcess start(Rig rig) {
    return rig.startWorker(compaction.workerSettings());
  }

  private static void awaitAnswers(WorkerProcess worker, Answered answered, Requests requests) {
    long start = System.nanoTime();
    while (answered.total() < requests.published()) {
      answered.poll();
      worker.checkAlive();
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new IllegalStateException("Not all requests were answered: " + answered.total());
      }
    }
  }

  /** One request a second for each partition, until nothing of the load should be left. */
  private void trickle(WorkerProcess worker, Answered answered, Requests requests) {
    try {
      for (long i = compaction.untilGone().toSeconds(); i > 0; i--) {
        requests.publish(settings.partitions());
        awaitAnswers(worker, answered, requests);
        TimeUnit.SECONDS.sleep(1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Starts a worker with nothing but the changelog, and tells what it has read of it. */
  private WorkerProcess takeOver(String when, Rig rig, double rate, Requests requests) {
    Changelog.Content content = new Changelog(rig).read();
    WorkerProcess worker = start(rig);
    Duration ready = worker.awaitReady();
    double records = worker.metric(CONSUMER + "records_consumed_total", "restore-consumer");
    double bytes = worker.metric(CONSUMER + "bytes_consumed_total", "restore-consumer");
    long bound = compaction.bound(settings.partitions(), rate, requests.meanBytes());
    boolean all = records >= content.records();
    kept &= all && bytes <= bound;
    out.printf("%nTake-over %s%n", when);
    out.print(
        new Table()
            .row("written", "%,d offsets for %,d requests", content.offsets(), requests.published())
            .row(
                "in the changelog",
                "%,d requests, %,d tombstones, %,d bytes on disk, %d segments",
                content.values(),
                content.tombstones(),
                content.bytes(),
                content.segments())
            .row("replayed", "%,.0f records, %,.0f bytes", records, bytes)
            .row("promised", "%,d bytes at most", bound)
            .row("restoring took", "%d ms", worker.restoring().toMillis())
            .row("start to ready", "%d ms", ready.toMillis()));
    if (!all) {
      out.println("  The worker has read less than the changelog holds: nothing was measured");
    }
    return worker;
  }

  /** Counts committed responses, and how fast they come. */
  private static final class Answered implements AutoCloseable {

    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final CommittedRecords responses;
    private long total;
    private long windowStart = System.nanoTime();
    private long windowTotal;
    private double highestRate;

    Answered(Rig rig) {
      responses = new CommittedRecords(rig, List.of(Rig.RESPONSES));
    }

    void poll() {
      responses.poll(record -> total++);
      long time = System.nanoTime() - windowStart;
      if (time >= WINDOW_NANOS) {
        highestRate = Math.max(highestRate, (total - windowTotal) * 1e9 / time);
        windowStart += time;
        windowTotal = total;
      }
    }

    long total() {
      return total;
    }

    double highestRate() {
      return highestRate;
    }

    @Override
    public void close() {
      responses.close();
    }
  }
}
