// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What no client of Kafka knows is refused, unless a class of the user's own may read it. */
class KafkaNamesTest {

  private static final String UNKNOWN =
      ": unknown to every client of Kafka; the nearest known key is ";

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "kafka.bootstrap.server, kafka.bootstrap.servers",
    "kafka.bootstrapservers, kafka.bootstrap.servers",
    "kafka.security.protocoll, kafka.security.protocol",
    "kafka.sasl.jaas.configs, kafka.sasl.jaas.config",
    "kafka.consumer.max.poll.record, kafka.consumer.max.poll.records",
    "kafka.consumer.linger.ms, kafka.linger.ms",
    "kafka.min.insync.replicas, kafka.topic.min.insync.replicas",
    "kafka.session.timeout, kafka.session.timeout.ms",
    "kafka.num.streams.threads, kafka.num.stream.threads",
    "kafka.ssl.truststore.file, kafka.ssl.truststore.type",
    "kafka.Bootstrap.Servers, kafka.bootstrap.servers"
  })
  void shouldRefuseWhatNoClientKnows(String key, String nearest) {
    assertThat(ConfigFixture.faults(directory, key, "1")).containsExactly(key + UNKNOWN + nearest);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kafka.client.tag.zone",
        "kafka.config.providers.vault.param.url",
        "kafka.metrics.context.team",
        "kafka.metrics.jmx.exclude",
        "kafka.producer.linger.ms",
        "kafka.main.consumer.max.poll.records",
        "kafka.restore.consumer.fetch.max.bytes",
        "kafka.admin.retries",
        "kafka.topic.min.insync.replicas",
        "kafka.sasl.oauthbearer.token.endpoint.url",
        "kafka.ssl.keystore.certificate.chain",
        "kafka.group.instance.id",
        "kafka.replication.factor",
        "kafka.client.rack"
      })
  void shouldTakeWhatAClientKnows(String key) {
    assertThat(ConfigFixture.settings(directory, key, "1").kafka())
        .contains(entry(key.substring("kafka.".length()), "1"));
  }

  @Test
  void shouldPassOnTheSettingsOfAClassOfTheUsers() {
    assertThat(
            ConfigFixture.settings(
                    directory,
                    "kafka.metric.reporters",
                    "com.example.Reporter",
                    "kafka.example.reporter.endpoint",
                    "a")
                .kafka())
        .contains(entry("example.reporter.endpoint", "a"));
  }

  @Test
  void shouldRefuseAMisspeltNameBesideAClassOfTheUsers() {
    assertThat(
            ConfigFixture.faults(
                directory,
                "kafka.interceptor.classes",
                "com.example.Interceptor",
                "kafka.bootstrap.server",
                "a:1"))
        .containsExactly("kafka.bootstrap.server" + UNKNOWN + "kafka.bootstrap.servers");
  }

  @Test
  void shouldNotTakeAClassOfKafkasForOneOfTheUsers() {
    assertThat(
            ConfigFixture.faults(
                directory,
                "kafka.metric.reporters",
                "org.apache.kafka.common.metrics.JmxReporter",
                "kafka.example.reporter.endpoint",
                "a"))
        .hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "schema.registry.urls, schema.registry.url",
    "schema.registry.max.retry, schema.registry.max.retries",
    "schema.registry.http.connect.timeout, schema.registry.http.connect.timeout.ms",
    "schema.registry.ssl.truststore.pasword, schema.registry.ssl.truststore.password",
    "basic.auth.userinfo, basic.auth.user.info",
    "bearer.auth.tokens, bearer.auth.token",
    "gateway.header.x-team, gateway.headers.x-team"
  })
  void shouldRefuseWhatTheRegistrysClientDoesNotKnow(String key, String nearest) {
    assertThat(ConfigFixture.faults(directory, key, "1"))
        .containsExactly(key + ": unknown key; the nearest known key is " + nearest);
  }

  @Test
  void shouldPassOnTheSettingsOfAnotherSerde() {
    String serde = "io.confluent.kafka.streams.serdes.avro.SpecificAvroSerde";

    assertThat(
            ConfigFixture.settings(
                    directory, "avro.serde", serde, "schema.registry.ttl.something", "1")
                .registry()
                .settings())
        .contains(entry("schema.registry.ttl.something", "1"));
    assertThat(ConfigFixture.faults(directory, "avro.serde", serde, "basic.auth.userinfo", "a:b"))
        .hasSize(1);
  }
}
