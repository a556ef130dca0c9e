// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.PortkeyOptions;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.ErrorMix;
import io.completionworker.demo.endpoint.Latency;
import io.completionworker.deploy.Expressions;
import io.completionworker.deploy.Expressions.Expression;
import io.completionworker.deploy.Tool;
import io.completionworker.secrets.SearchedWorker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dashboard and alerts, asked of a Prometheus that scrapes a worker under load and faults. */
@Tag("long")
class PrometheusIT {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final String EMPTY_KEY = "vk-empty";

  private static final Behaviour FAULTY =
      Behaviour.builder()
          .latency(Latency.logNormal(Duration.ofMillis(100), 0.5))
          .errors(new ErrorMix(0.05, 0.05, 0.05, 0.02, 0.02, Duration.ofMillis(10)))
          .recording(Behaviour.Recording.NONE)
          .build();

  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("fairness.by", "user"),
          Map.entry("cache.ttl.ms", "1"),
          Map.entry("prompt.cache.order", "true"),
          Map.entry("prompt.cache.min.tokens", "1"),
          Map.entry("tier.order", "flex,default"),
          Map.entry("tier.patience.ms", "1"), // so that some leave the first tier
          Map.entry("budget.all.amount", "1000000"),
          Map.entry("budgets.unpriced", "allow"),
          Map.entry("usage.prices.file", Path.of("deploy", "prices.example.json").toString()),
          Map.entry("rate.limit.requests.per.second", "500"),
          Map.entry("rate.limit.tokens.per.minute", "10000000"),
          Map.entry("usage.window.ms", "2000"),
          Map.entry("usage.window.grace.ms", "0"));

  @Test
  void shouldHaveDataForEveryQueryOfTheDashboardAndEveryAlert(@TempDir Path directory) {
    Tool prometheus = Tool.orSkip("prometheus", "no query of the dashboard is tried");
    try (Stand stand = stand();
        SearchedWorker worker = stand.start(SETTINGS);
        PrometheusServer server =
            PrometheusServer.start(prometheus, directory, worker.managementPort())) {
      stand.endpoint.exhaust(EMPTY_KEY);
      await().atMost(PATIENCE).until(server::ready);
      List<Expression> missing = new ArrayList<>(Expressions.all());
      int[] round = {0};
      try {
        await()
            .atMost(PATIENCE)
            .pollInterval(LOOK)
            .until(
                () -> {
                  load(stand, round[0]++);
                  missing.removeIf(expression -> server.hasData(expression.askable()));
                  return missing.isEmpty();
                });
      } catch (ConditionTimeoutException e) {
        assertThat(missing).as("queries without data").isEmpty();
      }
      assertThat(server.query("ALERTS{alertname=\"CompletionWorkerDeadLetters\"}"))
          .as("an alert that has to fire")
          .isNotEmpty();
    }
  }

  private static Stand stand() {
    Stand stand = new Stand(FAULTY, 3);
    stand.broker.createTopic("completion-spend", 1, Map.of("cleanup.policy", "compact"));
    return stand;
  }

  /** A little of everything: answers, streams, faults of all kinds, and a key that is empty. */
  private static void load(Stand stand, int round) {
    int from = round * 50;
    stand.publish(from, from + 50, 50, PrometheusIT::request);
    stand.publishRaw("k", "not Avro".getBytes(StandardCharsets.UTF_8));
  }

  private static CompletionRequest request(int number) {
    CompletionRequest.Builder request = CompletionRequest.newBuilder(Stand.request("r-" + number));
    switch (number % 10) {
      case 0 -> request.setStream(true);
      case 1 -> request.setModel("nobody-knows-its-price");
      case 2 -> request.setTemperature(9.0);
      case 3 -> request.setPortkey(PortkeyOptions.newBuilder().setVirtualKey(EMPTY_KEY).build());
      default -> {}
    }
    return request.build();
  }
}
