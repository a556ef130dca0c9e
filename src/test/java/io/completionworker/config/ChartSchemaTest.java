// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.config.KafkaKeys.KafkaNames;
import io.completionworker.secrets.PasswordsOfKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The chart's schema takes the keys that the worker takes, and no others. */
class ChartSchemaTest {

  private static final Path SCHEMA =
      Path.of("deploy", "helm", "completion-worker", "values.schema.json");

  private static final String COMMAND = "mvn -q test -Dtest=ChartSchemaTest -Dpages.write=true";

  private static final String VALUE = "#/definitions/value";
  private static final String SECRET = "#/definitions/secret";

  /** What a variable in the file begins with, before its colon. */
  private static final List<String> PROVIDERS = List.of("env", "file", "dir");

  private static final List<String> PREFIXES =
      KafkaNames.known().stream().map(ChartSchemaTest::prefix).distinct().sorted().toList();

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
    assertThat(List.of("budget.all.amount", "budget.a-1.metadata", "budget.acme.virtual.key"))
        .allMatch(key -> takes(config, key));
    assertThat(List.of("budget.all.amounts", "budget.All.amount", "budgets.all.amount"))
        .noneMatch(key -> takes(config, key));
    assertThat(List.of("async.max.inflight", "kafka.bootstrap.server", "kafka.heap.opts"))
        .noneMatch(key -> takes(config, key));
    assertThat(List.of("basic.auth.userinfo", "rate.limit.override.mini.models"))
        .noneMatch(key -> takes(config, key));
  }

  /** One rule for both: what nobody may see is not written into a file of values either. */
  @Test
  void shouldRefuseInPlainWhatTheWorkerHides() throws IOException {
    ObjectNode schema = (ObjectNode) json.readTree(withKeys());
    ObjectNode config = config(schema);

    assertThat(taken(config))
        .contains("kafka.sasl.oauthbearer.assertion.private.key.passphrase")
        .contains("kafka.restore.consumer.ssl.keystore.key", "gateway.api.key")
        .allSatisfy(
            key -> assertThat(isSecret(config, key)).as(key).isEqualTo(WorkerConfig.isSecret(key)));
    assertThat(taken(config)).containsAll(PasswordsOfKafka.keys());
    assertThat(List.of("gateway.headers.x-a", "rate.limit.override.a.virtual.key"))
        .allMatch(key -> isSecret(config, key));
    assertThat(isSecret(config, "budget.a.virtual.key")).isTrue();
    assertThat(isSecret(config, "budget.a.amount")).isFalse();
    assertThat(List.of("kafka.client.tag.a", "rate.limit.override.a.model"))
        .noneMatch(key -> isSecret(config, key));
    assertThat(isSecret(config, "kafka.config.providers.a.param.b")).isTrue();
    assertThat(isSecret(config, "kafka.config.providers.a.class")).isFalse();
  }

  /** A chart that takes the variable of a provider which the worker does not have fails late. */
  @ParameterizedTest
  @ValueSource(strings = {"env", "file", "dir", "directory"})
  void shouldTakeVariablesOfTheWorkersProvidersAlone(String provider, @TempDir Path directory)
      throws IOException {
    String taken = json.readTree(withKeys()).at("/definitions/secret/pattern").asText();
    String variable = "${" + provider + ":/no/such:thing}";

    List<String> faults = ConfigFixture.faults(directory, "gateway.api.key", variable);

    assertThat(Pattern.compile(taken).matcher("a " + variable).find())
        .as("%s", faults)
        .isEqualTo(!faults.toString().contains("unknown provider"));
  }

  private static List<String> taken(ObjectNode config) {
    return KnownKeys.all(WorkerConfig.definition().names()).stream()
        .filter(key -> takes(config, key) && !OF_THE_CHART.contains(key))
        .toList();
  }

  private static boolean isSecret(ObjectNode config, String key) {
    return config.get("properties").path(key).path("$ref").asText().equals(SECRET)
        || config.get("patternProperties").properties().stream()
            .filter(pattern -> Pattern.compile(pattern.getKey()).matcher(key).find())
            .anyMatch(pattern -> pattern.getValue().path("$ref").asText().equals(SECRET));
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
    for (ObjectNode made : List.of(properties, patterns)) {
      made.properties().removeIf(key -> isMade(key.getValue().path("$ref").asText()));
    }
    ((ObjectNode) schema.at("/definitions/secret"))
        .put("pattern", "^(|.*\\$\\{" + anyOf(PROVIDERS, ":") + ".*)$");
    Set<String> keys = new TreeSet<>(WorkerConfig.definition().names());
    keys.addAll(RegistryConfig.known());
    keys.removeAll(OF_THE_CHART);
    for (String key : keys) {
      if (!properties.has(key)) {
        properties.putObject(key).put("$ref", WorkerConfig.isSecret(key) ? SECRET : VALUE);
      }
    }
    patterns().forEach((pattern, kind) -> patterns.putObject(pattern).put("$ref", kind));
    return json.writer(printer()).writeValueAsString(schema) + "\n";
  }

  private static ObjectNode config(ObjectNode schema) {
    return (ObjectNode) schema.at("/properties/config");
  }

  private static boolean isMade(String kind) {
    return kind.equals(VALUE) || kind.equals(SECRET);
  }

  /** What keys look like that are not listed one by one, and whether their values are secrets. */
  private static Map<String, String> patterns() {
    Map<String, String> patterns = new LinkedHashMap<>();
    patterns.put("^gateway\\.headers\\..+$", SECRET);
    Set<String> limits =
        Limits.KEYS.stream().map(Limits.Key::name).collect(Collectors.toCollection(TreeSet::new));
    limits.add(OverrideKeys.MODEL);
    patterns.put("^rate\\.limit\\.override\\.[a-z0-9_-]+\\." + anyOf(limits, "$"), VALUE);
    patterns.put("^rate\\.limit\\.override\\.[a-z0-9_-]+\\.virtual\\.key$", SECRET);
    Set<String> ofBudgets = new TreeSet<>(BudgetConfig.settings());
    ofBudgets.remove("virtual.key");
    patterns.put("^budget\\.[a-z0-9][a-z0-9_-]{0,63}\\." + anyOf(ofBudgets, "$"), VALUE);
    patterns.put("^budget\\.[a-z0-9][a-z0-9_-]{0,63}\\.virtual\\.key$", SECRET);
    patterns.put("^kafka\\.(client\\.tag|metrics\\.context)\\..+$", VALUE);
    patterns.put("^kafka\\.config\\.providers\\.[^.]+\\.class$", VALUE);
    patterns.put("^kafka\\.config\\.providers\\.[^.]+\\.param\\..+$", SECRET);
    for (String prefix : PREFIXES) {
      Map<Boolean, List<String>> names =
          KafkaNames.known().stream()
              .filter(name -> prefix(name).equals(prefix))
              .filter(name -> !KafkaKeys.ours().contains(KafkaNames.plain(name)))
              .collect(Collectors.partitioningBy(KafkaNames::isSecret));
      names.forEach(
          (secret, some) -> {
            if (!some.isEmpty()) {
              List<String> plain = some.stream().map(KafkaNames::plain).toList();
              String begin = "^kafka\\." + prefix.replace(".", "\\.");
              patterns.put(begin + anyOf(plain, "$"), secret ? SECRET : VALUE);
            }
          });
    }
    return patterns;
  }

  private static String prefix(String name) {
    return name.substring(0, name.length() - KafkaNames.plain(name).length());
  }

  private static String anyOf(Collection<String> names, String end) {
    return names.stream()
        .sorted()
        .map(name -> name.replace(".", "\\."))
        .collect(Collectors.joining("|", "(", ")" + end));
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
