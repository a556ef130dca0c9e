// SPDX-License-Identifier: Apache-2.0
package io.completionworker.container;

import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.SimulatedEndpoint;
import io.completionworker.secrets.Canaries;
import io.completionworker.secrets.SearchedWorker;
import io.completionworker.secrets.SecretSearch;
import io.completionworker.serde.AvroSerde;
import io.completionworker.serde.AvroSerdes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.lifecycle.Startables;

/**
 * Broker, registry and gateway in containers; a proxy before the gateway, and behind it one more,
 * which lets the gateway in to the server that stands for its provider.
 */
final class ContainerStand implements AutoCloseable {

  static final String REQUESTS = "completion-requests";
  static final String RESPONSES = "completion-responses";
  static final String USAGE = "completion-usage";
  static final String FAILURES = "completion-failures";
  static final String DEAD_LETTERS = "completion-dead-letters";
  private static final String CONTROLS = "completion-controls";

  static final String API_KEY = Canaries.PLANTED + "api-key";
  static final int PARTITIONS = 3;

  private static final List<String> TOPICS =
      List.of(
          REQUESTS,
          RESPONSES,
          USAGE,
          FAILURES,
          DEAD_LETTERS,
          "completion-chunks",
          "completion-usage-windows");

  /** One of the few private hosts that the gateway calls. */
  private static final String HOST = "host.docker.internal";

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final SecretSearch search = SecretSearch.begin();
  final SimulatedEndpoint provider;
  final RecordingProxy proxy;
  private final RecordingProxy door;
  private final KafkaContainer kafka = new KafkaContainer(Images.kafka());
  private final GenericContainer<?> registry = new GenericContainer<>(Images.schemaRegistry());
  private final GenericContainer<?> gateway = new GenericContainer<>(Images.gateway());

  private ContainerStand(Behaviour behaviour) {
    provider = SimulatedEndpoint.start(behaviour);
    // the simulated endpoint plays a gateway; here it is a provider, which knows no such headers
    door =
        new RecordingProxy(
            new InetSocketAddress(0),
            () -> origin(provider.url()),
            header -> header.startsWith("x-portkey-"));
    proxy =
        new RecordingProxy(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            () -> URI.create("http://" + gateway.getHost() + ":" + gateway.getMappedPort(8787)),
            header -> false);
  }

  /** Starts everything but a worker; leaves nothing behind when it cannot. */
  static ContainerStand start(Behaviour behaviour) {
    ContainerStand stand = new ContainerStand(behaviour);
    try {
      stand.startContainers();
      stand.createTopics();
      return stand;
    } catch (RuntimeException e) {
      stand.close();
      throw e;
    }
  }

  private void startContainers() {
    kafka.withEnv("KAFKA_HEAP_OPTS", "-Xmx400m").withStartupTimeout(PATIENCE);
    registry
        .withExposedPorts(8080)
        .waitingFor(Wait.forHttp("/apis/ccompat/v7/subjects").withStartupTimeout(PATIENCE));
    gateway
        .withExposedPorts(8787)
        .withExtraHost(HOST, "host-gateway")
        .waitingFor(Wait.forHttp("/").withStartupTimeout(PATIENCE));
    Startables.deepStart(kafka, registry, gateway).join();
  }

  String bootstrapServers() {
    return kafka.getBootstrapServers();
  }

  AvroSerdes serdes() {
    return new AvroSerdes(Map.of("schema.registry.url", registryUrl()), AvroSerde.class.getName());
  }

  /** Where the gateway finds the provider. */
  String providerUrl() {
    return "http://" + HOST + ":" + door.port() + "/v1";
  }

  /**
   * Starts a worker that calls through the proxy.
   *
   * @param directory for its files
   */
  SearchedWorker startWorker(Path directory) {
    Properties properties = new Properties();
    properties.put("kafka.bootstrap.servers", bootstrapServers());
    properties.put("kafka.state.dir", directory.resolve("state").toString());
    properties.put("kafka.replication.factor", "1");
    properties.put("schema.registry.url", registryUrl());
    properties.put("gateway.url", "http://127.0.0.1:" + proxy.port() + "/v1");
    properties.put("gateway.api.key", API_KEY);
    properties.put("gateway.provider", "openai");
    properties.put("gateway.authorization", "Bearer " + Canaries.PLANTED + "authorization");
    properties.put("gateway.headers.x-portkey-custom-host", providerUrl());
    properties.put("gateway.config.inline", "true");
    properties.put("management.port", "0");
    Path file = directory.resolve("worker.properties");
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return SearchedWorker.start(file);
  }

  /** Searches what the worker, which has ended, has written. */
  void search(Path directory) {
    search.end(bootstrapServers(), directory);
  }

  @Override
  public void close() {
    proxy.close();
    gateway.close();
    registry.close();
    kafka.close();
    door.close();
    provider.close();
  }

  private String registryUrl() {
    return "http://" + registry.getHost() + ":" + registry.getMappedPort(8080) + "/apis/ccompat/v7";
  }

  private void createTopics() {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
      List<NewTopic> topics = new ArrayList<>();
      for (String topic : TOPICS) {
        topics.add(
            new NewTopic(topic, PARTITIONS, (short) 1)
                .configs(Map.of("max.message.bytes", "8454144")));
      }
      topics.add(new NewTopic(CONTROLS, 1, (short) 1).configs(Map.of("cleanup.policy", "compact")));
      admin.createTopics(topics).all().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while topics were made", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("no topics", e);
    }
  }

  private static URI origin(URI url) {
    return URI.create(url.getScheme() + "://" + url.getAuthority());
  }
}
