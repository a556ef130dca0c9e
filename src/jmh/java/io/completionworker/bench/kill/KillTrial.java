// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.kill;

import io.completionworker.bench.Requests;
import io.completionworker.bench.Rig;
import io.completionworker.bench.process.EndpointProcess;
import io.completionworker.bench.process.WorkerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * All kills with one value of {@code async.offsets}, with an endpoint, a broker and topics that are
 * started for them alone. One thread.
 */
final class KillTrial implements AutoCloseable {

  /** The longest wait for each step. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /**
   * Mean of the open calls at full load, as a share of those allowed: there is a gap between two.
   */
  private static final double FULL = 0.9;

  private final Plan plan;
  private final Map<String, String> settings;
  private final Path directory = Rig.newDirectory();
  private final EndpointProcess endpoint;
  private final Rig rig;
  private final Requests requests;
  private final Outcomes outcomes;
  private WorkerProcess worker;

  /** Starts everything, the worker last. */
  KillTrial(Plan plan, String offsets) {
    this.plan = plan;
    settings = plan.worker(offsets);
    endpoint = EndpointProcess.startCounting(directory, plan.latencies());
    rig = new Rig(plan.settings(), directory, endpoint.url(), Map.of());
    requests = new Requests(rig, plan.partitions(), Requests.alike(plan.settings()));
    outcomes = new Outcomes(rig);
    requests.publish(plan.backlog());
    worker = rig.startWorker(settings);
  }

  /**
   * The result, after the backlog has been answered.
   *
   * @param requests published
   * @param calls at the endpoint
   */
  record Result(
      List<Kill> kills, long requests, EndpointProcess.Counts calls, Outcomes.Counts outcomes) {

    boolean exactlyOnce() {
      return outcomes.answered() == requests && outcomes.repeated() == 0;
    }

    /** Calls made again after the kill of this index, until the next kill or the end. */
    long repeated(int kill) {
      return repeatedUntil(kill + 1) - repeatedUntil(kill);
    }

    /** Calls made again before the kill of this index. */
    long repeatedUntil(int kill) {
      return kill < kills.size() ? kills.get(kill).before().repeated() : calls.repeated();
    }
  }

  /** For logs and state. */
  Path directory() {
    return directory;
  }

  Result run() {
    List<Kill> kills = new ArrayList<>();
    for (int i = 0; i < plan.kills(); i++) {
      double rate = awaitSteady();
      EndpointProcess.Counts before = endpoint.counts();
      kills.add(new Kill(rate, before, killAndRecover(rate)));
    }
    answerTheRest();
    return new Result(kills, requests.published(), endpoint.counts(), outcomes.counts());
  }

  private Kill.Recovery killAndRecover(double rate) {
    long killed = System.nanoTime();
    worker.close();
    outcomes.seekCompletedAfter(System.currentTimeMillis());
    worker = rig.startWorker(settings);
    keepLoadedUntil("the first outcome of a new process", outcomes::resumed);
    Duration first = since(killed);
    keepLoadedUntil("half of the rate before", () -> outcomes.perSecond() >= rate / 2);
    Duration half = since(killed);
    keepLoadedUntil("90 % of the rate before", () -> outcomes.perSecond() >= 0.9 * rate);
    return new Kill.Recovery(first, half, since(killed));
  }

  /** Waits until the worker is at full load, and returns its outcomes per second. */
  private double awaitSteady() {
    Deque<Moment> last = new ArrayDeque<>();
    keepLoadedUntil("the worker is steady", () -> steady(last));
    Moment first = last.element();
    return (outcomes.total() - first.outcomes()) / (since(first.nanos()).toNanos() / 1e9);
  }

  private record Moment(long nanos, long open, long outcomes) {}

  /**
   * Full load for long enough, and every call that the last kill cut has been made again: so those
   * count for that kill.
   */
  private boolean steady(Deque<Moment> last) {
    EndpointProcess.Counts calls = endpoint.counts();
    last.add(new Moment(System.nanoTime(), calls.open(), outcomes.total()));
    if (!olderThan(plan.steady(), last.element())) {
      return false;
    }
    double open = last.stream().mapToLong(Moment::open).average().orElse(0);
    boolean steady =
        open >= FULL * plan.inFlight()
            && outcomes.total() > last.element().outcomes()
            && calls.repeatedUnanswered() >= calls.cut();
    while (!steady && !last.isEmpty() && olderThan(plan.steady(), last.element())) {
      last.remove();
    }
    return steady;
  }

  private static boolean olderThan(Duration age, Moment moment) {
    return since(moment.nanos()).compareTo(age) > 0;
  }

  private void keepLoadedUntil(String what, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      look();
      for (long n = requests.published() - outcomes.answered(); n < plan.backlog(); n++) {
        requests.publishOne();
      }
      if (since(start).compareTo(PATIENCE) > 0) {
        throw new IllegalStateException(
            "Waited in vain until %s: %s; logs are in %s"
                .formatted(what, endpoint.counts(), directory));
      }
    }
  }

  private void answerTheRest() {
    requests.flush();
    long start = System.nanoTime();
    while (outcomes.answered() < requests.published() && since(start).compareTo(PATIENCE) < 0) {
      look();
    }
    worker.stop();
    outcomes.readAll();
  }

  private void look() {
    outcomes.read();
    worker.checkAlive();
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  @Override
  public void close() {
    worker.close();
    outcomes.close();
    requests.close();
    rig.close();
    endpoint.close();
  }
}
