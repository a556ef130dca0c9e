// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.container.Images;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.docs.Page;
import io.completionworker.secrets.SearchedWorker;
import io.completionworker.serde.AvroSerde;
import io.completionworker.serde.AvroSerdes;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.serialization.Serializer;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

/** Usage goes into a database by Kafka Connect, with the settings of the page on analytics. */
@Tag("long")
@Tag("heavy")
@ExtendWith(Images.Condition.class)
class ConnectIT {

  private static final int REQUESTS = 30;
  private static final Duration LONG = Duration.ofMinutes(3);
  private static final Path LIBRARIES = Path.of("target", "connect");
  private static final String SUMS =
      "WITH latest AS (SELECT * FROM usage_windows w WHERE revision ="
          + " (SELECT MAX(revision) FROM usage_windows v WHERE v.window_id = w.window_id))"
          + " SELECT (SELECT COUNT(*) FROM usage_rows) AS a, (SELECT SUM(calls) FROM latest) AS b,"
          + " (SELECT SUM(cost) FROM usage_rows) AS c, (SELECT SUM(cost) FROM latest) AS d,"
          + " (SELECT COUNT(*) FROM usage_rows WHERE completed_at >= started_at) AS e";

  @Test
  void shouldLoadRowsAndWindowsByTheSettingsOfThePage() throws Exception {
    assumeThat(Files.isDirectory(LIBRARIES))
        .as("Connect is there; get it by: mvn -q -f src/test/connect/pom.xml process-resources")
        .isTrue();
    try (GenericContainer<?> registry = registry();
        Stand stand = new Stand(Behaviour.builder().build(), 3)) {
      String url = "http://" + registry.getHost() + ":" + registry.getMappedPort(8080);
      Path prices = Files.writeString(stand.directory.resolve("prices.json"), AnalyticsIT.PRICES);
      Map<String, String> settings =
          Map.of(
              "schema.registry.url",
              url + "/apis/ccompat/v7",
              "usage.window.ms",
              "1000",
              "usage.prices.file",
              prices.toString());
      String database =
          "jdbc:h2:"
              + stand.directory.resolve("usage")
              + ";AUTO_SERVER=TRUE;DATABASE_TO_LOWER=TRUE";
      publish(stand, url + "/apis/ccompat/v7");

      Process connect;
      try (SearchedWorker worker = stand.start(settings)) {
        connect = connect(stand, url, database);
        try {
          await()
              .atMost(LONG)
              .pollInterval(Duration.ofSeconds(1))
              .until(() -> sums(stand.directory, database).matches("30 30 (\\S+) \\1 30"));
        } catch (ConditionTimeoutException e) {
          throw new AssertionError(
              sums(stand.directory, database)
                  + Files.readString(stand.directory.resolve("connect.log")),
              e);
        } finally {
          connect.destroyForcibly().waitFor();
        }
        assertThat(worker.live()).isTrue();
      }
    }
  }

  private static GenericContainer<?> registry() {
    GenericContainer<?> registry = new GenericContainer<>(Images.schemaRegistry());
    registry
        .withExposedPorts(8080)
        .waitingFor(Wait.forHttp("/apis/ccompat/v7/subjects").withStartupTimeout(LONG))
        .start();
    return registry;
  }

  private static void publish(Stand stand, String registry) {
    try (Serializer<CompletionRequest> values =
        new AvroSerdes(Map.of("schema.registry.url", registry), AvroSerde.class.getName())
            .forValues(CompletionRequest.class)
            .serializer()) {
      for (int i = 0; i < REQUESTS; i++) {
        CompletionRequest request = Stand.request("r-" + i);
        stand.publishRaw("k", values.serialize("completion-requests", request));
      }
    }
  }

  private static Process connect(Stand stand, String registry, String database) throws IOException {
    List<String> pages =
        Page.blocks(Page.of("src/docs/analytics.md").text(), "properties").stream()
            .filter(block -> !block.contains("io.confluent"))
            .toList();
    assertThat(pages).hasSize(3);
    List<String> command = java("-Xmx400m");
    command.add("org.apache.kafka.connect.cli.ConnectStandalone");
    for (int i = 0; i < pages.size(); i++) {
      String text =
          pages
              .get(i)
              .replace("localhost:9092", stand.broker.bootstrapServers())
              .replace("http://localhost:8081", registry)
              .replace("connect.offsets", stand.directory.resolve("connect.offsets").toString())
              .replace("jdbc:postgresql://localhost:5432/usage", database)
              // the sink knows no upsert for H2
              .replace("insert.mode=upsert", "insert.mode=insert")
              .replace(
                  "primary.key.mode=record_value\nprimary.key.fields=window_id",
                  "primary.key.mode=none");
      String own = i == 0 ? "listeners=http://127.0.0.1:0\noffset.flush.interval.ms=1000\n" : "";
      Path file = stand.directory.resolve("connect-" + i + ".properties");
      command.add(Files.writeString(file, text + own).toString());
    }
    return start(command, stand.directory.resolve("connect.log"));
  }

  /**
   * Counts and sums of both tables, with single spaces; something else while they are not there.
   */
  private static String sums(Path directory, String database)
      throws IOException, InterruptedException {
    List<String> command = java("-Xmx64m");
    command.addAll(List.of("org.h2.tools.Shell", "-url", database));
    command.addAll(List.of("-user", "usage", "-password", "usage", "-sql", SUMS));
    Path out = directory.resolve("h2.out");
    start(command, out).waitFor();
    String said = Files.readString(out, StandardCharsets.UTF_8);
    Matcher row = Pattern.compile("(?m)^\\d.*$").matcher(said);
    return row.find() ? row.group().replace("|", " ").strip().replaceAll(" +", " ") : said;
  }

  private static List<String> java(String heap) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ArrayList<>(
        List.of(java, heap, "-XX:TieredStopAtLevel=1", "-cp", LIBRARIES + File.separator + "*"));
  }

  private static Process start(List<String> command, Path log) throws IOException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }
}
