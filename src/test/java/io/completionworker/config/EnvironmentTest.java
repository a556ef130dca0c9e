// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.completionworker.config.KafkaKeys.KafkaNames;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.server.config.AbstractKafkaConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Variables that were meant for a key stop the start, those of others do not. */
class EnvironmentTest {

  private static final Map<String, String> REQUIRED =
      Map.of("KAFKA_BOOTSTRAP_SERVERS", "broker:9092", "SCHEMA_REGISTRY_URL", "http://registry");

  private static final String OF_OTHERS =
      """
      PATH HOME TERM CI LANG LC_ALL TZ JAVA_HOME JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS LOG_LEVEL
      LOG_FORMAT HOSTNAME POD_NAME http_proxy https_proxy no_proxy OTEL_EXPORTER_OTLP_ENDPOINT
      OTEL_SERVICE_NAME GITHUB_TOKEN GITHUB_RUN_ID PORTKEY_API_KEY OPENAI_API_KEY
      PORTKEY_GATEWAY_IMAGE PROVIDER_IMAGE PROVIDER_LATENCY_MS WORKER_IMAGE GATEWAY_SERVICE_HOST
      GATEWAY_SERVICE_PORT GATEWAY_SERVICE_PORT_HTTP GATEWAY_PORT_8787_TCP
      GATEWAY_PORT_8787_TCP_ADDR GATEWAY_PORT_8787_TCP_PROTO GATEWAY_IMAGE GATEWAY_HOST
      GATEWAY_VERSION GATEWAY_NAME GATEWAY_URL_B GATEWAY_CONFIG_FILE GATEWAY_HTTP GATEWAY_URL_2
      SCHEMA_REGISTRY_IMAGE SCHEMA_REGISTRY_HOST_NAME SCHEMA_REGISTRY_LISTENERS
      SCHEMA_REGISTRY_KAFKASTORE_BOOTSTRAP_SERVERS SCHEMA_REGISTRY_HEAP_OPTS
      SCHEMA_REGISTRY_JMX_PORT SCHEMA_REGISTRY_SERVICE_HOST SCHEMA_REGISTRY_DEBUG KAFKA_IMAGE
      KAFKA_HEAP_OPTS KAFKA_OPTS KAFKA_JMX_PORT KAFKA_JMX_OPTS KAFKA_LOG4J_OPTS
      KAFKA_GC_LOG_OPTS KAFKA_JVM_PERFORMANCE_OPTS KAFKA_VERSION KAFKA_HOME KAFKA_DEBUG
      KAFKA_CLUSTER_ID CLUSTER_ID KAFKA_PASSWORD KAFKA_USER KAFKA_USERNAME KAFKA_USER_PASSWORD
      KAFKA_CLIENT_SECRET KAFKA_TOPIC KAFKA_TOPICS KAFKA_BROKERS KAFKA_BROKER_LIST KAFKA_ACLS
      KAFKA_CONSUMER_GROUP KAFKA_ZOOKEEPER_CONNECT KAFKA_ADVERTISED_HOST_NAME
      KAFKA_CREATE_TOPICS KAFKA_SSL_KEYSTORE_FILENAME KAFKA_SSL_KEY_CREDENTIALS
      KAFKA_SSL_TRUSTSTORE_CREDENTIALS KAFKA_BOOTSTRAP_SERVERS_DR KAFKA_BOOTSTRAP_SERVERS2
      KAFKA_PORT KAFKA_PORT_9092_TCP KAFKA_SERVICE_HOST KAFKA_DATA_DIR MANAGEMENT_SERVER_PORT
      MANAGEMENT_ENDPOINTS_WEB_EXPOSURE_INCLUDE MANAGEMENT_SERVICE_HOST
      MANAGEMENT_ENDPOINT_HEALTH_ENABLED RETRY_COUNT RETRY_DELAY RETRY_ATTEMPTS
      RETRY_MAX_DELAY_MS RETRY_INTERVAL_MS USAGE USAGE_STATISTICS USAGE_REPORTING_ENABLED
      METRICS_PORT METRICS_ENABLED TOPIC TOPICS ASYNC ASYNC_PROFILER_HOME BASIC_AUTH_USER
      BASIC_AUTH_PASSWORD BASIC_AUTH_USERNAME RATE_LIMIT_ENABLED RATE_LIMIT_WINDOW_MS
      VALIDATION_ENABLED VALIDATOR SHUTDOWN_TIMEOUT COMPLETION_WORKER_SERVICE_HOST
      COMPLETION_WORKER_SERVICE_PORT COMPLETION_WORKER_SERVICE_PORT_HTTP
      COMPLETION_WORKER_PORT_8080_TCP COMPLETION_WORKER_PORT_8080_TCP_ADDR
      COMPLETION_WORKER_PORT IT_COMPLETION_WORKER_SERVICE_HOST COMPLETION_MODEL
      COMPLETION_WORKERS
      """;

  @ParameterizedTest
  @CsvSource({
    "RATE_LIMIT_REQUESTS_PER_MINUTES, RATE_LIMIT_REQUESTS_PER_MINUTE",
    "RATE_LIMIT_REQUEST_PER_MINUTE, RATE_LIMIT_REQUESTS_PER_MINUTE",
    "RATE_LIMITS_REQUESTS_PER_MINUTE, RATE_LIMIT_REQUESTS_PER_MINUTE",
    "RATELIMIT_REQUESTS_PER_MINUTE, RATE_LIMIT_REQUESTS_PER_MINUTE",
    "RATE_LIMIT_REQUESTS_MINUTE, RATE_LIMIT_REQUESTS_PER_MINUTE",
    "RATE_LIMIT_REQUESTS_PER_MIN, RATE_LIMIT_REQUESTS_PER_MINUTE",
    "RATE_LIMIT_REQUEST_PER_MIN, RATE_LIMIT_REQUESTS_PER_MINUTE",
    "RATE_LIMIT_REQUESTS_PER_DAY, RATE_LIMIT_REQUESTS_PER_MINUTE",
    "RATE_LIMIT_TOKENS_PER_SECOND, RATE_LIMIT_TOKENS_PER_MINUTE",
    "RATE_LIMIT_INPUT_TOKENS_PER_MIN, RATE_LIMIT_INPUT_TOKENS_PER_MINUTE",
    "RATE_LIMIT_REQUESTS_PER_SECONDS, RATE_LIMIT_REQUESTS_PER_SECOND",
    "RATE_LIMIT_TOKEN_PER_MINUTE, RATE_LIMIT_TOKENS_PER_MINUTE",
    "RATE_LIMIT_TOKENS_PER_MINTUE, RATE_LIMIT_TOKENS_PER_MINUTE",
    "RATE_LIMIT_MAX_INFLIGHT, RATE_LIMIT_MAX_IN_FLIGHT",
    "ASYNC_MAX_INFLIGHT, ASYNC_MAX_IN_FLIGHT",
    "ASYNC_MAX_INFLIGHTS, ASYNC_MAX_IN_FLIGHT",
    "ASYNC_MAX_IN_FLIGHTS, ASYNC_MAX_IN_FLIGHT",
    "ASYNC_MAX_IN_FLIHGT, ASYNC_MAX_IN_FLIGHT",
    "ASYNC_IN_FLIGHT_MAX, ASYNC_MAX_IN_FLIGHT",
    "ASNYC_MAX_IN_FLIGHT, ASYNC_MAX_IN_FLIGHT",
    "ASYNC_MAX_PENDING_RECORD, ASYNC_MAX_PENDING_RECORDS",
    "GATEWAY_APIKEY, GATEWAY_API_KEY",
    "GATEWAY_API_KEYS, GATEWAY_API_KEY",
    "GATEWAY_API__KEY, GATEWAY_API_KEY",
    "GATEWAY__API__KEY, GATEWAY_API_KEY",
    "GATEWAY.API.KEY, GATEWAY_API_KEY",
    "GATEWAY-API-KEY, GATEWAY_API_KEY",
    "gateway.api.key, GATEWAY_API_KEY",
    "gateway_api_key, GATEWAY_API_KEY",
    "GATWAY_API_KEY, GATEWAY_API_KEY",
    "GATEWAY_URI, GATEWAY_URL",
    "GATEWAY_URLS, GATEWAY_URL",
    "GATEWAY_AUTHORISATION, GATEWAY_AUTHORIZATION",
    "GATEWAY_VIRTUALKEY, GATEWAY_VIRTUAL_KEY",
    "GATEWAY_REQUEST_TIMEOUT, GATEWAY_REQUEST_TIMEOUT_MS",
    "SHUTDOWN_DRAIN_SECONDS, SHUTDOWN_DRAIN_MS",
    "TOPICS_REQUEST, TOPICS_REQUESTS",
    "TOPIC_REQUESTS, TOPICS_REQUESTS",
    "TOPICS_DEADLETTERS, TOPICS_DEAD_LETTERS",
    "RETRY_MAX_ATTEMPT, RETRY_MAX_ATTEMPTS",
    "RETRY_MAX_ATEMPTS, RETRY_MAX_ATTEMPTS",
    "HOLD_ACTIONS, HOLD_ACTION",
    "MANAGMENT_PORT, MANAGEMENT_PORT",
    "USAGE_PRICE_FILE, USAGE_PRICES_FILE",
    "AUTO_REGISTER_SCHEMA, AUTO_REGISTER_SCHEMAS",
    "SCHEMA_REGISTRY_URLS, SCHEMA_REGISTRY_URL",
    "SCHEMAREGISTRY_URL, SCHEMA_REGISTRY_URL",
    "BASIC_AUTH_USERINFO, BASIC_AUTH_USER_INFO",
    "KAFKA_BOOTSTRAP_SERVER, KAFKA_BOOTSTRAP_SERVERS",
    "kafka.bootstrap.servers, KAFKA_BOOTSTRAP_SERVERS",
    "KAKFA_BOOTSTRAP_SERVERS, KAFKA_BOOTSTRAP_SERVERS",
    "KAFKA_APPLICATIONID, KAFKA_APPLICATION_ID",
    "KAFKA_SECURITY_PROTOCOLS, KAFKA_SECURITY_PROTOCOL",
    "KAFKA_SASL_JAAS_CONFIGS, KAFKA_SASL_JAAS_CONFIG",
    "KAFKA_CONSUMER_MAX_POLL_RECORD, KAFKA_CONSUMER_MAX_POLL_RECORDS",
    "GATEWAY_HEADER_X_TEAM, GATEWAY_HEADERS_X_TEAM",
    "RATE_LIMIT_OVERRIDES_MINI_MODEL, RATE_LIMIT_OVERRIDE_MINI_MODEL"
  })
  void shouldStopAtAVariableThatWasMeantForAKey(String variable, String meant) {
    String key =
        meant.equals("GATEWAY_HEADERS_X_TEAM")
            ? "gateway.headers.x-team"
            : meant.toLowerCase(Locale.ROOT).replace('_', '.');

    assertThat(faults(variable, "sk-secret"))
        .containsExactly(
            variable
                + ": no setting has this environment variable; the nearest is "
                + meant
                + ", for "
                + key);
  }

  @ParameterizedTest
  @MethodSource
  void shouldLeaveVariablesOfOthersAlone(String variable) {
    String value = variable.equals("COMPLETION_WORKER_PORT") ? "tcp://10.0.0.1:8080" : "x";

    assertThat(faults(variable, value)).isEmpty();
    assertThat(load(variable, value).kafka())
        .containsOnlyKeys("bootstrap.servers", "application.id");
  }

  static List<String> shouldLeaveVariablesOfOthersAlone() {
    return List.of(OF_OTHERS.strip().split("\\s+"));
  }

  /** A file of variables is often shared by the broker and its clients. */
  @Test
  void shouldLeaveSettingsOfTheBrokerAlone() {
    String[] settings =
        AbstractKafkaConfig.CONFIG_DEF.names().stream()
            .filter(name -> !KafkaNames.isKnown(name) && !KafkaKeys.ours().contains(name))
            .map(name -> "KAFKA_" + name.toUpperCase(Locale.ROOT).replace('.', '_'))
            .flatMap(name -> Stream.of(name, "x"))
            .toArray(String[]::new);

    assertThat(settings).hasSizeGreaterThan(200);
    assertThat(faults(settings)).isEmpty();
  }

  @Test
  void shouldTakeAnEmptyVariableForNone() {
    assertThat(faults("GATEWAY_APIKEY", "")).isEmpty();
    assertThat(faults("COMPLETION_WORKER_GATEWAY_APIKEY", " ")).isEmpty();
  }

  @Test
  void shouldLetThePrefixedVariableWin() {
    WorkerSettings settings =
        load(
            "GATEWAY_PROVIDER", "other",
            "COMPLETION_WORKER_GATEWAY_PROVIDER", "ours",
            "COMPLETION_WORKER_GATEWAY_HEADERS_X_TEAM", "search",
            "COMPLETION_WORKER_KAFKA_CONSUMER_MAX_POLL_RECORDS", "7",
            "COMPLETION_WORKER_RATE_LIMIT_OVERRIDE_MINI_MODEL", "mini",
            "COMPLETION_WORKER_RATE_LIMIT_OVERRIDE_MINI_MAX_IN_FLIGHT", "3",
            "COMPLETION_WORKER_RATE_LIMIT_SCOPE", "model",
            "COMPLETION_WORKER_MANAGEMENT_PORT", "tcp://10.0.0.1:80");

    assertThat(settings.gateway().credentials().provider()).isEqualTo("ours");
    assertThat(settings.gateway().headers().fixed()).containsOnly(entry("x-team", "search"));
    assertThat(settings.kafka()).containsEntry("consumer.max.poll.records", "7");
    assertThat(settings.rateLimit().overrides()).hasSize(1);
    assertThat(settings.management().port()).isEqualTo(8080);
  }

  @ParameterizedTest
  @CsvSource({
    "COMPLETION_WORKER_GATEWAY_APIKEY, GATEWAY_API_KEY, gateway.api.key",
    "COMPLETION_WORKER_RETRY_ATTEMPTS, RETRY_MAX_ATTEMPTS, retry.max.attempts",
    "COMPLETION_WORKER_IN_FLIGHT, ASYNC_MAX_IN_FLIGHT, async.max.in.flight",
    "completion_worker_gateway_api_key, GATEWAY_API_KEY, gateway.api.key",
    "COMPLETIONWORKER_GATEWAY_APIKEY, GATEWAY_API_KEY, gateway.api.key",
    "COMPLETION-WORKER_GATEWAY_API_KEY, GATEWAY_API_KEY, gateway.api.key"
  })
  void shouldBeStrictBehindThePrefix(String variable, String meant, String key) {
    assertThat(faults(variable, "1"))
        .singleElement()
        .asString()
        .startsWith(variable + ": no setting has this environment variable; the nearest is ")
        .satisfies(
            fault -> {
              if (!variable.endsWith("R_IN_FLIGHT")) {
                assertThat(fault).endsWith("COMPLETION_WORKER_" + meant + ", for " + key);
              }
            });
  }

  @Test
  void shouldCheckWhatIsPassedOnBehindThePrefixAsInAFile() {
    assertThat(
            faults(
                "COMPLETION_WORKER_KAFKA_HEAP_OPTS", "-Xmx1g",
                "COMPLETION_WORKER_SCHEMA_REGISTRY_IMAGE", "a"))
        .hasSize(2)
        .anyMatch(fault -> fault.startsWith("kafka.heap.opts: unknown to every client of Kafka"))
        .anyMatch(fault -> fault.startsWith("schema.registry.image: unknown key; the nearest"));
  }

  @Test
  void shouldLetAForeignVariableBeOnceItsKeyIsSetWithThePrefix() {
    assertThat(faults("GATEWAY_APIKEY", "x", "COMPLETION_WORKER_GATEWAY_API_KEY", "y")).isEmpty();
    assertThat(faults("GATEWAY_APIKEY", "x", "GATEWAY_API_KEY", "y")).hasSize(1);
  }

  @Test
  void shouldTellEveryKeyByItsVariable() {
    Stream<String> all = KnownKeys.all(WorkerConfig.definition().names()).stream();

    assertThat(all.map(key -> key.toUpperCase(Locale.ROOT).replace('.', '_')))
        .doesNotHaveDuplicates();
  }

  @Test
  void shouldShowNoValueInAFault() {
    assertThat(faults("GATEWAY_APIKEY", "sk-planted").toString()).doesNotContain("sk-planted");
  }

  private static List<String> faults(String... pairs) {
    return ConfigFixture.faults(Optional.empty(), environment(pairs));
  }

  private static WorkerSettings load(String... pairs) {
    return WorkerConfig.load(Optional.empty(), environment(pairs));
  }

  private static Map<String, String> environment(String... pairs) {
    Map<String, String> environment = new HashMap<>(REQUIRED);
    for (int i = 0; i < pairs.length; i += 2) {
      environment.put(pairs[i], pairs[i + 1]);
    }
    return environment;
  }
}
