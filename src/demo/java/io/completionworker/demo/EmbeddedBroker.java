// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import kafka.server.ControllerServer;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A KRaft cluster in this process, on loopback ports of its own, with its data in a temporary
 * directory that is deleted on close.
 *
 * <p>The only class that knows Kafka's own test kit, which is not a stable API. Topics are not
 * created by use, so that a mistyped name fails. Safe for use by several threads, except that
 * stopping and starting brokers and controllers is for one thread at a time.
 */
public final class EmbeddedBroker implements AutoCloseable {

  private final KafkaClusterTestKit cluster;
  private final Map<String, String> properties;

  private EmbeddedBroker(KafkaClusterTestKit cluster, Map<String, String> properties) {
    this.cluster = cluster;
    this.properties = properties;
  }

  /** Starts one broker and returns when it is ready: after 2 to 5 seconds. */
  public static EmbeddedBroker start() {
    return start(1, Map.of());
  }

  /**
   * Starts brokers 0 to {@code brokers - 1}; broker 0 is the controller too.
   *
   * @param overrides server properties, which win over those set here
   */
  public static EmbeddedBroker start(int brokers, Map<String, String> overrides) {
    return start(new ClusterLayout(brokers, 1, true, overrides, Map.of()));
  }

  /** Starts such a cluster. */
  public static EmbeddedBroker start(ClusterLayout layout) {
    try {
      return startChecked(layout);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the broker started", e);
    } catch (Exception e) {
      throw new IllegalStateException("the embedded broker did not start", e);
    }
  }

  // The kit's methods declare Exception.
  private static EmbeddedBroker startChecked(ClusterLayout layout) throws Exception {
    TestKitNodes nodes =
        new TestKitNodes.Builder()
            .setCombined(layout.combined())
            .setNumControllerNodes(layout.controllers())
            .setNumBrokerNodes(layout.brokers())
            .setPerServerProperties(layout.ofBroker())
            .setBootstrapMetadataVersion(MetadataVersion.latestProduction())
            .build();
    Map<String, String> properties = layout.properties();
    KafkaClusterTestKit.Builder builder = new KafkaClusterTestKit.Builder(nodes);
    properties.forEach(builder::setConfigProp);
    KafkaClusterTestKit cluster = builder.build();
    try {
      formatQuietly(cluster);
      cluster.startup();
      cluster.waitForReadyBrokers();
      EmbeddedBroker broker = new EmbeddedBroker(cluster, properties);
      broker.enableFeatures();
      return broker;
    } catch (Exception e) {
      cluster.close();
      throw e;
    }
  }

  /**
   * As a broker that was formatted for production has them: transactions and streams groups of
   * today.
   */
  private void enableFeatures() throws InterruptedException, ExecutionException {
    Map<String, FeatureUpdate> updates =
        Map.of(
            "group.version", upgrade(1),
            "transaction.version", upgrade(2),
            "streams.version", upgrade(1));
    try (Admin admin = admin()) {
      admin.updateFeatures(updates, new UpdateFeaturesOptions()).all().get();
    }
  }

  private static FeatureUpdate upgrade(int level) {
    return new FeatureUpdate((short) level, FeatureUpdate.UpgradeType.UPGRADE);
  }

  // The formatter speaks to standard output, which is the demo's own.
  private static synchronized void formatQuietly(KafkaClusterTestKit cluster) throws Exception {
    PrintStream standardOutput = System.out;
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    try {
      cluster.format();
    } finally {
      System.setOut(standardOutput);
    }
  }

  /** For {@code bootstrap.servers}; stays the same when brokers are stopped and started. */
  public String bootstrapServers() {
    return cluster.bootstrapServers();
  }

  /** The port of a listener that the overrides have added; of broker 0. */
  public int port(String listener) {
    return port(0, listener);
  }

  /** The same of a broker that runs; another one after each of its starts. */
  public int port(int id, String listener) {
    return broker(id).boundPort(ListenerName.normalised(listener));
  }

  /** Identifies the cluster in its brokers' directories. */
  public String clusterId() {
    return cluster.nodes().clusterId();
  }

  /** Server properties of a broker more, in a process of its own; without listeners and files. */
  public Map<String, String> propertiesOfAnother(int id) {
    String controllers = cluster.nodes().controllerListenerName().value();
    String voters =
        cluster.controllers().entrySet().stream()
            .map(each -> each.getKey() + "@localhost:" + controllerPort(each.getValue()))
            .collect(Collectors.joining(","));
    Map<String, String> all = new HashMap<>(properties);
    all.put("process.roles", "broker");
    all.put("node.id", String.valueOf(id));
    all.put("controller.listener.names", controllers);
    all.put("controller.quorum.voters", voters);
    all.put("inter.broker.listener.name", cluster.nodes().brokerListenerName().value());
    all.put("log.cleaner.dedupe.buffer.size", "2097152");
    return all;
  }

  private int controllerPort(ControllerServer controller) {
    return controller.socketServer().boundPort(cluster.nodes().controllerListenerName());
  }

  /**
   * Creates a topic that every broker has a replica of, three at most, and returns when it can be
   * written to.
   */
  public void createTopic(String name, int partitions, Map<String, String> configs) {
    createTopics(List.of(name), partitions, configs);
  }

  /** The same for several that are alike. */
  public void createTopics(List<String> names, int partitions, Map<String, String> configs) {
    short replicas = (short) Math.min(3, cluster.brokers().size());
    List<NewTopic> topics =
        names.stream()
            .map(name -> new NewTopic(name, Optional.of(partitions), Optional.of(replicas)))
            .map(topic -> topic.configs(configs))
            .toList();
    try (Admin admin = admin()) {
      admin.createTopics(topics).all().get();
      awaitLeaders(admin, names, partitions);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while topics were created: " + names, e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("topics were not created: " + names, e.getCause());
    }
  }

  /**
   * The controller has made a topic before brokers have. A producer that is there in between may
   * have its second batch taken and its first refused, for good: the order would be wrong.
   */
  private static void awaitLeaders(Admin admin, List<String> names, int partitions)
      throws InterruptedException, ExecutionException {
    while (!admin.listTopics().names().get().containsAll(names)) {
      Thread.onSpinWait(); // each round asks a broker
    }
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (String name : names) {
      for (int partition = 0; partition < partitions; partition++) {
        ends.put(new TopicPartition(name, partition), OffsetSpec.latest());
      }
    }
    admin.listOffsets(ends).all().get(); // which only leaders know; tries again until there are
  }

  /** A new admin client; the caller closes it. */
  public Admin admin() {
    return Admin.create(
        Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, (Object) bootstrapServers()));
  }

  /**
   * Stops every broker and starts it again on the same port with its data: takes some 5 seconds.
   */
  public void restart() {
    List<Integer> ids = cluster.brokers().keySet().stream().sorted().toList();
    ids.forEach(this::stopBroker);
    ids.forEach(this::startBroker);
  }

  /** Shuts one broker down; the controller goes on. */
  public void stopBroker(int id) {
    broker(id).shutdown();
    broker(id).awaitShutdown();
  }

  /** Ends one broker at once: it hands no leadership over and tells nobody. */
  public void loseBroker(int id) {
    broker(id).shutdown(Duration.ZERO);
    broker(id).awaitShutdown();
  }

  /** Starts a stopped broker again on the same port with its data. */
  public void startBroker(int id) {
    broker(id).startup();
  }

  /**
   * Ends the active controller, of several that are no brokers; another one takes over.
   *
   * @return its id
   */
  public int loseController() {
    try {
      cluster.waitForActiveController();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while there was no active controller", e);
    }
    for (Map.Entry<Integer, ControllerServer> each : cluster.controllers().entrySet()) {
      if (each.getValue().controller().isActive()) {
        each.getValue().shutdown();
        each.getValue().awaitShutdown();
        return each.getKey();
      }
    }
    throw new IllegalStateException("the active controller is gone");
  }

  /** Starts a lost controller again. */
  public void startController(int id) {
    Optional.ofNullable(cluster.controllers().get(id))
        .orElseThrow(() -> new IllegalArgumentException("no controller has the id " + id))
        .startup();
  }

  private kafka.server.BrokerServer broker(int id) {
    return Optional.ofNullable(cluster.brokers().get(id))
        .orElseThrow(() -> new IllegalArgumentException("no broker has the id " + id));
  }

  @Override
  public void close() {
    try {
      cluster.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      throw new IllegalStateException("the embedded broker did not stop cleanly", e);
    }
  }
}
