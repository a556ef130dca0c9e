// SPDX-License-Identifier: Apache-2.0
package io.completionworker.container;

import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.lifecycle.Startables;

/** The services of docker-compose.yml, the worker's image among them, on a network of their own. */
final class ImageStand implements AutoCloseable {

  /** Mounted by Docker's own words: Testcontainers' would look for an image to try them with. */
  private static final Path COMPOSE = Path.of("deploy", "compose");

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Network network = Network.newNetwork();
  private final KafkaContainer broker =
      new KafkaContainer(Images.kafka())
          .withNetwork(network)
          .withListener("broker:19092")
          .withEnv("KAFKA_HEAP_OPTS", "-Xmx400m")
          .withStartupTimeout(PATIENCE);
  private final GenericContainer<?> registry =
      new GenericContainer<>(Images.schemaRegistry())
          .withNetwork(network)
          .withNetworkAliases("registry")
          .withExposedPorts(8080)
          .waitingFor(Wait.forHttp("/apis/ccompat/v7/subjects").withStartupTimeout(PATIENCE));
  private final GenericContainer<?> gateway =
      new GenericContainer<>(Images.gateway())
          .withNetwork(network)
          .withNetworkAliases("gateway")
          .withExposedPorts(8787)
          .withEnv("TRUSTED_CUSTOM_HOSTS", "provider")
          .waitingFor(Wait.forHttp("/").withStartupTimeout(PATIENCE));
  private final GenericContainer<?> provider =
      bare(Images.PROVIDER)
          .withNetworkAliases("provider")
          .withEnv("PROVIDER_LATENCY_MS", "50")
          .waitingFor(Wait.forLogMessage(".*Listening.*", 1).withStartupTimeout(PATIENCE));
  final GenericContainer<?> worker =
      settled(bare(Images.WORKER))
          .withExposedPorts(8080)
          .waitingFor(Wait.forHealthcheck().withStartupTimeout(PATIENCE));

  private ImageStand() {}

  /** Starts everything; leaves nothing behind when it cannot. */
  static ImageStand start() {
    ImageStand stand = new ImageStand();
    try {
      Startables.deepStart(stand.broker, stand.registry, stand.gateway, stand.provider).join();
      try (GenericContainer<?> topics =
          stand
              .settled(stand.bare(Images.WORKER))
              .withCommand("topics")
              .withStartupCheckStrategy(new OneShotStartupCheckStrategy().withTimeout(PATIENCE))) {
        topics.start();
      }
      stand.worker.start();
      return stand;
    } catch (RuntimeException e) {
      stand.close();
      throw e;
    }
  }

  @Override
  public void close() {
    worker.close();
    provider.close();
    gateway.close();
    registry.close();
    broker.close();
    network.close();
  }

  /** With as few rights as the image needs. */
  private GenericContainer<?> bare(String image) {
    return new GenericContainer<>(image)
        .withNetwork(network)
        .withTmpFs(Map.of("/tmp", "exec,mode=1777"))
        .withImagePullPolicy(name -> false)
        .withCreateContainerCmdModifier(
            command ->
                Objects.requireNonNull(command.getHostConfig())
                    .withReadonlyRootfs(true)
                    .withBinds(Bind.parse(COMPOSE.toAbsolutePath() + ":/compose:ro"))
                    .withCapDrop(Capability.ALL));
  }

  private GenericContainer<?> settled(GenericContainer<?> container) {
    return container
        .withEnv("KAFKA_BOOTSTRAP_SERVERS", "broker:19092")
        .withEnv("KAFKA_REPLICATION_FACTOR", "1")
        .withEnv("SCHEMA_REGISTRY_URL", "http://registry:8080/apis/ccompat/v7")
        .withEnv("GATEWAY_URL", "http://gateway:8787/v1")
        .withEnv("GATEWAY_PROVIDER", "openai")
        .withEnv("GATEWAY_AUTHORIZATION", "Bearer no-key-is-needed-here")
        .withEnv("GATEWAY_HEADERS_X_PORTKEY_CUSTOM_HOST", "http://provider:18080/v1");
  }
}
