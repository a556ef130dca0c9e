package io.completionworker.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.Test;

/** The chart's schema takes the keys that the worker takes, and no others. */
class ChartSchemaTest {

  private static final Path SCHEMA =
      Path.of("deploy", "helm", "completion-worker", "values.schema.json");

  private static final String COMMAND = "mvn -q test -Dtest=ChartSchemaTest -Dpages.write=true";

  private static final String VALUE = "#/definitions/value";

  /** What the chart decides. */
  private static final Set<String> OF_THE_CHART =
      Set.of("async.store", "management.host", "management.port");

  private final ObjectMapper json = new ObjectMapper();

  @Test
  void shouldHaveTheKeysOfTheWorker() throws IOException {
    String schema = withKeys();
    if (Boolean.getBoolean("pages.write")) {
      Files.writeString(SCHEMA, schema);
    }

    assertThat(Files.readString(SCHEMA))
        .as("%s is out of date, rewrite it with: %s", SCHEMA, COMMAND)
        .isEqualTo(schema);
  }

  @Test
  void shouldTakeEveryKeyAndNoMisspeltOne() throws IOException {
    ObjectNode config = config((ObjectNode) json.readTree(withKeys()));

    for (String key : KnownKeys.all(WorkerConfig.definition().names())) {
      String name = key.startsWith("kafka.") ? key.substring("kafka.".length()) : "";
      boolean free = !KafkaKeys.ours().contains(KafkaNames.plain(name));
      assertThat(takes(config, key)).as(key).isEqualTo(free);
    }
    assertThat(List.of("gateway.headers.x-a", "kafka.client.tag.zone"))
        .allMatch(key -> takes(config, key));
    assertThat(List.of("rate.limit.override.mini.model", "kafka.config.providers.a.class"))
        .allMatch(key -> takes(config, key));
    assertThat(List.of("async.max.inflight", "kafka.bootstrap.server", "kafka.heap.opts"))
        .noneMatch(key -> takes(config, key));
    assertThat(List.of("basic.auth.userinfo", "rate.limit.override.mini.models"))
        .noneMatch(key -> takes(config, key));
  }

  private static boolean takes(ObjectNode config, String key) {
    return config.get("properties").has(key)
        || config.get("patternProperties").properties().stream()
            .anyMatch(pattern -> Pattern.compile(pattern.getKey()).matcher(key).find());
  }

  private String withKeys() throws IOException {
    ObjectNode schema = (ObjectNode) json.readTree(Files.readString(SCHEMA));
    ObjectNode config = config(schema);
    ObjectNode properties = (ObjectNode) config.get("properties");
    ObjectNode patterns = (ObjectNode) config.get("patternProperties");
    properties.properties().removeIf(key -> key.getValue().path("$ref").asText().equals(VALUE));
    patterns.properties().removeIf(key -> key.getValue().path("$ref").asText().equals(VALUE));
    Set<String> keys = new TreeSet<>(WorkerConfig.definition().names());
    keys.addAll(RegistryConfig.known());
    keys.removeAll(OF_THE_CHART);
    for (String key : keys) {
      if (!properties.has(key)) {
        properties.putObject(key).put("$ref", VALUE);
      }
    }
    for (String pattern : patterns()) {
      patterns.putObject(pattern).put("$ref", VALUE);
    }
    return json.writer(printer()).writeValueAsString(schema) + "\n";
  }

  private static ObjectNode config(ObjectNode schema) {
    return (ObjectNode) schema.at("/properties/config");
  }

  private static List<String> patterns() {
    Set<String> limits =
        Limits.KEYS.stream().map(Limits.Key::name).collect(Collectors.toCollection(TreeSet::new));
    limits.addAll(List.of(OverrideKeys.MODEL, OverrideKeys.VIRTUAL_KEY));
    Set<String> topic =
        KafkaNames.known().stream()
            .filter(name -> name.startsWith("topic."))
            .map(KafkaNames::plain)
            .collect(Collectors.toSet());
    Set<String> plain =
        KafkaNames.known().stream()
            .filter(name -> KafkaNames.plain(name).equals(name))
            .collect(Collectors.toSet());
    String reporter = "metrics.jmx.include|metrics.jmx.exclude";
    return List.of(
        "^gateway\\.headers\\..+$",
        "^rate\\.limit\\.override\\.[a-z0-9_-]+\\." + anyOf(limits),
        "^kafka\\.(client\\.tag|config\\.providers|metrics\\.context)\\..+$",
        "^kafka\\.((main\\.|restore\\.|global\\.)?consumer|producer|admin)\\."
            + anyOf(List.of(reporter.split("\\|"))),
        "^kafka\\." + anyOf(plain),
        "^kafka\\.(main\\.|restore\\.|global\\.)?consumer\\." + anyOf(ConsumerConfig.configNames()),
        "^kafka\\.producer\\." + anyOf(ProducerConfig.configNames()),
        "^kafka\\.admin\\." + anyOf(AdminClientConfig.configNames()),
        "^kafka\\.topic\\." + anyOf(topic));
  }

  private static String anyOf(Collection<String> names) {
    return names.stream()
        .filter(name -> !KafkaKeys.ours().contains(name))
        .sorted()
        .map(name -> name.replace(".", "\\."))
        .collect(Collectors.joining("|", "(", ")$"));
  }

  private static DefaultPrettyPrinter printer() {
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter(
            Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER));
    printer.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
    return printer;
  }
}
