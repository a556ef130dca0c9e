// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.limits;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.bench.Requests;
import io.completionworker.bench.Settings;
import io.completionworker.bench.Table;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.Latency;
import io.completionworker.demo.endpoint.limit.ProviderLimits;
import io.completionworker.demo.endpoint.limit.WindowCount;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A backlog that never ends against an endpoint that allows 600 requests and 300 000 tokens in each
 * minute of the clock. Time counts from the first call.
 */
final class BacklogScenario implements Scenario {

  private static final ProviderLimits LIMITS =
      ProviderLimits.requests(600, Duration.ofMinutes(1)).andTokens(300_000);
  private static final Map<String, String> CONFIGURED =
      Map.of(
          "rate.limit.requests.per.minute", "600",
          "rate.limit.tokens.per.minute", "300000");

  private final Mix mix;
  private final Map<String, String> workerSettings;
  private final int minutes;
  private final List<Step> steps;
  private final Promise promise;

  private BacklogScenario(
      Mix mix, Map<String, String> workerSettings, int minutes, List<Step> steps, Promise promise) {
    this.mix = mix;
    this.workerSettings = workerSettings;
    this.minutes = minutes;
    this.steps = steps;
    this.promise = promise;
  }

  /**
   * What is asked for.
   *
   * @param promptBytes of each prompt
   * @param allowed completion tokens
   * @param used completion tokens, on average
   */
  private record Mix(int promptBytes, int allowed, int used) {

    /** Some 260 tokens a request: of 600 requests and 300 000 tokens, the requests bind. */
    static final Mix SHORT = new Mix(400, 300, 150);

    /** Some 900 tokens a request: the tokens bind, at some 330 requests. */
    static final Mix LONG = new Mix(1_600, 1_000, 500);

    CompletionRequest request(long number) {
      String prompt = "Question %d: %s".formatted(number, Requests.words(promptBytes));
      return CompletionRequest.newBuilder(Requests.request(prompt)).setMaxTokens(allowed).build();
    }
  }

  /** Something that is done on the way. */
  private record Step(int second, Consumer<Stand> action) {}

  /**
   * What has to hold.
   *
   * @param leastPercent of the permitted work
   * @param mostPercent of the calls refused
   * @param fromMinute from which on refusals count
   */
  private record Promise(double leastPercent, double mostPercent, int fromMinute) {}

  static Scenario boundByRequests() {
    return new BacklogScenario(Mix.SHORT, CONFIGURED, 3, List.of(), new Promise(95, 1, 0));
  }

  static Scenario boundByTokens() {
    return new BacklogScenario(Mix.LONG, CONFIGURED, 3, List.of(), new Promise(95, 1, 0));
  }

  static Scenario twoInstances() {
    List<Step> steps =
        List.of(
            new Step(20, stand -> stand.startWorker(CONFIGURED)), new Step(120, Stand::killLast));
    return new BacklogScenario(Mix.SHORT, CONFIGURED, 4, steps, new Promise(90, 2, 0));
  }

  static Scenario headersOnly() {
    return new BacklogScenario(Mix.SHORT, Map.of(), 4, List.of(), new Promise(0, 2, 1));
  }

  @Override
  public boolean run(PrintStream out) {
    Settings settings = Settings.ofLimits();
    Behaviour behaviour =
        Behaviour.builder()
            .latency(Latency.logNormal(Duration.ofMillis(settings.latencyMillis()), 0.4))
            .limits(LIMITS)
            .answerTokens(mix.used)
            .recording(Behaviour.Recording.NONE)
            .build();
    try (Stand stand = new Stand(settings, behaviour, mix::request)) {
      out.println("  Logs are in " + stand.directory());
      stand.startWorker(workerSettings);
      long from = stand.awaitFirstCall();
      List<Calls> byMinute = watch(stand, from);
      long to = stand.cutOff();
      PermittedWork work = PermittedWork.of(LIMITS, stand.endpoint.windows(), from, to);
      Calls counted =
          stand
              .calls(window -> true)
              .since(promise.fromMinute == 0 ? Calls.NONE : byMinute.get(promise.fromMinute - 1));
      out.print(report(work, byMinute, counted, stand.tally));
      return 100 * work.share() >= promise.leastPercent
          && counted.percentLimited() < promise.mostPercent
          && stand.tally.clean();
    }
  }

  /** Calls up to the end of each minute. */
  private List<Calls> watch(Stand stand, long from) {
    Deque<Step> due = new ArrayDeque<>(steps);
    List<Calls> byMinute = new ArrayList<>();
    while (byMinute.size() < minutes) {
      stand.look();
      long second = (System.currentTimeMillis() - from) / 1_000;
      if (!due.isEmpty() && second >= due.peek().second) {
        due.remove().action.accept(stand);
      }
      if (second >= (byMinute.size() + 1) * 60L) {
        byMinute.add(stand.calls(window -> true));
      }
    }
    return byMinute;
  }

  private String report(PermittedWork work, List<Calls> byMinute, Calls counted, Tally tally) {
    Table table = new Table();
    for (PermittedWork.Part part : work.parts()) {
      WindowCount count = part.count();
      table.row(
          "window " + Instant.ofEpochMilli(count.start()),
          "%3.0f s: %,d admitted, %,d + %,d refused, %,d tokens: %.1f %%",
          part.covered() * 60,
          count.admitted(),
          count.overRequests(),
          count.overTokens(),
          count.tokens(),
          100 * part.share());
    }
    Calls before = Calls.NONE;
    for (int minute = 0; minute < byMinute.size(); minute++) {
      Calls calls = byMinute.get(minute).since(before);
      before = byMinute.get(minute);
      table.row("minute " + (minute + 1), "429: %.2f %%", calls.percentLimited());
    }
    return table
        .row("permitted work", "%.1f %% done", 100 * work.share())
        .row(
            "429",
            "%.2f %% of %,d calls%s",
            counted.percentLimited(),
            counted.admitted() + counted.limited(),
            promise.fromMinute == 0 ? "" : ", after minute " + promise.fromMinute)
        .row("outcomes", "%s", tally)
        .toString();
  }
}
