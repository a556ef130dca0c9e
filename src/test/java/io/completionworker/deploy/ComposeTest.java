// SPDX-License-Identifier: Apache-2.0
package io.completionworker.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docker-compose.yml opens on the machine that it runs on. */
class ComposeTest {

  private static final Path FILE = Path.of("docker-compose.yml");
  private static final Pattern PUBLISHED =
      Pattern.compile("127\\.0\\.0\\.1:\\$\\{([A-Z_]+_PORT):-(\\d+)}:\\d+");

  private final JsonNode compose = read();

  @Test
  void shouldPublishEveryPortOnTheLoopbackAndByAVariable() throws IOException {
    Map<String, String> defaults = new LinkedHashMap<>();
    for (JsonNode service : compose.path("services")) {
      assertThat(service.path("network_mode").asText()).isNotEqualTo("host");
      for (JsonNode port : service.path("ports")) {
        Matcher published = PUBLISHED.matcher(port.asText());
        assertThat(published.matches()).as(port.toString()).isTrue();
        assertThat(defaults.put(published.group(1), published.group(2))).isNull();
      }
    }

    assertThat(defaults)
        .isEqualTo(
            Map.of(
                "WORKER_PORT", "8080",
                "REGISTRY_PORT", "8081",
                "PROMETHEUS_PORT", "9090",
                "GRAFANA_PORT", "3000",
                "BROKER_PORT", "19092"));
    String page = Files.readString(Path.of("src", "docs", "deployment.md"));
    defaults.forEach((name, value) -> assertThat(page).contains("`" + name + "` (" + value + ")"));
  }

  @Test
  void shouldTellClientsOutsideThePortThatIsPublished() {
    assertThat(compose.at("/services/broker/environment/KAFKA_ADVERTISED_LISTENERS").asText())
        .endsWith("OUTSIDE://127.0.0.1:${BROKER_PORT:-19092}");
  }

  private static JsonNode read() {
    try {
      return new ObjectMapper(new YAMLFactory()).readTree(FILE.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
