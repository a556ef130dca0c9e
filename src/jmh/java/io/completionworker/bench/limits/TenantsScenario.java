// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.limits;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.PortkeyOptions;
import io.completionworker.bench.Options;
import io.completionworker.bench.Percentiles;
import io.completionworker.bench.Requests;
import io.completionworker.bench.Rig;
import io.completionworker.bench.Settings;
import io.completionworker.bench.Table;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.Latency;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * One tenant has 100 000 requests on each partition ({@code bench.backlog}), another publishes 100
 * behind them: once while the backlog is still being read, and once after that. The limit is 1 000
 * requests a second, and both have the same weight. The worker needs more memory than by default:
 * {@code -Dbench.worker.options=-Xmx3g}.
 */
final class TenantsScenario implements Scenario {

  private static final int BEHIND = 100;
  private static final int PER_SECOND = 1_000;
  private static final Duration READING = Duration.ofSeconds(90);
  private static final Duration WATCHED = Duration.ofSeconds(10);
  private static final long MOST_WAIT_MILLIS = 2_000;
  private static final double LEAST_OF_THE_REST = 0.95;

  private static final Map<String, String> WORKER =
      Map.of(
          "fairness.by", "user",
          "rate.limit.requests.per.second", String.valueOf(PER_SECOND),
          "async.max.pending.bytes", "2000000000");

  private final int lanes;

  /**
   * @param lanes number of virtual keys that the tenant with the backlog spreads over
   */
  TenantsScenario(int lanes) {
    this.lanes = lanes;
  }

  /** A response and what is measured of it. */
  private record Answer(boolean behind, long calledAt, long waited) {}

  @Override
  public boolean run(PrintStream out) {
    Settings limits = Settings.ofLimits();
    int backlog = Options.number("backlog", 100_000) * limits.partitions();
    Settings settings =
        new Settings(
            backlog,
            2 * PER_SECOND,
            limits.latencyMillis(),
            limits.promptBytes(),
            limits.partitions());
    Behaviour behaviour =
        Behaviour.builder()
            .latency(Latency.logNormal(Duration.ofMillis(settings.latencyMillis()), 0.4))
            .recording(Behaviour.Recording.NONE)
            .build();
    try (Stand stand = new Stand(settings, behaviour, kind(settings, backlog));
        Deserializer<CompletionResponse> responses = stand.responses()) {
      out.println("  Logs are in " + stand.directory());
      List<Answer> answers = new ArrayList<>();
      stand.listen(record -> add(answers, record, responses, backlog));
      stand.startWorker(WORKER);
      long first = stand.awaitFirstCall();
      stand.publish(BEHIND);
      stand.watchUntil(first + READING.toMillis());
      int cold = (int) answers.stream().filter(Answer::behind).count();
      List<Long> coldWaits = waits(answers, 0);
      long published = System.currentTimeMillis();
      stand.publish(BEHIND);
      stand.watchUntil(published + 2 * WATCHED.toMillis());
      return report(out, stand, answers, cold, coldWaits, published);
    }
  }

  private static boolean report(
      PrintStream out,
      Stand stand,
      List<Answer> answers,
      int cold,
      List<Long> coldWaits,
      long published) {
    Percentiles during = new Percentiles(coldWaits);
    Percentiles after = new Percentiles(waits(answers, published));
    long calls = callsOfBacklog(answers, published);
    double rest = PER_SECOND * (double) WATCHED.toSeconds() - BEHIND;
    out.print(
        new Table()
            .row(
                "while the backlog is read",
                "%d called, p50 %d ms, p95 %d ms",
                cold,
                during.at(0.5),
                during.at(0.95))
            .row(
                "afterwards",
                "%d called, p50 %d ms, p95 %d ms",
                after.ascending().size(),
                after.at(0.5),
                after.at(0.95))
            .row(
                "the tenant ahead",
                "%,d calls in 10 s, %.1f %% of the rest",
                calls,
                100 * calls / rest)
            .row("outcomes", "%s", stand.tally));
    return after.ascending().size() == BEHIND
        && after.at(0.95) <= MOST_WAIT_MILLIS
        && calls >= LEAST_OF_THE_REST * rest
        && stand.tally.clean();
  }

  private LongFunction<CompletionRequest> kind(Settings settings, int backlog) {
    CompletionRequest request = Requests.request(Requests.words(settings.promptBytes()));
    return number -> {
      boolean behind = number >= backlog;
      String key = behind ? "behind" : "ahead-" + number / settings.partitions() % lanes;
      return CompletionRequest.newBuilder(request)
          .setUser(behind ? "behind" : "ahead")
          .setPortkey(PortkeyOptions.newBuilder().setVirtualKey(key).build())
          .build();
    };
  }

  private static void add(
      List<Answer> answers,
      ConsumerRecord<byte[], byte[]> record,
      Deserializer<CompletionResponse> responses,
      int backlog) {
    if (record.topic().equals(Rig.RESPONSES)) {
      CompletionResponse response = responses.deserialize(record.topic(), record.value());
      long number = Long.parseLong(response.getRequestId().substring("r-".length()));
      long called = response.getCallDetails().getCalledAt().toEpochMilli();
      long queued = response.getCallDetails().getQueuedAt().toEpochMilli();
      answers.add(new Answer(number >= backlog, called, called - queued));
    }
  }

  /** Waits of the tenant behind, of calls from this time on, in ascending order. */
  private static List<Long> waits(List<Answer> answers, long from) {
    return answers.stream()
        .filter(answer -> answer.behind && answer.calledAt >= from)
        .map(Answer::waited)
        .sorted()
        .toList();
  }

  private static long callsOfBacklog(List<Answer> answers, long from) {
    return answers.stream()
        .filter(answer -> !answer.behind)
        .filter(answer -> answer.calledAt >= from)
        .filter(answer -> answer.calledAt < from + WATCHED.toMillis())
        .count();
  }
}
