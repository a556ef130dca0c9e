// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourcesTest {

  private static final Map<String, String> REQUIRED =
      Map.of("KAFKA_BOOTSTRAP_SERVERS", "broker:9092", "SCHEMA_REGISTRY_URL", "http://registry");

  @TempDir Path directory;

  @Test
  void shouldLetTheEnvironmentWin() {
    WorkerSettings settings =
        WorkerConfig.load(
            ConfigFixture.file(
                directory, "gateway.provider", "file", "kafka.security.protocol", "SSL"),
            Map.of("GATEWAY_PROVIDER", "environment", "KAFKA_SECURITY_PROTOCOL", "PLAINTEXT"));

    assertThat(settings.gateway().credentials().provider()).isEqualTo("environment");
    assertThat(settings.kafka()).contains(entry("security.protocol", "PLAINTEXT"));
  }

  @Test
  void shouldReachOpenKeysFromTheEnvironment() {
    WorkerSettings settings =
        load(
            "KAFKA_CONSUMER_MAX_POLL_RECORDS", "7",
            "SCHEMA_REGISTRY_SSL_KEYSTORE_TYPE", "PEM",
            "BASIC_AUTH_USER_INFO", "user:pass",
            "GATEWAY_HEADERS_X_TEAM", "search");

    assertThat(settings.kafka()).contains(entry("consumer.max.poll.records", "7"));
    assertThat(settings.registry().settings())
        .contains(
            entry("schema.registry.ssl.keystore.type", "PEM"),
            entry("basic.auth.user.info", "user:pass"));
    assertThat(settings.gateway().headers().fixed()).containsOnly(entry("x-team", "search"));
  }

  @Test
  void shouldLeaveAloneWhatIsNoKeyOfOurs() {
    WorkerSettings settings =
        load(
            "GATEWAY_SERVICE_HOST", "10.0.0.1",
            "PATH", "/bin",
            "KAFKA_SERVICE_HOST", "10.0.0.2",
            "KAFKA_PORT_9092_TCP_ADDR", "10.0.0.2",
            "KAFKA_PORT", "tcp://10.0.0.2:9092",
            "MANAGEMENT_PORT", "tcp://10.0.0.3:8080");

    assertThat(settings.kafka()).containsOnlyKeys("bootstrap.servers", "application.id");
    assertThat(settings.management().port()).isEqualTo(8080);
  }

  @Test
  void shouldTellThePortOfAProxyFromThatOfAService() {
    String port = "schema.registry.proxy.port";

    assertThat(load("SCHEMA_REGISTRY_PROXY_PORT", "3128").registry().settings())
        .containsEntry(port, "3128");
    assertThat(load("SCHEMA_REGISTRY_PROXY_PORT", "tcp://10.0.0.2:80").registry().settings())
        .doesNotContainKey(port);
  }

  @Test
  void shouldLeaveAVariableAloneThatIsNoSettingOfTheRegistry() {
    assertThat(load("SCHEMA_REGISTRY_IMAGE", "registry:1").registry().settings())
        .doesNotContainKey("schema.registry.image");
    assertThat(load("SCHEMA_REGISTRY_SSL_TRUSTSTORE_LOCATION", "/t").registry().settings())
        .containsEntry("schema.registry.ssl.truststore.location", "/t");
  }

  @Test
  void shouldTakeAnEmptyVariableForNone() {
    WorkerSettings settings = load("GATEWAY_API_KEY", "", "KAFKA_SASL_JAAS_CONFIG", " ");

    assertThat(settings.gateway().credentials().apiKey()).isNull();
    assertThat(settings.kafka()).doesNotContainKey("sasl.jaas.config");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"\"", "''", " \"\" "})
  void shouldTakeTwoQuotesForAnEmptyValue(String quotes) {
    Optional<Path> file =
        ConfigFixture.file(
            directory,
            "kafka.ssl.endpoint.identification.algorithm",
            "https",
            "gateway.forward.headers",
            "x-a");

    WorkerSettings settings =
        WorkerConfig.load(
            file,
            Map.of(
                "KAFKA_SSL_ENDPOINT_IDENTIFICATION_ALGORITHM",
                quotes,
                "GATEWAY_FORWARD_HEADERS",
                quotes));

    assertThat(settings.kafka()).containsEntry("ssl.endpoint.identification.algorithm", "");
    assertThat(settings.gateway().headers().forwarded()).isEmpty();
  }

  @Test
  void shouldRefuseQuotesUnlessThePersonWhoChoseTheValueMayHaveMeantThem() {
    assertThat(
            ConfigFixture.faults(
                ConfigFixture.file(directory),
                Map.of(
                    "GATEWAY_API_KEY", "'a'",
                    "BEARER_AUTH_TOKEN", "\"b\"",
                    "GATEWAY_PROXY_PASSWORD", "'c'",
                    "GATEWAY_PROXY_HOST", "proxy",
                    "GATEWAY_PROXY_PORT", "1",
                    "GATEWAY_PROXY_USERNAME", "user",
                    "KAFKA_SASL_OAUTHBEARER_ASSERTION_PRIVATE_KEY_PASSPHRASE", "\"d\"")))
        .hasSize(2)
        .allMatch(fault -> fault.contains("has quotes around its value"))
        .anyMatch(fault -> fault.startsWith("gateway.api.key"))
        .anyMatch(fault -> fault.startsWith("bearer.auth.token"));
  }

  @Test
  void shouldRefuseAnEmptyValueWhereThereMustBeOne() {
    assertThat(
            ConfigFixture.faults(
                ConfigFixture.file(directory),
                Map.of("GATEWAY_API_KEY", "\"\"", "ASYNC_MAX_IN_FLIGHT", "''")))
        .hasSize(2)
        .allMatch(fault -> fault.contains("is empty; allowed: "));
  }

  @Test
  void shouldTakeTheEnvironmentAsItStands() {
    assertThat(load("GATEWAY_API_KEY", "${env:OTHER}").gateway().credentials().apiKey())
        .isEqualTo(new Secret("${env:OTHER}"));
  }

  @Test
  void shouldPutVariablesIn() {
    Path whole = ConfigFixture.write(directory.resolve("api-key"), "from-a-file\n");
    Path keys = ConfigFixture.write(directory.resolve("keys"), "virtual=from-a-key\n");
    WorkerSettings settings =
        WorkerConfig.load(
            ConfigFixture.file(
                directory,
                "gateway.api.key",
                "${file:" + whole + "}",
                "gateway.virtual.key",
                "${file:" + keys + ":virtual}",
                "gateway.config",
                "${dir:" + directory + ":api-key}",
                "gateway.authorization",
                "Bearer ${env:TOKEN}"),
            Map.of("TOKEN", "a$1\\b"));

    assertThat(settings.gateway().credentials())
        .isEqualTo(
            new GatewayConfig.Credentials(
                new Secret("from-a-file"),
                new Secret("from-a-key"),
                null,
                new Secret("from-a-file"),
                new Secret("Bearer a$1\\b")));
  }

  @Test
  void shouldNameTheVariableThatHasNoValue() {
    assertThat(
            ConfigFixture.faults(
                directory,
                "gateway.api.key",
                "${env:MISSING}",
                "gateway.virtual.key",
                "${file:/no/such/file}",
                "gateway.provider",
                "${file:/no/such/file:key}",
                "gateway.config",
                "${dir:/no/such:key}",
                "gateway.authorization",
                "${vault:a:b}"))
        .containsExactlyInAnyOrder(
            "gateway.api.key: nothing found for ${env:MISSING}",
            "gateway.virtual.key: nothing found for ${file:/no/such/file}",
            "gateway.provider: nothing found for ${file:/no/such/file:key}",
            "gateway.config: nothing found for ${dir:/no/such:key}",
            "gateway.authorization: ${vault:a:b} names an unknown provider; known are env, file"
                + " and dir");
  }

  @Test
  void shouldLeaveProvidersOfKafkaToKafka() {
    assertThat(ConfigFixture.settings(directory, "kafka.ssl.key.password", "${vault:a:b}").kafka())
        .contains(entry("ssl.key.password", "${vault:a:b}"));
  }

  @Test
  void shouldSayThatTheFileIsMissingAndNothingElse() {
    Path missing = directory.resolve("missing.properties");

    assertThat(ConfigFixture.faults(Optional.of(missing), Map.of()))
        .containsExactly(
            "--config: cannot read " + missing + " as a properties file: there is no such file");
  }

  @Test
  void shouldSayThatTheFileIsBroken() {
    Path broken = ConfigFixture.write(directory.resolve("broken.properties"), "a=\\uZZZZ");

    assertThat(ConfigFixture.faults(Optional.of(broken), Map.of()))
        .singleElement()
        .asString()
        .contains("Malformed");
  }

  private static WorkerSettings load(String... pairs) {
    Map<String, String> environment = new LinkedHashMap<>(REQUIRED);
    for (int i = 0; i < pairs.length; i += 2) {
      environment.put(pairs[i], pairs[i + 1]);
    }
    return WorkerConfig.load(Optional.empty(), environment);
  }
}
