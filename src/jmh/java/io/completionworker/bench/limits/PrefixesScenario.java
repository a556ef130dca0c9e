// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.limits;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.Message;
import io.completionworker.bench.CommittedRecords;
import io.completionworker.bench.Options;
import io.completionworker.bench.Rig;
import io.completionworker.bench.Settings;
import io.completionworker.bench.Table;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.Latency;
import io.completionworker.demo.endpoint.PromptCache;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * 10 000 requests ({@code bench.backlog}) with 20 system messages ({@code bench.prefixes}) of some
 * 1 500 tokens, at an endpoint whose prompt cache has a message from when the first call with it is
 * answered. Once as they are called today and once in the order of the prompt cache, each with the
 * requests shuffled and sorted by their system messages.
 */
final class PrefixesScenario implements Scenario {

  private static final int PREFIXES = Options.number("prefixes", 20);
  private static final double LEAST_CACHED = 95;
  private static final double MOST_OF_TODAY = 110;
  private static final long PATIENCE_MILLIS = 240_000;
  private static final long SEED = 7;

  private static final List<List<Message>> SYSTEM =
      IntStream.range(0, PREFIXES)
          .mapToObj(number -> "Rule %d: be brief and kind, and say why. ".formatted(number))
          .map(rule -> List.of(message("system", rule.repeat(150))))
          .toList();

  /**
   * What came out of one run.
   *
   * @param cached percentage of the prefix tokens that were cached
   * @param millis from the first call to the last outcome
   * @param told whether the usage rows say the same
   */
  private record Result(double cached, long millis, boolean told, String outcomes, boolean clean) {}

  @Override
  public boolean run(PrintStream out) {
    boolean shuffled = inOrder(out, "shuffled", true);
    boolean sorted = inOrder(out, "sorted", false);
    return shuffled && sorted;
  }

  private static boolean inOrder(PrintStream out, String name, boolean shuffled) {
    Result today = run(shuffled, false);
    Result ordered = run(shuffled, true);
    double ofToday = 100.0 * ordered.millis / Math.max(1, today.millis);
    out.print(
        new Table()
            .row(name + ", today", "%.1f %% of prefix tokens cached", today.cached)
            .row("", "%.1f s, %s", today.millis / 1e3, today.outcomes)
            .row(name + ", in order", "%.1f %% of prefix tokens cached", ordered.cached)
            .row("", "%.1f s, %.1f %% of today's", ordered.millis / 1e3, ofToday)
            .row("", "%s", ordered.outcomes));
    return ordered.cached >= LEAST_CACHED
        && ofToday <= MOST_OF_TODAY
        && today.clean
        && ordered.clean
        && ordered.told;
  }

  private static Result run(boolean shuffled, boolean ordered) {
    Settings limits = Settings.ofLimits();
    int records = Options.number("backlog", 10_000);
    Settings settings =
        new Settings(records, limits.inFlight(), limits.latencyMillis(), 0, limits.partitions());
    Latency latency = Latency.logNormal(Duration.ofMillis(settings.latencyMillis()), 0.4);
    PromptCache cache = new PromptCache(latency, new Random(SEED));
    Behaviour behaviour =
        Behaviour.builder().respondWith(cache).recording(Behaviour.Recording.NONE).build();
    try (Stand stand = new Stand(settings, behaviour, kind(records, shuffled));
        CommittedRecords rows = stand.read(Rig.USAGE);
        Deserializer<CompletionUsage> usage = stand.usage()) {
      long[] told = {0, 0}; // rows, and their cached tokens
      stand.startWorker(Map.of("prompt.cache.order", String.valueOf(ordered)));
      long began = stand.awaitFirstCall();
      while (stand.tally.responses() + stand.tally.failures() < records
          && System.currentTimeMillis() < began + PATIENCE_MILLIS) {
        stand.look();
      }
      long took = System.currentTimeMillis() - began;
      while (told[0] < records && System.currentTimeMillis() < began + PATIENCE_MILLIS) {
        rows.poll(
            record -> {
              told[0]++;
              told[1] += usage.deserialize(record.topic(), record.value()).getCachedTokens();
            });
      }
      double cached = 100.0 * cache.cachedTokens() / Math.max(1, cache.sharedTokens());
      boolean same = told[1] == cache.cachedTokens();
      boolean clean = stand.tally.clean() && stand.tally.responses() == records;
      return new Result(cached, took, same, stand.tally.toString(), clean);
    }
  }

  private static LongFunction<CompletionRequest> kind(int records, boolean shuffled) {
    List<Integer> prefixes = new ArrayList<>();
    for (int i = 0; i < records; i++) {
      prefixes.add((int) ((long) i * PREFIXES / records));
    }
    if (shuffled) {
      Collections.shuffle(prefixes, new Random(SEED));
    }
    return number -> {
      List<Message> messages = new ArrayList<>(SYSTEM.get(prefixes.get((int) number)));
      messages.add(message("user", "Question " + number));
      return CompletionRequest.newBuilder().setModel("gpt-4o-mini").setMessages(messages).build();
    };
  }

  private static Message message(String role, String text) {
    return Message.newBuilder().setRole(role).setContent(text).build();
  }
}
