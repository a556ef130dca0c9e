// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The settings of docker-compose.yml are settings, also where all its variables are around. */
class ComposeSettingsTest {

  private static final Path COMPOSE = Path.of("docker-compose.yml");

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+):-([^}]*)}");

  @Test
  void shouldBeTakenAsTheyStand() throws IOException {
    Map<String, String> environment = settings();

    assertThat(ConfigFixture.faults(Optional.empty(), environment)).isEmpty();
    assertThat(WorkerConfig.load(Optional.empty(), environment).kafka())
        .containsOnlyKeys("bootstrap.servers", "application.id", "replication.factor");
  }

  @Test
  void shouldNotBeDisturbedByTheImagesOfTheOthersNorByTheBroker() throws IOException {
    JsonNode compose = compose();
    Map<String, String> environment = settings();
    VARIABLE
        .matcher(compose.toString())
        .results()
        .forEach(variable -> environment.put(variable.group(1), variable.group(2)));
    compose
        .at("/services/broker/environment")
        .properties()
        .forEach(variable -> environment.put(variable.getKey(), variable.getValue().asText()));

    assertThat(environment).containsKeys("SCHEMA_REGISTRY_IMAGE", "KAFKA_IMAGE", "KAFKA_NODE_ID");
    assertThat(ConfigFixture.faults(Optional.empty(), environment)).isEmpty();
  }

  private static Map<String, String> settings() throws IOException {
    Map<String, String> environment = new HashMap<>();
    compose()
        .at("/x-worker/environment")
        .properties()
        .forEach(variable -> environment.put(variable.getKey(), variable.getValue().asText()));
    return environment;
  }

  private static JsonNode compose() throws IOException {
    return new ObjectMapper(new YAMLFactory()).readTree(COMPOSE.toFile());
  }
}
