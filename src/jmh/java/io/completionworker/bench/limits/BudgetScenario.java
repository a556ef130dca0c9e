// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.limits;

import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.ControlKind;
import io.completionworker.bench.CommittedRecords;
import io.completionworker.bench.Requests;
import io.completionworker.bench.Rig;
import io.completionworker.bench.Settings;
import io.completionworker.bench.Table;
import io.completionworker.control.budget.SpendEntry;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.Latency;
import io.completionworker.usage.SpendFormat;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Three instances with 1 000 calls in flight behind a budget of 1 USD, of which one is killed every
 * 20 s and replaced. A call costs 0.00002 USD, so that the budget lasts for some two minutes. When
 * nothing is spent any more, the budget is raised by a tenth.
 */
final class BudgetScenario implements Scenario {

  private static final int BACKLOG = 100_000;
  private static final int INSTANCES = 3;
  private static final BigDecimal AMOUNT = BigDecimal.ONE;
  private static final BigDecimal CALL = new BigDecimal("0.00002");
  private static final Duration LATENCY = Duration.ofSeconds(2);
  private static final long KILL_MILLIS = 20_000;
  private static final long QUIET_MILLIS = 15_000;
  private static final long PATIENCE_MILLIS = 360_000;
  private static final long MOST_MILLIS_TO_GO_ON = 2_000;
  private static final String PRICES =
      """
      {"header": {"source": "a measurement", "as_of": "2026-01-01", "currency": "USD"},
       "prices": [{"model": "*", "request": %s, "input": 0, "output": 0}]}
      """
          .formatted(CALL.toPlainString());

  private BigDecimal rows = BigDecimal.ZERO;
  private final Map<String, SpendEntry> ledger = new HashMap<>();

  @Override
  public boolean run(PrintStream out) {
    Settings settings = new Settings(BACKLOG, 1_000 / INSTANCES, LATENCY.toMillis(), 200, 6);
    Behaviour behaviour =
        Behaviour.builder()
            .latency(Latency.logNormal(LATENCY, 0.3))
            .recording(Behaviour.Recording.NONE)
            .build();
    rows = BigDecimal.ZERO;
    ledger.clear();
    try (Stand stand = new Stand(settings, behaviour, Requests.alike(settings));
        Operator operator = stand.operator();
        CommittedRecords money = stand.read(Rig.USAGE, Rig.SPEND);
        Deserializer<CompletionUsage> usage = stand.usage()) {
      out.println("  Logs are in " + stand.directory());
      Map<String, String> worker =
          Map.of(
              "usage.prices.file", prices(stand.directory()).toString(),
              "budget.all.amount", AMOUNT.toPlainString());
      for (int i = 0; i < INSTANCES; i++) {
        stand.startWorker(worker);
      }
      int kills = spendAll(stand, worker, () -> money.poll(record -> take(record, usage)));
      long calls = stand.endpoint.total();
      BigDecimal spent = spent();
      BigDecimal counted = rows;
      try (CallWatch watch = new CallWatch(stand.endpoint)) {
        long raised =
            operator.put(
                "raise",
                Operator.control(ControlKind.BUDGET)
                    .setEverything(true)
                    .setBudget("all")
                    .setAmount(AMOUNT.multiply(new BigDecimal("1.1")).setScale(10)));
        stand.watchUntil(raised + QUIET_MILLIS);
        long wentOn = watch.firstCallAt() - raised;
        return report(out, stand, kills, calls, spent, counted, wentOn);
      }
    }
  }

  private int spendAll(Stand stand, Map<String, String> worker, Runnable readMoney) {
    long began = stand.awaitFirstCall();
    long end = began + PATIENCE_MILLIS;
    long nextKill = began + KILL_MILLIS;
    long calls = 0;
    long quietSince = began;
    int kills = 0;
    while (System.currentTimeMillis() < end
        && System.currentTimeMillis() - quietSince < QUIET_MILLIS) {
      stand.look();
      readMoney.run();
      long now = System.currentTimeMillis();
      if (stand.endpoint.total() > calls || stand.endpoint.open() > 0) {
        calls = stand.endpoint.total();
        quietSince = now;
      }
      if (now >= nextKill && spent().compareTo(AMOUNT) < 0) {
        stand.killLast();
        stand.startWorker(worker);
        kills++;
        nextKill = now + KILL_MILLIS;
      }
    }
    return kills;
  }

  private boolean report(
      PrintStream out,
      Stand stand,
      int kills,
      long calls,
      BigDecimal spent,
      BigDecimal counted,
      long wentOn) {
    BigDecimal aSecond =
        CALL.multiply(BigDecimal.valueOf(1_000L * 1_000 / LATENCY.toMillis() + INSTANCES));
    out.print(
        new Table()
            .row("spent", "%s USD of %s, %d kills", spent.toPlainString(), AMOUNT, kills)
            .row("in the usage rows", "%s USD", counted.toPlainString())
            .row("at the endpoint", "%s USD", CALL.multiply(BigDecimal.valueOf(calls)))
            .row("raised", "the next call came %d ms later", wentOn)
            .row("outcomes", "%s", stand.tally));
    return spent.compareTo(AMOUNT.add(aSecond)) <= 0
        && spent.compareTo(AMOUNT.multiply(new BigDecimal("0.99"))) >= 0
        && spent.compareTo(counted) >= 0
        && wentOn >= 0
        && wentOn <= MOST_MILLIS_TO_GO_ON
        && stand.tally.clean();
  }

  private void take(ConsumerRecord<byte[], byte[]> record, Deserializer<CompletionUsage> usage) {
    if (record.topic().equals(Rig.USAGE)) {
      BigDecimal cost = usage.deserialize(record.topic(), record.value()).getCost();
      rows = cost == null ? rows : rows.add(cost);
    } else if (record.topic().equals(Rig.SPEND)) {
      SpendFormat.decode(record.value())
          .ifPresent(entry -> ledger.put(entry.source() + entry.period(), entry));
    }
  }

  private BigDecimal spent() {
    return ledger.values().stream().map(SpendEntry::spent).reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private static Path prices(Path directory) {
    try {
      return Files.writeString(directory.resolve("prices.json"), PRICES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
