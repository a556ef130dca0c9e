// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench;

import io.completionworker.bench.process.LocalRegistry;
import io.completionworker.bench.process.Waiting;
import io.completionworker.bench.process.WorkerProcess;
import io.completionworker.demo.EmbeddedBroker;
import io.completionworker.serde.AvroSerde;
import io.completionworker.serde.AvroSerdes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/** All that a worker needs around it but the endpoint: broker, topics and registry. */
public final class Rig implements AutoCloseable {

  public static final String REQUESTS = "completion-requests";
  public static final String RESPONSES = "completion-responses";
  public static final String USAGE = "completion-usage";
  public static final String FAILURES = "completion-failures";
  public static final String DEAD_LETTERS = "completion-dead-letters";
  public static final String SPEND = "completion-spend";
  public static final String CONTROLS = "completion-controls";

  private static final List<String> TOPICS =
      List.of(
          REQUESTS,
          RESPONSES,
          USAGE,
          FAILURES,
          DEAD_LETTERS,
          "completion-chunks",
          "completion-usage-windows");

  /** Room for the largest record that the worker writes by default. */
  static final int MAX_RECORD_BYTES = 8_454_144;

  private static final Map<String, String> TOPIC =
      Map.of("max.message.bytes", String.valueOf(MAX_RECORD_BYTES));

  private final LocalRegistry registry = new LocalRegistry();
  private final EmbeddedBroker broker;
  private final Path directory;
  private final String gatewayUrl;
  private final Settings settings;
  private int workers;

  /**
   * Starts it all.
   *
   * @param directory for the workers' logs
   * @param gatewayUrl of the endpoint
   * @param brokerSettings over those of the embedded broker
   */
  public Rig(
      Settings settings, Path directory, String gatewayUrl, Map<String, String> brokerSettings) {
    this.settings = settings;
    this.directory = directory;
    this.gatewayUrl = gatewayUrl;
    broker = EmbeddedBroker.start(1, brokerSettings);
    TOPICS.forEach(topic -> broker.createTopic(topic, settings.partitions(), TOPIC));
    broker.createTopic(CONTROLS, 1, Map.of("cleanup.policy", "compact"));
    broker.createTopic(SPEND, 1, Map.of("cleanup.policy", "compact"));
    try (Admin admin = broker.admin()) {
      Waiting.until("the broker knows its topics", () -> {}, () -> knowsTopics(admin));
    }
  }

  /** It is told of them a moment after they were made, the later the more partitions they have. */
  private static boolean knowsTopics(Admin admin) {
    try {
      return admin.listTopics().names().get().containsAll(TOPICS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while topics were made", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the topics could not be listed", e.getCause());
    }
  }

  /** A directory for the logs of one run. */
  public static Path newDirectory() {
    try {
      return Files.createTempDirectory("completion-worker-bench");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts a worker with an empty state directory and one stream thread. The user's own settings
   * ({@code bench.worker.set}) win over all others.
   *
   * @param overrides over the settings that every measurement has
   */
  public WorkerProcess startWorker(Map<String, String> overrides) {
    Map<String, String> properties = new HashMap<>();
    properties.put("kafka.bootstrap.servers", broker.bootstrapServers());
    properties.put("kafka.num.stream.threads", "1");
    properties.put("kafka.replication.factor", "1");
    properties.put("schema.registry.url", registry.url());
    properties.put("gateway.url", gatewayUrl);
    properties.put("async.max.in.flight", String.valueOf(settings.inFlight()));
    properties.put(
        "async.max.pending.records", String.valueOf(Math.max(10_000, 2 * settings.inFlight())));
    properties.putAll(overrides);
    for (String setting : Options.words("worker.set", "")) {
      String[] pair = setting.split("=", 2);
      if (pair.length == 2) {
        properties.put(pair[0], pair[1]);
      }
    }
    try {
      Path own = Files.createDirectory(directory.resolve("worker-" + ++workers));
      return WorkerProcess.start(own, properties, jvmOptions());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The broker, with one node. */
  public EmbeddedBroker broker() {
    return broker;
  }

  /** For {@code schema.registry.url}. */
  public String registryUrl() {
    return registry.url();
  }

  /** Of the endpoint. */
  public String gatewayUrl() {
    return gatewayUrl;
  }

  /** Options of every JVM that is measured. */
  public static List<String> jvmOptions() {
    return List.of(Options.text("worker.options", "-Xmx1g").split(" "));
  }

  /**
   * Bytes of all partitions on disk but those of the requests: outputs, changelogs, offsets and
   * transactions. Without a cleaner, these are the bytes that were ever written.
   */
  public long writtenBytes() {
    try (Admin admin = broker.admin()) {
      return admin.describeLogDirs(List.of(0)).allDescriptions().get().values().stream()
          .flatMap(dirs -> dirs.values().stream())
          .flatMap(dir -> dir.replicaInfos().entrySet().stream())
          .filter(replica -> !replica.getKey().topic().equals(REQUESTS))
          .mapToLong(replica -> replica.getValue().size())
          .sum();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the logs were measured", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the logs could not be measured", e.getCause());
    }
  }

  /** Makes the serdes of the topics. */
  public AvroSerdes serdes() {
    return new AvroSerdes(Map.of("schema.registry.url", registry.url()), AvroSerde.class.getName());
  }

  @Override
  public void close() {
    broker.close();
    registry.close();
  }
}
