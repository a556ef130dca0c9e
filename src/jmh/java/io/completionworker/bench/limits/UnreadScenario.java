// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.limits;

import io.completionworker.avro.ControlKind;
import io.completionworker.bench.Options;
import io.completionworker.bench.Requests;
import io.completionworker.bench.Settings;
import io.completionworker.bench.Table;
import io.completionworker.demo.endpoint.Behaviour;
import java.io.PrintStream;
import java.util.Map;

/**
 * A batch of 1 000 000 requests ({@code bench.backlog}) that no worker has read is cancelled; then
 * a worker starts. The rate counts from its first outcome, at which its JVM is not warm yet.
 */
final class UnreadScenario implements Scenario {

  private static final int LEAST_PER_SECOND = 15_000;
  private static final long PATIENCE_MILLIS = 300_000;

  @Override
  public boolean run(PrintStream out) {
    Settings limits = Settings.ofLimits();
    int requests = Options.number("backlog", 1_000_000);
    Settings settings = new Settings(requests, 1_000, 0, limits.promptBytes(), limits.partitions());
    Behaviour behaviour = Behaviour.builder().recording(Behaviour.Recording.NONE).build();
    try (Stand stand =
            Stand.ofBatch(CancelScenario.BATCH, settings, behaviour, Requests.alike(settings));
        Operator operator = stand.operator()) {
      out.println("  Logs are in " + stand.directory());
      operator.put("cancel", Operator.control(ControlKind.CANCEL).setBatchId(CancelScenario.BATCH));
      stand.startWorker(Map.of());
      long end = System.currentTimeMillis() + PATIENCE_MILLIS;
      long first = 0;
      while (stand.tally.failures() < requests && System.currentTimeMillis() < end) {
        stand.look();
        first = first == 0 && stand.tally.failures() > 0 ? System.currentTimeMillis() : first;
      }
      double seconds = (System.currentTimeMillis() - first) / 1_000.0;
      double rate = stand.tally.failures() / seconds;
      out.print(
          new Table()
              .row("cancelled", "%,.0f/s for %.1f s", rate, seconds)
              .row("calls", "%,d", stand.endpoint.total())
              .row("outcomes", "%s", stand.tally));
      return rate >= LEAST_PER_SECOND
          && stand.endpoint.total() == 0
          && stand.tally.failures() == requests
          && stand.tally.repeated() == 0;
    }
  }
}
