// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.process;

import io.completionworker.CompletionWorker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The worker as its users run it: {@code run --config FILE}, in a JVM of its own. */
public final class WorkerProcess implements MeasuredProcess {

  private static final Pattern HEAP_BEFORE_COLLECTION = Pattern.compile(" (\\d+)M->");
  private static final String RESTORE_LOG =
      "org.apache.kafka.streams.processor.internals.StoreChangelogReader";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final JavaProcess process;
  private final Path collections;
  private final int port;
  private final long startedAt = System.nanoTime();

  private WorkerProcess(JavaProcess process, Path collections, int port) {
    this.process = process;
    this.collections = collections;
    this.port = port;
  }

  /**
   * Starts it; management port, log and state are its own.
   *
   * @param directory empty
   * @param options of the JVM
   */
  public static WorkerProcess start(
      Path directory, Map<String, String> settings, List<String> options) {
    int port = freePort();
    Properties properties = new Properties();
    properties.putAll(settings);
    properties.put("management.port", String.valueOf(port));
    properties.put("start.from", "earliest"); // backlogs are published first
    properties.put("kafka.state.dir", directory.resolve("state").toString());
    Path config = directory.resolve("worker.properties");
    Path logging = directory.resolve("logback.xml");
    Path collections = directory.resolve("gc.log");
    try (Writer writer = Files.newBufferedWriter(config)) {
      properties.store(writer, null);
      Files.writeString(logging, logging());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> all = new ArrayList<>(options);
    all.add("-Dlogback.configurationFile=" + logging);
    all.add("-Xlog:gc:file=" + collections);
    JavaProcess process =
        JavaProcess.start(
            directory.resolve("worker.log"),
            all,
            CompletionWorker.class.getName(),
            List.of("run", "--config", config.toString()));
    return new WorkerProcess(process, collections, port);
  }

  /** Waits until it says that it is ready, and how long that took from its start. */
  public Duration awaitReady() {
    Waiting.until("the worker is ready", process::checkAlive, this::ready);
    return Duration.ofNanos(System.nanoTime() - startedAt);
  }

  /**
   * Sum of a metric over the series whose labels contain a text.
   *
   * @param name as Prometheus has it
   */
  public double metric(String name, String labels) {
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .filter(line -> line.contains(labels))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** All its metrics in Prometheus' text format. */
  public String scrape() {
    return get("/metrics").body();
  }

  /** How long Kafka Streams read the changelogs, by its own log; zero when it read none. */
  public Duration restoring() {
    List<OffsetDateTime> times =
        process.output().stream()
            .filter(line -> line.contains("StoreChangelogReader"))
            .filter(line -> line.contains("End offset for") || line.contains("Finished restoring"))
            .map(line -> OffsetDateTime.parse(line.substring(0, line.indexOf(' '))))
            .sorted()
            .toList();
    return times.isEmpty()
        ? Duration.ZERO
        : Duration.between(times.get(0), times.get(times.size() - 1));
  }

  @Override
  public Duration cpu() {
    return process.cpu();
  }

  @Override
  public long peakResidentBytes() {
    return process.peakResidentBytes();
  }

  @Override
  public long residentBytes() {
    return process.residentBytes();
  }

  @Override
  public JvmProbe jvm() {
    return process.jvm();
  }

  /** Most heap in use before a collection, in bytes; 0 when there was none. */
  public long peakHeapBytes() {
    try {
      Matcher matcher = HEAP_BEFORE_COLLECTION.matcher(Files.readString(collections));
      return matcher.results().mapToLong(found -> Long.parseLong(found.group(1))).max().orElse(0)
          << 20;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void checkAlive() {
    process.checkAlive();
  }

  @Override
  public void stop() {
    process.stop();
  }

  @Override
  public void close() {
    process.close();
  }

  private boolean ready() {
    try {
      return get("/health/ready").statusCode() == 200;
    } catch (UncheckedIOException e) {
      return false; // not listening yet
    }
  }

  private HttpResponse<String> get(String path) {
    try {
      return http.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String logging() {
    return """
        <configuration>
          <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender">
            <encoder>
              <pattern>%%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %%-5level %%logger{0}: %%msg%%n</pattern>
            </encoder>
          </appender>
          <logger name="io.completionworker" level="INFO"/>
          <logger name="%s" level="INFO"/>
          <root level="WARN"><appender-ref ref="OUT"/></root>
        </configuration>
        """
        .formatted(RESTORE_LOG);
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
