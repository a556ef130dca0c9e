// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.RecordedCall;
import io.completionworker.demo.endpoint.Reply;
import io.completionworker.metrics.MeterSpec;
import io.completionworker.secrets.SearchedWorker;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The table of meters and a worker that has seen everything have the same meters. */
class MetricsIT {

  private static final Duration LONG = Duration.ofMinutes(1);
  private static final String PRICES =
      """
      {
        "header": {"source": "a test", "as_of": "2026-01-01", "currency": "EUR"},
        "prices": [{"model": "gpt-4o-mini*", "input": 0.1, "output": 0.2}]
      }
      """;

  private final AtomicBoolean refused = new AtomicBoolean();
  private final Stand stand = new Stand(Behaviour.builder().respondWith(this::reply).build(), 2);
  private final Outcomes outcomes = new Outcomes(stand);

  @AfterEach
  void close() {
    outcomes.close();
    stand.close();
  }

  private Reply reply(RecordedCall call) {
    if (call.body().contains("refuse me once") && !refused.getAndSet(true)) {
      return Reply.error(401, "invalid_request_error", "invalid_api_key", "no");
    }
    return call.body().contains("break") ? Reply.serverError() : Reply.completion();
  }

  private static CompletionRequest request(int number) {
    CompletionRequest.Builder request =
        CompletionRequest.newBuilder(Stand.request("r-" + number)).setStream(number == 1);
    switch (number) {
      case 2 -> request.setModel("unpriced");
      case 3 -> request.setMessages(Stand.request("break").getMessages());
      case 4 -> request.setMessages(Stand.request("refuse me once").getMessages());
      case 5 -> request.setDeadlineMs(60_000L); // no time for the first tier
      default -> {}
    }
    return request.build();
  }

  private Map<String, String> settings() throws IOException {
    Path prices = Files.writeString(stand.directory.resolve("prices.json"), PRICES);
    Map<String, String> settings = new HashMap<>();
    settings.put("usage.prices.file", prices.toString());
    settings.put("usage.window.ms", "1000");
    settings.put("hold.probe.initial.ms", "100");
    settings.put("retry.max.attempts", "2");
    settings.put("retry.initial.backoff.ms", "10");
    settings.put("retry.max.backoff.ms", "10");
    settings.put("rate.limit.requests.per.minute", "60000");
    settings.put("rate.limit.tokens.per.minute", "60000000");
    settings.put("rate.limit.max.in.flight", "100");
    settings.put("fairness.by", "user");
    settings.put("cache.ttl.ms", "60000");
    settings.put("prompt.cache.order", "true");
    settings.put("prompt.cache.min.tokens", "1");
    settings.put("tier.order", "flex,default");
    settings.put("budget.all.amount", "1000");
    settings.put("budgets.unpriced", "allow");
    return settings;
  }

  @Test
  void shouldHaveEveryMeterOfTheTableWithItsTagsAndNoOther() throws Exception {
    stand.broker.createTopic("completion-spend", 1, Map.of("cleanup.policy", "compact"));
    stand.publish(0, 20, 5, MetricsIT::request);
    stand.publishRaw("k", new byte[] {1});
    try (SearchedWorker worker = stand.start(settings())) {
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == 20);
      await()
          .atMost(LONG)
          .untilAsserted(
              () -> assertThat(named(worker)).containsExactlyInAnyOrderElementsOf(names()));
      for (Meter meter : worker.meters().getMeters()) {
        if (isOurs(meter)) {
          MeterSpec spec = spec(meter.getId().getName());
          assertThat(meter.getId().getTags())
              .as(spec.name())
              .extracting(Tag::getKey)
              .containsExactlyInAnyOrderElementsOf(
                  spec.tags().stream().map(MeterSpec.TagSpec::key).toList());
        }
      }
      shouldServeThemInPrometheusForm(worker.managementPort());
    }
  }

  private static void shouldServeThemInPrometheusForm(int port) throws Exception {
    String scrape = scrape(port);
    for (MeterSpec meter : table()) {
      List<String> forms =
          switch (meter.kind()) {
            case GAUGE, COUNTER -> List.of("");
            case TIMER, HISTOGRAM -> List.of("_count", "_sum", "_max", "_bucket");
          };
      for (String form : forms) {
        assertThat(scrape).containsPattern("(?m)^" + meter.prometheusName() + form + "[{ ]");
      }
      assertThat(scrape.lines().filter(line -> line.startsWith(meter.prometheusName() + "_bucket")))
          .as("buckets of %s, and one for the rest", meter.name())
          .size()
          .satisfies(
              lines ->
                  assertThat(lines % (meter.buckets().isEmpty() ? 1 : meter.buckets().size() + 1))
                      .isZero());
    }
    assertThat(scrape)
        .containsPattern("(?m)^completion_worker_ready(\\{\\})? 1")
        .containsPattern("(?m)^completion_worker_waiting\\{for=\"cool-down\"\\} 0")
        .containsPattern("(?m)^completion_worker_chunks_total [1-9]")
        .containsPattern(
            "(?m)^resilience4j_ratelimiter_available_permissions\\{name=\"worker"
                + " requests.per.minute\"\\} ")
        .containsPattern(
            "(?m)^resilience4j_circuitbreaker_state\\{name=\"[0-9a-f]+\",state=\"closed\"\\} 1")
        .containsPattern(
            "(?m)^resilience4j_retry_calls_total\\{kind=\"successful_without_retry\",name=\"attempts\"\\}"
                + " [1-9]")
        .containsPattern("(?m)^jvm_memory_used_bytes\\{")
        .containsPattern("(?m)^process_cpu_usage ")
        .containsPattern("(?m)^kafka_stream_");
  }

  private static String scrape(int port) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @Test
  void shouldServeOnlyTheMetersOfKafkaThatAreAskedFor() throws Exception {
    stand.publish(0, 5, 5);
    Map<String, String> settings =
        Map.of("metrics.kafka", "kafka.consumer.fetch.manager.records.lag*,kafka.stream.thread.*");
    try (SearchedWorker worker = stand.start(settings)) {
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == 5);
      await().atMost(LONG).until(() -> scrape(worker.managementPort()).contains("records_lag"));

      assertThat(scrape(worker.managementPort()).lines().filter(line -> line.startsWith("kafka_")))
          .allMatch(
              line ->
                  line.startsWith("kafka_consumer_fetch_manager_records_lag")
                      || line.startsWith("kafka_stream_thread_"));
    }
  }

  private static List<MeterSpec> table() {
    return MeterSpec.all();
  }

  private static List<String> names() {
    return table().stream().map(MeterSpec::name).toList();
  }

  private static MeterSpec spec(String name) {
    return table().stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
  }

  private static boolean isOurs(Meter meter) {
    String name = meter.getId().getName();
    return name.startsWith("completion.") || name.startsWith("gen_ai.");
  }

  private static Set<String> named(SearchedWorker worker) {
    return worker.meters().getMeters().stream()
        .filter(MetricsIT::isOurs)
        .map(meter -> meter.getId().getName())
        .collect(Collectors.toSet());
  }
}
