// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.limits;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.bench.Options;
import io.completionworker.bench.Percentiles;
import io.completionworker.bench.Requests;
import io.completionworker.bench.Rig;
import io.completionworker.bench.Settings;
import io.completionworker.bench.Table;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.Latency;
import io.completionworker.demo.endpoint.limit.ProviderLimits;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Three classes behind one limit of 30 000 requests a minute: 100 000 standard requests ({@code
 * bench.backlog}) and 30 000 of bulk wait, and urgent ones come one by one. A minute is watched.
 */
final class UrgentScenario implements Scenario {

  private static final int PER_MINUTE = 30_000;
  private static final int BULK = 30_000;
  private static final int BULK_PERCENT = 5;
  private static final double LEAST_OF_SHARE = 0.95;
  private static final long MOST_WAIT_MILLIS = 1_000;
  private static final long BETWEEN_MILLIS = 500;
  private static final Duration WARM_UP = Duration.ofSeconds(20);
  private static final Duration WATCHED = Duration.ofMinutes(1);

  private static final Map<String, String> WORKER =
      Map.of(
          "classes",
          "urgent,standard,bulk",
          "classes.least.share",
          "standard=20,bulk=" + BULK_PERCENT,
          "rate.limit.requests.per.minute",
          String.valueOf(PER_MINUTE));

  /** A response and what is measured of it. */
  private record Answer(String requestClass, long calledAt, long waited) {}

  @Override
  public boolean run(PrintStream out) {
    Settings limits = Settings.ofLimits();
    Settings settings =
        new Settings(
            Options.number("backlog", 100_000),
            PER_MINUTE / 30,
            limits.latencyMillis(),
            limits.promptBytes(),
            limits.partitions());
    Behaviour behaviour =
        Behaviour.builder()
            .latency(Latency.logNormal(Duration.ofMillis(settings.latencyMillis()), 0.4))
            .limits(ProviderLimits.requests(PER_MINUTE, Duration.ofMinutes(1)))
            .recording(Behaviour.Recording.NONE)
            .build();
    CompletionRequest request = Requests.request(Requests.words(settings.promptBytes()));
    try (Stand stand = new Stand(settings, behaviour, number -> request);
        Deserializer<CompletionResponse> responses = stand.responses()) {
      out.println("  Logs are in " + stand.directory());
      Requests urgent = stand.open("urgent", settings.partitions(), number -> request);
      stand.open("bulk", settings.partitions(), number -> request).publish(BULK);
      List<Answer> answers = new ArrayList<>();
      stand.listen(record -> add(answers, record, responses));
      stand.startWorker(WORKER);
      long from = stand.awaitFirstCall() + WARM_UP.toMillis();
      stand.watchUntil(from);
      long to = from + WATCHED.toMillis();
      while (System.currentTimeMillis() < to) {
        urgent.publish(1);
        stand.watchUntil(System.currentTimeMillis() + BETWEEN_MILLIS);
      }
      stand.cutOff();
      return report(out, stand, answers, urgent.published(), from);
    }
  }

  private static boolean report(
      PrintStream out, Stand stand, List<Answer> answers, long published, long from) {
    Percentiles waits =
        new Percentiles(
            answers.stream()
                .filter(answer -> answer.requestClass.equals("urgent"))
                .map(Answer::waited)
                .sorted()
                .toList());
    long until = from + WATCHED.toMillis();
    List<Answer> watched =
        answers.stream()
            .filter(answer -> answer.calledAt >= from && answer.calledAt < until)
            .toList();
    long bulk = watched.stream().filter(answer -> answer.requestClass.equals("bulk")).count();
    double share = 100.0 * bulk / Math.max(1, watched.size());
    Calls calls = stand.calls(window -> true);
    out.print(
        new Table()
            .row(
                "urgent",
                "%d of %d called, p50 %d ms, p95 %d ms",
                waits.ascending().size(),
                published,
                waits.at(0.5),
                waits.at(0.95))
            .row("bulk", "%.1f %% of %,d calls", share, watched.size())
            .row("429", "%.2f %% of %,d", calls.percentLimited(), calls.admitted())
            .row("outcomes", "%s", stand.tally));
    return waits.at(0.95) <= MOST_WAIT_MILLIS
        && share >= BULK_PERCENT * LEAST_OF_SHARE
        && calls.limited() == 0
        && stand.tally.clean();
  }

  private static void add(
      List<Answer> answers,
      ConsumerRecord<byte[], byte[]> record,
      Deserializer<CompletionResponse> responses) {
    if (record.topic().equals(Rig.RESPONSES)) {
      CompletionResponse response = responses.deserialize(record.topic(), record.value());
      String id = response.getRequestId();
      long called = response.getCallDetails().getCalledAt().toEpochMilli();
      long queued = response.getCallDetails().getQueuedAt().toEpochMilli();
      answers.add(new Answer(id.substring(0, id.indexOf('-')), called, called - queued));
    }
  }
}
