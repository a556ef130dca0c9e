// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.limits;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.bench.Percentiles;
import io.completionworker.bench.Requests;
import io.completionworker.bench.Rig;
import io.completionworker.bench.Settings;
import io.completionworker.bench.Table;
import io.completionworker.demo.endpoint.Behaviour;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * The capacity of the cheap tier comes and goes, and then stays away for longer than the deadlines.
 * Of nine requests, four have time, one has none, and four name the default tier. The same requests
 * are called without tiers first, for a shorter time.
 */
final class TiersScenario implements Scenario {

  private static final int PATIENT = 4;
  private static final int URGENT = 1;
  private static final int NAMED = 4;
  private static final int ALL = PATIENT + URGENT + NAMED;
  private static final long BETWEEN_MILLIS = 100;
  private static final long SLACK_MILLIS = 45_000;
  private static final long NO_SLACK_MILLIS = 4_000;
  private static final long PLAIN_MILLIS = 30_000;
  private static final long WATCHED_MILLIS = 122_000;
  private static final long CYCLES_MILLIS = 72_000;
  private static final double LEAST_CHEAP = 95;
  private static final double LEAST_RATE = 99;

  private static final Map<String, String> PLAIN = Map.of("async.max.in.flight", "600");
  private static final Map<String, String> TIERS =
      Map.of("async.max.in.flight", "600", "tier.order", "flex,default");

  /** A response, with what is measured of it. */
  private record Answer(
      int kind, String tier, long tokens, long queuedAt, long tookMillis, int attempts) {

    boolean late() {
      return tookMillis > (kind < PATIENT ? SLACK_MILLIS : NO_SLACK_MILLIS);
    }
  }

  /** What became of the requests of one run. */
  private record Run(
      List<Answer> answers, Tally tally, TieredEndpoint endpoint, long begin, long published) {

    List<Answer> of(Predicate<Answer> which) {
      return answers.stream().filter(which).toList();
    }

    List<Answer> named() {
      return of(answer -> answer.kind >= PATIENT + URGENT && answer.kind < ALL);
    }

    long missed() {
      return of(answer -> answer.kind < PATIENT + URGENT && answer.late()).size();
    }
  }

  @Override
  public boolean run(PrintStream out) {
    Run plain = run(out, PLAIN, PLAIN_MILLIS);
    Run tiered = run(out, TIERS, WATCHED_MILLIS);
    List<Answer> slack =
        tiered.of(
            answer ->
                answer.kind < PATIENT
                    && answer.queuedAt < tiered.begin + CYCLES_MILLIS - NO_SLACK_MILLIS);
    long all = slack.stream().mapToLong(Answer::tokens).sum();
    long cheap =
        slack.stream().filter(one -> one.tier.equals("flex")).mapToLong(Answer::tokens).sum();
    double share = 100.0 * cheap / Math.max(1, all);
    List<Answer> stranded =
        tiered.of(
            answer -> answer.kind < PATIENT && answer.queuedAt >= tiered.begin + CYCLES_MILLIS);
    long fellBack = stranded.stream().filter(one -> !one.tier.equals("flex")).count();
    double rate =
        100.0
            * tiered.named().size()
            * PLAIN_MILLIS
            / WATCHED_MILLIS
            / Math.max(1, plain.named().size());
    out.print(
        new Table()
            .row("at the flex price", "%.1f %% of %,d tokens with time", share, all)
            .row("without capacity", "%,d of %,d fell back", fellBack, stranded.size())
            .row("deadlines missed", "%d; without tiers %d", tiered.missed(), plain.missed())
            .row("refused", "%s; default %s", tiered.endpoint.flex(), tiered.endpoint.standard())
            .row("called twice", "%d", tiered.of(one -> one.attempts > 1).size())
            .row("default tier named", "%.1f %% of the rate without tiers", rate)
            .row("  took", "%s; without tiers %s", took(tiered), took(plain))
            .row("outcomes", "%s of %,d", tiered.tally, tiered.published));
    return share >= LEAST_CHEAP
        && tiered.missed() <= plain.missed()
        && rate >= LEAST_RATE
        && tiered.tally.clean()
        && tiered.tally.responses() == tiered.published;
  }

  private static String took(Run run) {
    Percentiles took =
        new Percentiles(run.named().stream().map(Answer::tookMillis).sorted().toList());
    return "p50 %d ms, p99 %d ms".formatted(took.at(0.5), took.at(0.99));
  }

  private static Run run(PrintStream out, Map<String, String> worker, long millis) {
    Settings limits = Settings.ofLimits();
    Settings settings =
        new Settings(0, 600, limits.latencyMillis(), limits.promptBytes(), limits.partitions());
    TieredEndpoint endpoint = new TieredEndpoint(limits.latencyMillis());
    Behaviour behaviour =
        Behaviour.builder()
            .respondWith(endpoint::reply)
            .recording(Behaviour.Recording.NONE)
            .build();
    List<Answer> answers = new ArrayList<>();
    try (Stand stand = new Stand(settings, behaviour, kinds(limits.promptBytes()));
        Deserializer<CompletionResponse> responses = stand.responses()) {
      out.println("  Logs are in " + stand.directory());
      stand.listen(record -> add(answers, record, responses));
      stand.startWorker(worker);
      stand.publish(ALL);
      stand.awaitFirstCall();
      long begin = System.currentTimeMillis();
      endpoint.begin(begin);
      long published = ALL;
      while (System.currentTimeMillis() < begin + millis) {
        stand.publish(ALL);
        published += ALL;
        stand.watchUntil(begin + published / ALL * BETWEEN_MILLIS);
      }
      long end = System.currentTimeMillis() + SLACK_MILLIS;
      while (stand.tally.responses() + stand.tally.failures() < published
          && System.currentTimeMillis() < end) {
        stand.look();
      }
      return new Run(answers, stand.tally, endpoint, begin, published);
    }
  }

  private static LongFunction<CompletionRequest> kinds(int promptBytes) {
    CompletionRequest plain = Requests.request(Requests.words(promptBytes));
    return number -> {
      int kind = number < ALL ? ALL - 1 : (int) (number % ALL); // the first ones start the worker
      CompletionRequest.Builder request = CompletionRequest.newBuilder(plain);
      if (kind < PATIENT) {
        request.setDeadlineMs(SLACK_MILLIS);
      } else if (kind < PATIENT + URGENT) {
        request.setDeadlineMs(NO_SLACK_MILLIS);
      } else {
        request.setServiceTier("default");
      }
      return request.build();
    };
  }

  private static void add(
      List<Answer> answers,
      ConsumerRecord<byte[], byte[]> record,
      Deserializer<CompletionResponse> responses) {
    if (record.topic().equals(Rig.RESPONSES)) {
      CompletionResponse response = responses.deserialize(record.topic(), record.value());
      long number = Long.parseLong(response.getRequestId().substring("r-".length()));
      long queued = response.getCallDetails().getQueuedAt().toEpochMilli();
      answers.add(
          new Answer(
              number < ALL ? ALL : (int) (number % ALL),
              String.valueOf(response.getServiceTier()),
              response.getUsage().getTotalTokens(),
              queued,
              response.getCallDetails().getCompletedAt().toEpochMilli() - queued,
              response.getCallDetails().getAttempts()));
    }
  }
}
