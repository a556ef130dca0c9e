// SPDX-License-Identifier: Apache-2.0
package io.completionworker.management.page;

import io.completionworker.completion.Wait;
import io.completionworker.config.ManagementConfig;
import io.completionworker.management.Health;
import io.completionworker.management.ManagementServer;
import io.completionworker.management.ManagementServer.Probes;
import io.completionworker.management.page.StatusPage.Instance;
import io.completionworker.metrics.history.History;
import io.completionworker.resilience.limit.LimitUse;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A management server with the page, over meters that the test moves. */
final class PageFixture implements AutoCloseable {

  /** Asks for a script to be run in more than one way. */
  static final String HOSTILE =
      "</td><img src=x onerror=\"window.broken=1\"><script>window.broken=1</script>\r\n"
          + "data: {}\u2028${1}'\"&lt;";

  final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  final AtomicInteger samples = new AtomicInteger();
  volatile List<String> reasons = List.of();
  volatile List<Wait> waits = List.of();
  volatile ControlReport controls = ControlReport.NONE;
  volatile List<LimitUse> limits = List.of();
  private final String id = UUID.randomUUID().toString();
  private final String name;
  private final List<String> peers;
  private final @Nullable URI docs;
  private final History history = History.start(registry);
  private ManagementServer server;

  /** One instance without peers and without a place for its documentation. */
  PageFixture() {
    this("worker-0", 0, List.of(), null);
  }

  /**
   * One of several instances.
   *
   * @param port 0 for any
   * @param peers as configured
   * @param docs where its documentation is, or null
   */
  PageFixture(String name, int port, List<String> peers, @Nullable URI docs) {
    this.name = name;
    this.peers = peers;
    this.docs = docs;
    this.server = serve(port);
  }

  int port() {
    return server.port();
  }

  String url() {
    return "http://127.0.0.1:" + port();
  }

  /** Ends the server. */
  void stop() {
    server.close();
  }

  /** Starts another. */
  void start(int port) {
    server = serve(port);
  }

  /** One more reader of the samples, until it is closed. */
  InputStream stream() throws IOException {
    return URI.create(url() + "/events").toURL().openStream();
  }

  /** Counts a bit of everything, for a model and a reason of this name. */
  void work(String name) {
    Timer.builder("completion.worker.attempts")
        .tag("outcome", "response")
        .publishPercentileHistogram()
        .register(registry)
        .record(Duration.ofMillis(700));
    count("completion.worker.outcomes", "outcome", "response");
    count("completion.worker.outcomes", "outcome", name);
    count("completion.worker.retries", "reason", name);
    count("completion.worker.holds", "reason", name);
    count("completion.worker.tokens", "type", "completion", "model", name);
    count("completion.worker.cost", "currency", name, "model", name);
  }

  /**
   * What is hardest to fit: long names, many rows, sums large and tiny, times above all buckets.
   */
  void workHard() {
    for (int i = 0; i < 30; i++) {
      String model =
          i == 0 ? "gpt-4o" : "accounts/fireworks/models/" + "llama-v3-instruct-".repeat(i);
      add(12_345_678 - i, "completion.worker.tokens", "type", "completion", "model", model);
      add(987_654_321, "completion.worker.tokens", "type", "prompt", "model", model);
      if (i < 25) {
        double cost = i == 0 ? 0.0014 : i == 1 ? 0.0000014 : 12345.678901;
        add(cost, "completion.worker.cost", "currency", "USD", "model", model);
      }
      String reason = "A_REASON_WITH_A_LONG_NAME_" + i;
      add(1_234_567, "completion.worker.outcomes", "outcome", reason);
      add(7_654_321, "completion.worker.retries", "reason", reason);
      add(1_234_567, "completion.worker.holds", "reason", reason);
      gauge(10_000_000, "completion.worker.waiting", "for", "permit of " + model);
    }
    limits =
        IntStream.range(0, 25)
            .mapToObj(
                i ->
                    new LimitUse(
                        "credential 3f9a1c22b7d0e451, model " + "llama-v3-instruct-".repeat(i),
                        "output tokens per minute",
                        99_999_999_999.0,
                        1.0 / 3,
                        i % 2 == 0 ? null : 33_333_333_333.0,
                        "rate.limit.override.a-long-name.output.tokens.per.minute"))
            .toList();
    gauge(123_456_789, "completion.worker.lag");
    add(3_333_333, "completion.worker.outcomes", "outcome", "response");
    gauge(200_000, "completion.worker.in.flight");
    gauge(10_000_000, "completion.worker.pending.records");
    gauge(1 << 30, "completion.worker.pending.bytes");
    gauge(8_999_999, "completion.worker.parked.records");
    gauge(1.0 / 3, "completion.worker.limit.share");
    gauge(172_799, "completion.worker.queue.age");
    for (String timer : List.of("attempts", "request.duration")) {
      Timer.builder("completion.worker." + timer)
          .tag("outcome", "response")
          .serviceLevelObjectives(Duration.ofSeconds(1), Duration.ofMinutes(59))
          .register(registry)
          .record(Duration.ofHours(2));
    }
  }

  private void count(String meter, String... tags) {
    add(5, meter, tags);
  }

  private void add(double amount, String meter, String... tags) {
    Counter.builder(meter).tags(tags).register(registry).increment(amount);
  }

  private void gauge(double value, String meter, String... tags) {
    Gauge.builder(meter, () -> value).tags(tags).register(registry);
  }

  private ManagementServer serve(int port) {
    return ManagementServer.start(
        config(port),
        new Probes(() -> Health.UP, () -> Health.UP, () -> Health.UP),
        registry::scrape,
        id -> CompletableFuture.completedFuture(Optional.empty()),
        Optional.of(vertx -> StatusPage.of(vertx, history, config(port), this::instance)));
  }

  private ManagementConfig config(int port) {
    return new ManagementConfig("127.0.0.1", port, true, peers, docs);
  }

  private Instance instance() {
    samples.incrementAndGet();
    return new Instance(
        id,
        name,
        "api.example",
        "group",
        "RUNNING",
        reasons.isEmpty(),
        reasons,
        waits,
        controls,
        limits,
        3,
        8,
        240_000,
        "1.2.3",
        Instant.now());
  }

  @Override
  public void close() {
    history.close();
    server.close();
  }
}
