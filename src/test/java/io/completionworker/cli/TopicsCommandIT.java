// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.cli.terminal.CommandEnvironment;
import io.completionworker.demo.EmbeddedBroker;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TopicsCommandIT {

  private static final String USAGE = "completion-usage";

  private static KafkaClusterTestKit cluster;

  private final Map<String, String> environment = new HashMap<>();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void startABroker() throws Exception {
    cluster =
        new KafkaClusterTestKit.Builder(
                new TestKitNodes.Builder()
                    .setCombined(true)
                    .setNumBrokerNodes(1)
                    .setNumControllerNodes(1)
                    .build())
            .setConfigProp("default.replication.factor", 1)
            .build();
    cluster.format();
    cluster.startup();
    cluster.waitForReadyBrokers();
  }

  @AfterAll
  static void stopTheBroker() throws Exception {
    cluster.close();
  }

  @Test
  void shouldMakeTheTopicsOnceAndCheckThemAfterwards() throws Exception {
    assertThat(topics("--dry-run", "--partitions", "2")).isZero();
    assertThat(out.toString().lines()).hasSize(8).allMatch(line -> line.contains("would be"));
    try (Admin admin = admin()) {
      assertThat(admin.listTopics().names().get()).isEmpty();
    }

    assertThat(topics("--partitions", "2")).isZero();
    assertThat(out.toString().lines().limit(7))
        .allMatch(line -> line.contains(": created, 2 partitions"));
    assertThat(out.toString().lines())
        .last()
        .isEqualTo("completion-controls: created, 1 partition, cleanup.policy compact");
    try (Admin admin = admin()) {
      // brokers see a new topic a moment after it is made
      await().until(() -> admin.listTopics().names().get().size() == 8);
      assertThat(admin.describeTopics(List.of(USAGE)).allTopicNames().get().values())
          .allMatch(usage -> usage.partitions().size() == 2);
    }

    assertThat(topics()).isZero();
    assertThat(out.toString().lines().limit(7))
        .allMatch(line -> line.endsWith(": exists, 2 partitions, max.message.bytes 8454144"));
    assertThat(out.toString().lines())
        .hasSize(8)
        .last()
        .isEqualTo("completion-controls: exists, 1 partition, cleanup.policy compact");

    narrow(USAGE);
    await().untilAsserted(() -> assertThat(topics()).isEqualTo(1));
    assertThat(err.toString().lines())
        .containsExactly(
            "completion-usage needs max.message.bytes=8454144 and has 1000; `topics --alter`"
                + " raises it");
  }

  @Test
  void shouldRepairWhatAReaderHasMadeByAccident() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      String servers = broker.bootstrapServers();
      broker.createTopic("completion-requests", 3, Map.of());
      broker.createTopic(
          "completion-responses", 1, Map.of("cleanup.policy", "compact", "retention.ms", "1000"));
      List<String> changes =
          List.of(
              "  max.message.bytes WORD from 1048588 to 8454144",
              "  cleanup.policy WORD from compact to delete",
              "  retention.ms WORD from 1000 to 604800000",
              "  partitions WORD from 1 to 3");

      assertThat(topicsAt(servers, "--alter", "--retention", "7d", "--dry-run")).isZero();
      assertThat(out.toString().lines()).containsAll(with("would be changed", changes));
      assertThat(topicsAt(servers, "--alter", "--retention", "7d")).as("%s", err).isZero();
      assertThat(out.toString().lines()).containsAll(with("changed", changes));
      await()
          .untilAsserted(
              () -> {
                assertThat(topicsAt(servers, "--alter")).isZero();
                assertThat(out.toString())
                    .contains("completion-responses: exists, 3 partitions, max.message.bytes 8454")
                    .doesNotContain("changed");
              });
      try (Admin again = broker.admin()) {
        assertThat(again.listTopics().names().get()).hasSize(8);
      }

      assertThat(topicsAt(servers, "--alter", "--replication-factor", "2")).isEqualTo(1);
      assertThat(out.toString())
          .contains("  replication factor stays 1: 2 are wanted, the cluster has 1 broker");
      assertThat(err.toString()).contains("completion-responses could not be altered in full");
      assertThat(topicsAt(servers, "--alter", "--retention", "long")).isEqualTo(2);
    }
  }

  @Test
  void shouldRepairATopicOfControlsThatForgets() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      String servers = broker.bootstrapServers();
      broker.createTopic("completion-controls", 2, Map.of("retention.ms", "1000"));

      assertThat(topicsAt(servers)).isEqualTo(1);
      assertThat(err.toString().lines())
          .containsExactly(
              "completion-controls: cleanup.policy is delete, so records would be deleted that"
                  + " still count; set it to compact, as `completion-worker topics --alter` does");

      assertThat(topicsAt(servers, "--alter", "--retention", "7d")).as("%s", err).isZero();
      assertThat(out.toString().lines())
          .containsSubsequence(
              "completion-controls: exists, 2 partitions, cleanup.policy delete",
              "  cleanup.policy changed from delete to compact");

      await()
          .untilAsserted(
              () -> {
                assertThat(topicsAt(servers)).isZero();
                assertThat(out.toString().lines())
                    .last()
                    .isEqualTo("completion-controls: exists, 2 partitions, cleanup.policy compact");
              });
      try (Admin admin = broker.admin()) {
        ConfigResource controls =
            new ConfigResource(ConfigResource.Type.TOPIC, "completion-controls");
        assertThat(admin.describeConfigs(List.of(controls)).all().get().get(controls))
            .extracting(config -> config.get("retention.ms").value())
            .as("--retention is not for controls")
            .isEqualTo("1000");
      }
    }
  }

  private static List<String> with(String word, List<String> lines) {
    return lines.stream().map(line -> line.replace("WORD", word)).toList();
  }

  @Test
  void shouldMakeAndRaiseTopicsWithTheReplicationFactorOfTheSettings() throws Exception {
    environment.put("KAFKA_REPLICATION_FACTOR", "2");
    try (EmbeddedBroker brokers = EmbeddedBroker.start(2, Map.of());
        Admin admin = brokers.admin()) {
      admin.createTopics(List.of(new NewTopic(USAGE, 2, (short) 1))).all().get();

      await()
          .untilAsserted(
              () ->
                  assertThat(topicsAt(brokers.bootstrapServers(), "--alter", "--partitions", "2"))
                      .as("%s", err)
                      .isZero());

      await()
          .untilAsserted(
              () ->
                  assertThat(
                          admin
                              .describeTopics(List.of(USAGE, "completion-requests"))
                              .allTopicNames()
                              .get()
                              .values())
                      .flatMap(TopicDescription::partitions)
                      .hasSize(4)
                      .allMatch(partition -> partition.isr().size() == 2));
    }
  }

  @Test
  void shouldSayWhyATopicCannotBeMade() {
    environment.put("TOPICS_USAGE", "another-topic");

    assertThat(topics("--replication-factor", "3", "--dry-run", "--partitions", "1")).isEqualTo(1);

    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .containsIgnoringCase("another-topic could not be created: ")
        .containsIgnoringCase("replication factor");
  }

  private int topics(String... arguments) {
    return topicsAt(cluster.bootstrapServers(), arguments);
  }

  private int topicsAt(String servers, String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add(0, "topics");
    environment.put("KAFKA_BOOTSTRAP_SERVERS", servers);
    environment.put("SCHEMA_REGISTRY_URL", "mock://topics");
    return new Cli(
            settings -> 0,
            settings -> {},
            (settings, timeout) -> {
              throw new IllegalStateException("not asked");
            },
            settings -> request -> List.of(),
            new CommandEnvironment(
                environment,
                InputStream.nullInputStream(),
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                false))
        .execute(all.toArray(String[]::new));
  }

  private static Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()));
  }

  private static void narrow(String topic) throws Exception {
    try (Admin admin = admin()) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, topic),
                  List.of(
                      new AlterConfigOp(
                          new ConfigEntry("max.message.bytes", "1000"), AlterConfigOp.OpType.SET))))
          .all()
          .get();
    }
  }
}
