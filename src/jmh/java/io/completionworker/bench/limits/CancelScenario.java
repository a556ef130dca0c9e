// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.limits;

import io.completionworker.avro.ControlKind;
import io.completionworker.bench.Options;
import io.completionworker.bench.Requests;
import io.completionworker.bench.Settings;
import io.completionworker.bench.Table;
import io.completionworker.demo.endpoint.Behaviour;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;

/**
 * A batch of 101 000 requests ({@code bench.backlog} and 1 000), of which 1 000 are open at an
 * endpoint that answers none and the others wait in the worker, is cancelled. The worker needs more
 * memory than by default: {@code -Dbench.worker.options=-Xmx3g}.
 */
final class CancelScenario implements Scenario {

  static final String BATCH = "wrong";

  private static final int OPEN = 1_000;
  private static final long MOST_MILLIS = 1_000;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** In the middle of it: some are cancelled and written by then, and most are not. */
  private static final Duration UNTIL_KILL = Duration.ofMillis(300);

  private final boolean kill;

  /**
   * @param kill whether the worker is killed right after the control, and another one started
   */
  CancelScenario(boolean kill) {
    this.kill = kill;
  }

  @Override
  public boolean run(PrintStream out) {
    Settings limits = Settings.ofLimits();
    int requests = Options.number("backlog", 100_000) + OPEN;
    Settings settings = new Settings(requests, OPEN, 0, limits.promptBytes(), limits.partitions());
    Map<String, String> worker =
        Map.of(
            "async.max.pending.records", String.valueOf(requests + OPEN),
            "async.max.pending.records.per.scope", String.valueOf(requests + OPEN),
            "async.max.pending.bytes", "2000000000");
    Behaviour behaviour = Behaviour.builder().recording(Behaviour.Recording.NONE).build();
    try (Stand stand = Stand.ofBatch(BATCH, settings, behaviour, Requests.alike(settings));
        Operator operator = stand.operator()) {
      out.println("  Logs are in " + stand.directory());
      stand.endpoint.hang();
      stand.startWorker(worker);
      awaitAllAccepted(stand, requests);
      try (CallWatch watch = new CallWatch(stand.endpoint)) {
        long cancelled =
            operator.put("cancel", Operator.control(ControlKind.CANCEL).setBatchId(BATCH));
        if (kill) {
          stand.watchUntil(cancelled + UNTIL_KILL.toMillis());
          stand.killLast();
          stand.startWorker(worker);
        }
        long ended = awaitOutcomes(stand, requests);
        return report(out, stand, watch, cancelled, ended, requests);
      }
    }
  }

  private boolean report(
      PrintStream out, Stand stand, CallWatch watch, long cancelled, long ended, int requests) {
    long lastCall = watch.lastCallAt() == 0 ? 0 : watch.lastCallAt() - cancelled;
    long closed = watch.allClosedAt() - cancelled;
    out.print(
        new Table()
            .row("calls opened", "%,d", stand.endpoint.total())
            .row("last call", "%d ms after the control", lastCall)
            .row("all calls closed", "%d ms after the control", closed)
            .row("all have their outcome", "%.1f s after it", (ended - cancelled) / 1_000.0)
            .row("outcomes", "%s", stand.tally));
    return lastCall <= MOST_MILLIS
        && closed <= MOST_MILLIS
        && stand.tally.failures() == requests
        && stand.tally.responses() == 0
        && stand.tally.repeated() == 0;
  }

  private static void awaitAllAccepted(Stand stand, int requests) {
    long end = System.currentTimeMillis() + PATIENCE.toMillis();
    long pending = 0;
    while (pending < requests) {
      checkTime(
          end,
          "all requests were accepted: %,d are pending, %,d of them open"
              .formatted(pending, stand.endpoint.open()));
      stand.look();
      pending = stand.endpoint.open() < OPEN ? 0 : stand.pending();
    }
  }

  private static long awaitOutcomes(Stand stand, int requests) {
    long end = System.currentTimeMillis() + PATIENCE.toMillis();
    while (stand.tally.failures() + stand.tally.responses() < requests) {
      checkTime(end, "all requests had an outcome, of which there are: " + stand.tally);
      stand.look();
    }
    return System.currentTimeMillis();
  }

  private static void checkTime(long end, String what) {
    if (System.currentTimeMillis() > end) {
      throw new IllegalStateException("Waited in vain until " + what);
    }
  }
}
