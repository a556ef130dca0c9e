package io.completionworker.bench;

import io.completionworker.bench.process.EndpointProcess;
import io.completionworker.bench.process.LocalRegistry;
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

/** All that a worker needs around it: broker, topics, registry and endpoint. */
final class Rig implements AutoCloseable {

  static final String REQUESTS = "completion-requests";
  static final String RESPONSES = "completion-responses";
  static final String USAGE = "completion-usage";
  static final String FAILURES = "completion-failures";
  static final String DEAD_LETTERS = "completion-dead-letters";

  private static final List<String> TOPICS =
      List.of(REQUESTS, RESPONSES, USAGE, FAILURES, DEAD_LETTERS);

  /** Room for the largest record that the worker writes by default. */
  private static final Map<String, String> TOPIC = Map.of("max.message.bytes", "8454144");

  private final LocalRegistry registry = new LocalRegistry();
  private final EmbeddedBroker broker;
  private final EndpointProcess endpoint;
  private final Path directory;
  private final Settings settings;
  private int workers;

  /**
   * Starts it all.
   *
   * @param brokerSettings over those of the embedded broker
   */
  Rig(Settings settings, Map<String, String> brokerSettings) {
    this.settings = settings;
    try {
      directory = Files.createTempDirectory("completion-worker-bench");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    endpoint = EndpointProcess.start(directory, settings.latencyMillis());
    broker = EmbeddedBroker.start(1, brokerSettings);
    TOPICS.forEach(topic -> broker.createTopic(topic, settings.partitions(), TOPIC));
  }

  /**
   * Starts a worker with an empty state directory and one stream thread.
   *
   * @param overrides over the settings that every measurement has
   */
  WorkerProcess startWorker(Map<String, String> overrides) {
    Map<String, String> properties = new HashMap<>();
    properties.put("kafka.bootstrap.servers", broker.bootstrapServers());
    properties.put("kafka.num.stream.threads", "1");
    properties.put("kafka.replication.factor", "1");
    properties.put("schema.registry.url", registry.url());
    properties.put("gateway.url", endpoint.url());
    properties.put("async.max.in.flight", String.valueOf(settings.inFlight()));
    properties.put("async.max.pending.records", "10000");
    properties.putAll(overrides);
    try {
      Path own = Files.createDirectory(directory.resolve("worker-" + ++workers));
      return WorkerProcess.start(own, properties, jvmOptions());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  EmbeddedBroker broker() {
    return broker;
  }

  EndpointProcess endpoint() {
    return endpoint;
  }

  /** Logs of the processes are here. */
  Path directory() {
    return directory;
  }

  AvroSerdes serdes() {
    return new AvroSerdes(Map.of("schema.registry.url", registry.url()), AvroSerde.class.getName());
  }

  @Override
  public void close() {
    endpoint.close();
    broker.close();
    registry.close();
  }

  private static List<String> jvmOptions() {
    return List.of(System.getProperty("bench.worker.options", "-Xmx1g").split(" "));
  }
}
