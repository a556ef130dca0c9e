// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkerConfigTest {

  @TempDir Path directory;

  @Test
  void shouldHaveADefaultForAllButTheBrokersAndTheRegistry() {
    WorkerSettings settings = ConfigFixture.settings(directory);

    assertThat(settings.topics())
        .isEqualTo(
            new TopicsConfig(
                "completion-requests",
                "completion-responses",
                "completion-usage",
                "completion-failures",
                "completion-chunks",
                "completion-usage-windows",
                "completion-dead-letters",
                "completion-controls",
                "completion-spend"));
    assertThat(settings.gateway())
        .isEqualTo(
            new GatewayConfig(
                URI.create("https://api.portkey.ai/v1"),
                new GatewayConfig.Credentials(null, null, null, null, null),
                new GatewayConfig.HeaderRules(Map.of(), Set.of(), false),
                new GatewayConfig.Transport(
                    Duration.ofSeconds(10),
                    Duration.ofMinutes(10),
                    Duration.ofMinutes(5),
                    16 << 20,
                    false),
                new GatewayConfig.Tls(null, null, true),
                null));
    assertThat(settings.retry())
        .isEqualTo(
            new RetryConfig(
                5, Duration.ofSeconds(1), 2.0, Duration.ofMinutes(1), 0.5, Duration.ofMinutes(10)));
    assertThat(settings.hold())
        .isEqualTo(
            new HoldConfig(
                HoldConfig.Action.WAIT,
                Duration.ofSeconds(5),
                Duration.ofMinutes(5),
                0.9,
                100,
                Duration.ofSeconds(30)));
    assertThat(settings.shutdown()).isEqualTo(new ShutdownConfig(Duration.ofSeconds(20), true));
    assertThat(settings.management()).isEqualTo(new ManagementConfig("127.0.0.1", 8080, true));
    assertThat(settings.records().strictness()).isEqualTo(RecordsConfig.Strictness.STRICT);
    assertThat(settings.records().responseBody()).isTrue();
    assertThat(settings.registry())
        .isEqualTo(
            new RegistryConfig(
                "io.completionworker.serde.AvroSerde",
                Map.of(
                    "schema.registry.url",
                    "http://registry:8081",
                    "schema.registry.http.read.timeout.ms",
                    "10000")));
    assertThat(settings.kafka())
        .containsOnly(
            entry("bootstrap.servers", "broker:9092"),
            entry("application.id", "completion-worker"));
  }

  @ParameterizedTest
  @CsvSource({
    "200, 10000, 2000, 2000, 500",
    "1000, 10000, 2000, 2000, 2000",
    "5000, 10000, 2000, 5000, 5000",
    "20, 100, 2000, 100, 40"
  })
  void shouldHaveEnoughOfEveryScopeAtHandToFillTheSlots(
      int inFlight, int pending, int perScope, int most, int enough) {
    AsyncConfig async =
        ConfigFixture.settings(
                directory,
                "async.max.in.flight",
                "" + inFlight,
                "async.max.pending.records",
                "" + pending,
                "async.max.pending.records.per.scope",
                "" + perScope)
            .async();

    assertThat(async.maxAtHand()).isEqualTo(most);
    assertThat(async.enoughAtHand()).isEqualTo(enough);
  }

  @Test
  void shouldBoundWhatIsInFlightByDefault() {
    AsyncConfig async = ConfigFixture.settings(directory).async();

    assertThat(async)
        .isEqualTo(
            new AsyncConfig(
                200,
                10_000,
                2_000,
                AsyncConfig.Overflow.WAIT,
                256L << 20,
                256L << 20,
                8 << 20,
                AsyncConfig.Ordering.UNORDERED,
                AsyncConfig.StoreKind.MEMORY,
                null,
                3,
                Duration.ofSeconds(5),
                Map.of(
                    "cleanup.policy", "compact",
                    "segment.bytes", "33554432",
                    "segment.ms", "600000",
                    "max.compaction.lag.ms", "600000",
                    "delete.retention.ms", "1800000",
                    "min.cleanable.dirty.ratio", "0.1",
                    "max.message.bytes", "8454144")));
  }

  @Test
  void shouldRequireTheBrokersAndTheRegistry() {
    assertThat(ConfigFixture.faults(Optional.empty(), Map.of()))
        .containsExactly(
            "kafka.bootstrap.servers: is required; allowed: host:port",
            "schema.registry.url: is required, unless value.format is json; allowed: URLs with"
                + " http, https or mock");
  }

  @Test
  void shouldNeedNoRegistryForJson() {
    Map<String, String> json =
        Map.of("KAFKA_BOOTSTRAP_SERVERS", "broker:9092", "VALUE_FORMAT", "json");

    WorkerSettings settings = WorkerConfig.load(Optional.empty(), json);

    assertThat(settings.values().format()).isEqualTo(ValuesConfig.Format.JSON);
    assertThat(settings.registry().settings()).doesNotContainKey("schema.registry.url");
  }

  @Test
  void shouldPassKafkaSettingsOnWithoutThePrefix() {
    WorkerSettings settings =
        ConfigFixture.settings(
            directory,
            "kafka.security.protocol",
            "SASL_SSL",
            "kafka.consumer.max.poll.records",
            "50",
            "kafka.application.id",
            "enrichment");

    assertThat(settings.kafka())
        .contains(
            entry("security.protocol", "SASL_SSL"),
            entry("consumer.max.poll.records", "50"),
            entry("application.id", "enrichment"));
  }

  @Test
  void shouldPassConfluentNamesOnAsTheyAre() {
    WorkerSettings settings =
        ConfigFixture.settings(
            directory,
            "basic.auth.credentials.source",
            "USER_INFO",
            "bearer.auth.logical.cluster",
            "lsrc-1",
            "schema.registry.ssl.truststore.location",
            "/trust.jks",
            "auto.register.schemas",
            "false");

    assertThat(settings.registry().settings())
        .containsOnly(
            entry("schema.registry.url", "http://registry:8081"),
            entry("schema.registry.http.read.timeout.ms", "10000"),
            entry("schema.registry.ssl.truststore.location", "/trust.jks"),
            entry("basic.auth.credentials.source", "USER_INFO"),
            entry("bearer.auth.logical.cluster", "lsrc-1"),
            entry("auto.register.schemas", "false"));
  }

  @Test
  void shouldTakeHeadersForEveryCall() {
    GatewayConfig.HeaderRules headers =
        ConfigFixture.settings(directory, "gateway.headers.X-Team", "search team")
            .gateway()
            .headers();

    assertThat(headers.fixed()).containsOnly(entry("x-team", "search team"));
  }

  @Test
  void shouldDropTheSlashAtTheEndOfTheUrl() {
    assertThat(
            ConfigFixture.settings(directory, "gateway.url", "http://localhost:8787/v1/")
                .gateway()
                .url())
        .isEqualTo(URI.create("http://localhost:8787/v1"));
  }

  @Test
  void shouldListAllFaultsAtOnce() {
    List<String> faults =
        ConfigFixture.faults(
            directory,
            "kafka.bootstrap.servers",
            "broker",
            "async.max.in.flight",
            "0",
            "gateway.api.kye",
            "x",
            "gateway.provider",
            "${env:PROVIDER}",
            "topics.usage",
            "completion-responses",
            "kafka.processing.guarantee",
            "at_least_once",
            "gateway.headers.authorization",
            "Bearer x");

    assertThat(faults)
        .containsExactlyInAnyOrder(
            "kafka.bootstrap.servers: 'broker' is not allowed; allowed: host:port",
            "async.max.in.flight: '0' is not allowed; allowed: a whole number from 1 to 100000",
            "gateway.api.kye: unknown key; the nearest known key is gateway.api.key",
            "gateway.provider: nothing found for ${env:PROVIDER}",
            "topics.usage: completion-responses is the topic of topics.responses; allowed: a topic"
                + " of its own",
            "kafka.processing.guarantee: may not be set: every outcome is written exactly once,"
                + " and that is not a matter of configuration",
            "gateway.headers.authorization: has a key of its own: gateway.authorization");
  }

  @Test
  void shouldPrintAllThatMetersDistinguishButVirtualKeys() {
    MetricsConfig metrics = new MetricsConfig(List.of("m*"), 7, List.of("vk-1"), 8, List.of("k*"));

    assertThat(metrics)
        .hasToString("MetricsConfig[models=[m*], maxModels=7, maxScopes=8, kafka=[k*]]");
  }

  @ParameterizedTest
  @CsvSource({
    "https://api.portkey.ai/v1, api.portkey.ai",
    "https://gateway:443/v1, gateway",
    "http://gateway:8787, gateway:8787",
    "http://[::1]:80/v1, [::1]",
  })
  void shouldNameTheEndpointByItsHost(String url, String name) {
    assertThat(ConfigFixture.settings(directory, "gateway.url", url).gateway().endpoint())
        .isEqualTo(name);
  }
}
