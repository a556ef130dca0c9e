// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.ErrorMix;
import io.completionworker.demo.endpoint.Latency;
import io.completionworker.demo.endpoint.SimulatedEndpoint;
import io.completionworker.demo.tally.ClosingTable;
import io.completionworker.demo.tally.Progress;
import io.completionworker.demo.tally.Tally;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.internals.Exit;

/**
 * The whole thing in one process: a broker, an endpoint, the worker, a few hundred requests and
 * what came of them. Exit code 0 only if every request has exactly one outcome.
 *
 * <p>One thread runs it; any other may stop it.
 */
public final class Demo {

  private static final String BOOTSTRAP_SERVERS = "kafka.bootstrap.servers";

  private static final Duration POLL = Duration.ofMillis(200);

  /** How long to look out for a second outcome after every request has its first. */
  private static final Duration AFTERMATH = Duration.ofSeconds(2);

  private static final Duration WINDOWS = Duration.ofSeconds(10);

  private static final int IN_FLIGHT = 24;

  /** Longer than a worker takes to end its open calls. */
  private static final Duration ENDING = Duration.ofSeconds(60);

  private final DemoSettings settings;
  private final WorkerUnderDemo worker;
  private final PrintStream out;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);

  Demo(DemoSettings settings, WorkerUnderDemo worker, PrintStream out) {
    this.settings = settings;
    this.worker = worker;
    this.out = out;
  }

  /** Exit codes: 0 every request has exactly one outcome, 1 not so, 2 wrong settings. */
  public static void main(String[] args) {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    int code;
    try {
      Demo demo = new Demo(DemoSettings.from(System.getProperties()), new ProductWorker(), out);
      // Kafka's own hook would delete the files of a broker that still runs; closing it does too.
      Exit.setShutdownHookAdder((name, hook) -> {});
      Runtime.getRuntime().addShutdownHook(new Thread(demo::stop, "demo-stop"));
      code = demo.run();
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      code = 2;
    }
    // Only then: Maven runs this in its own JVM and goes on when it returns.
    if (code != 0) {
      System.exit(code);
    }
  }

  /** Runs it all; 0 if every request has exactly one outcome, else 1. */
  int run() {
    out.println("Starting a broker" + (settings.simulated() ? " and an endpoint ..." : " ..."));
    try (EmbeddedBroker broker = EmbeddedBroker.start();
        SimulatedEndpoint endpoint = SimulatedEndpoint.start(realistic())) {
      DemoTopics.createOn(broker);
      return ask(workerSettings(broker, endpoint), endpoint);
    } finally {
      ended.countDown();
    }
  }

  /** Ends a run early, and returns when its worker, endpoint and broker are closed. */
  void stop() {
    stop.countDown();
    await(ended, ENDING);
  }

  @SuppressWarnings("try") // the worker only has to run
  private int ask(Map<String, String> config, SimulatedEndpoint endpoint) {
    List<CompletionRequest> requests = Prompts.read(settings.model());
    Tally tally = new Tally(requests.stream().map(CompletionRequest::getRequestId).toList());
    tellWhereToLook(config, tally.expected());
    try (OutcomeReader reader = new OutcomeReader(worker, config, tally);
        WorkerUnderDemo.Running running = worker.start(config)) {
      Duration took = answer(requests, config, reader, tally);
      int peak = settings.simulated() ? endpoint.peakOpen() : tally.peakOpenByUsage();
      lookForMore(reader);
      report(tally, reader, ClosingTable.of(tally, peak, took));
      keepUp(config);
    }
    return tally.faults().isEmpty() ? 0 : 1;
  }

  /** From the first request published to the last outcome read. */
  private Duration answer(
      List<CompletionRequest> requests,
      Map<String, String> config,
      OutcomeReader reader,
      Tally tally) {
    try (Progress progress = Progress.on(out, System.getenv(), tally.expected())) {
      long start = System.nanoTime();
      long patience = settings.patience().toNanos();
      publisher(config).publish(requests);
      while (tally.withOutcome() < tally.expected()
          && System.nanoTime() - start < patience
          && !stopped()) {
        reader.poll(POLL);
        progress.show(tally);
      }
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      waitForWindows(reader, tally);
      return took;
    }
  }

  /** The last window is still open when the last outcome has come. */
  private void waitForWindows(OutcomeReader reader, Tally tally) {
    long end = System.nanoTime() + WINDOWS.toNanos();
    while (tally.windows() > 0
        && tally.callsInWindows() < tally.usageRows()
        && System.nanoTime() - end < 0
        && !stopped()) {
      reader.poll(POLL);
    }
  }

  private RequestPublisher publisher(Map<String, String> config) {
    return new RequestPublisher(
        config.getOrDefault(BOOTSTRAP_SERVERS, ""),
        worker.valueSerde(CompletionRequest.class, config).serializer());
  }

  private void lookForMore(OutcomeReader reader) {
    long end = System.nanoTime() + AFTERMATH.toNanos();
    while (System.nanoTime() - end < 0 && !stopped()) {
      reader.poll(POLL);
    }
  }

  private Map<String, String> workerSettings(EmbeddedBroker broker, SimulatedEndpoint endpoint) {
    Map<String, String> config = new HashMap<>();
    config.put(BOOTSTRAP_SERVERS, broker.bootstrapServers());
    config.put("kafka.application.id", "completion-worker-demo");
    config.put("schema.registry.url", "mock://demo");
    config.put("usage.window.ms", "2000");
    config.put("async.max.in.flight", String.valueOf(IN_FLIGHT));
    config.put("management.port", String.valueOf(freePort()));
    config.put("gateway.url", endpoint.url().toString());
    config.put("gateway.api.key", "demo");
    if (settings.simulated()) {
      config.put("usage.prices.file", DemoPrices.file().toString());
    } else {
      config.remove("gateway.api.key");
      config.putAll(settings.gateway());
    }
    return Map.copyOf(config);
  }

  /** About 15 requests per second at most, one call in ten goes wrong. */
  private static Behaviour realistic() {
    return Behaviour.builder()
        .latency(Latency.logNormal(Duration.ofMillis(900), 0.5))
        .errors(new ErrorMix(0.03, 0.02, 0.02, 0.015, 0.015, Duration.ofMillis(800)))
        .rateLimit(60, Duration.ofSeconds(4))
        .recording(Behaviour.Recording.NONE)
        .seed(20)
        .build();
  }

  private void tellWhereToLook(Map<String, String> config, int count) {
    out.printf(
        """
        %d requests to %s
        Topics:  %s on %s
        Page:    http://127.0.0.1:%s/
        """,
        count,
        settings.simulated() ? "a simulated endpoint" : config.get("gateway.url"),
        "completion-*",
        config.get(BOOTSTRAP_SERVERS),
        config.get("management.port"));
  }

  private void report(Tally tally, OutcomeReader reader, String table) {
    reader
        .sample()
        .ifPresent(sample -> out.println("\nOne response with its headers:\n" + sample.json()));
    out.println();
    out.print(table);
    List<String> faults = tally.faults();
    out.println(
        faults.isEmpty()
            ? "  Every request has exactly one outcome."
            : "  Not every request has exactly one outcome:");
    faults.forEach(fault -> out.println("    " + fault));
  }

  private void keepUp(Map<String, String> config) {
    if (settings.keep().isZero()) {
      out.println(
          "  -Ddemo.keep.seconds=600 keeps the worker, its page and the broker up afterwards.");
      return;
    }
    out.printf(
        """
          All of it stays up for %d s; Ctrl-C ends it sooner.
            Page:    http://127.0.0.1:%s/
            Topics:  completion-* on %s, to read with --isolation-level read_committed
        """,
        settings.keep().toSeconds(), config.get("management.port"), config.get(BOOTSTRAP_SERVERS));
    await(stop, settings.keep());
    out.println("  Stopping ...");
  }

  private boolean stopped() {
    return stop.getCount() == 0;
  }

  private static void await(CountDownLatch latch, Duration longest) {
    try {
      var unused = latch.await(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
