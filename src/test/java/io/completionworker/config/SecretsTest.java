package io.completionworker.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {

  private static final String PLANTED = "planted-5ecret";

  private static final String[] SECRETS = {
    "gateway.api.key", PLANTED,
    "gateway.virtual.key", PLANTED,
    "gateway.config", PLANTED,
    "gateway.authorization", "Bearer " + PLANTED,
    "gateway.tls.trust.store.path", "/trust",
    "gateway.tls.trust.store.password", PLANTED,
    "gateway.tls.key.store.path", "/key",
    "gateway.tls.key.store.password", PLANTED,
    "gateway.proxy.host", "proxy",
    "gateway.proxy.port", "1",
    "gateway.proxy.username", "user",
    "gateway.proxy.password", PLANTED,
    "gateway.headers.x-functions-code", PLANTED,
    "kafka.sasl.jaas.config", "module required password=\"" + PLANTED + "\";",
    "kafka.ssl.key.password", PLANTED,
    "kafka.ssl.keystore.key", PLANTED,
    "kafka.producer.ssl.truststore.password", PLANTED,
    "schema.registry.url", "http://user:" + PLANTED + "@registry:8081",
    "schema.registry.ssl.keystore.password", PLANTED,
    "basic.auth.user.info", "user:" + PLANTED,
    "bearer.auth.token", PLANTED,
    "bearer.auth.client.secret", PLANTED,
    "avro.serde", "com.example.SerdeWithSettingsOfItsOwn"
  };

  @TempDir Path directory;

  @Test
  void shouldHideSecretsInTheSettingsInEffect() {
    Map<String, String> shown =
        WorkerConfig.effective(ConfigFixture.file(directory, SECRETS), Map.of());

    assertThat(shown.toString()).doesNotContain(PLANTED);
    assertThat(shown)
        .contains(
            entry("gateway.api.key", "[hidden]"),
            entry("gateway.tls.key.store.path", "/key"),
            entry("gateway.tls.key.store.password", "[hidden]"),
            entry("gateway.proxy.password", "[hidden]"),
            entry("kafka.sasl.jaas.config", "[hidden]"),
            entry("schema.registry.url", "http://[hidden]@registry:8081"),
            entry("kafka.bootstrap.servers", "broker:9092"),
            entry("async.max.in.flight", "200"))
        .doesNotContainKey("gateway.provider");
  }

  @Test
  void shouldShowWhereCredentialsComeFrom() {
    assertThat(
            WorkerConfig.effective(
                ConfigFixture.file(directory, "basic.auth.credentials.source", "USER_INFO"),
                Map.of()))
        .contains(entry("basic.auth.credentials.source", "USER_INFO"));
  }

  @Test
  void shouldHideSecretsInPrint() {
    WorkerSettings settings = ConfigFixture.settings(directory, SECRETS);

    assertThat(settings.toString() + settings.gateway() + settings.registry())
        .doesNotContain(PLANTED);
  }

  @Test
  void shouldHideSecretsInFaults() {
    assertThat(
            ConfigFixture.faults(
                directory,
                "gateway.url",
                "https://user:" + PLANTED + "@host",
                "gateway.api.key",
                "é" + PLANTED,
                "gateway.proxy.password",
                "é" + PLANTED,
                "gateway.headers.x-code",
                "é" + PLANTED,
                "schema.registry.url",
                "ftp://user:" + PLANTED + "@registry"))
        .hasSize(5)
        .noneMatch(fault -> fault.contains(PLANTED));
  }
}
