// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.completionworker.config.WorkerConfig.ShownValues;
import io.completionworker.secrets.PasswordsOfKafka;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SslConfigs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    "metrics.virtual.keys", PLANTED,
    "fairness.weights", PLANTED + "=2",
    "rate.limit.scope", "virtual-key",
    "rate.limit.override.one.virtual.key", PLANTED,
    "rate.limit.override.one.tokens.per.minute", "1000",
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
  void shouldPlantEveryPasswordOfTheWorker() {
    assertThat(SECRETS).contains(passwords(WorkerConfig.definition()).toArray(String[]::new));
  }

  @Test
  void shouldHideEveryPasswordOfKafkasClients() {
    Map<String, String> planted = new TreeMap<>();
    PasswordsOfKafka.keys().forEach(key -> planted.put(key, PLANTED));

    Map<String, String> shown = shown(planted);

    assertThat(shown).containsKey("kafka.sasl.oauthbearer.assertion.private.key.passphrase");
    assertThat(shown).containsKey("kafka.main.consumer.ssl.truststore.certificates");
    assertThat(shown.toString()).doesNotContain(PLANTED);
    planted.keySet().forEach(key -> assertThat(shown).containsEntry(key, "[hidden]"));
  }

  @Test
  void shouldHideEveryPasswordOfTheRegistrysClient() {
    ConfigDef tls = new ConfigDef();
    SslConfigs.addClientSslSupport(tls);
    Map<String, String> planted = new TreeMap<>();
    passwords(tls).forEach(name -> planted.put("schema.registry." + name, PLANTED));
    planted.put("schema.registry.basic.auth.user.info", PLANTED);
    planted.put("schema.registry.bearer.auth.token", PLANTED);

    assertThat(shown(planted).toString()).doesNotContain(PLANTED);
  }

  /** Nobody but such a class knows what its settings are. */
  @Test
  void shouldHideWhatNoDefinitionKnows() {
    Map<String, String> shown =
        shown(
            Map.of(
                "kafka.metric.reporters",
                "com.example.Reporter",
                "kafka.com.example.reporter.door",
                PLANTED,
                "kafka.config.providers",
                "vault",
                "kafka.config.providers.vault.class",
                "com.example.Vault",
                "kafka.config.providers.vault.param.door",
                PLANTED,
                "avro.serde",
                "com.example.Serde",
                "schema.registry.com.example.door",
                PLANTED,
                "bearer.auth.issuer.phrase",
                PLANTED));

    assertThat(shown.toString()).doesNotContain(PLANTED);
    assertThat(shown)
        .containsEntry("kafka.config.providers.vault.class", "com.example.Vault")
        .containsEntry("avro.serde", "com.example.Serde");
  }

  @ParameterizedTest
  @CsvSource({
    "rate.limit.tokens.per.minute, 5000",
    "kafka.sasl.oauthbearer.token.endpoint.url, https://idp.example/token",
    "kafka.sasl.oauthbearer.assertion.private.key.file, /keys/private.pem",
    "kafka.client.tag.key, zone-a",
    "kafka.topic.cleanup.policy, delete",
    "schema.registry.context.name, key",
    "bearer.auth.logical.cluster, token",
  })
  void shouldShowWhatIsNoSecretWhateverItsName(String key, String value) {
    assertThat(shown(Map.of(key, value))).containsEntry(key, value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://user:%s@one:8081 | http://[hidden]@one:8081",
        "http://u:%s@one,https://v:%s@two | http://[hidden]@one,https://[hidden]@two",
        "http://u:a/%s@one, http://two | http://[hidden]@one, http://two",
        "http://u:a,%s@one | http://[hidden]@one",
      })
  void shouldHideCredentialsInsideOfUrls(String urls, String shown) {
    ShownValues values = new ShownValues(WorkerConfig.definition());

    assertThat(values.of("schema.registry.url", urls.replace("%s", PLANTED))).isEqualTo(shown);
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

  private Map<String, String> shown(Map<String, String> settings) {
    String[] pairs =
        settings.entrySet().stream()
            .flatMap(setting -> Stream.of(setting.getKey(), setting.getValue()))
            .toArray(String[]::new);
    return WorkerConfig.effective(ConfigFixture.file(directory, pairs), Map.of());
  }

  private static List<String> passwords(ConfigDef definition) {
    return definition.configKeys().values().stream()
        .filter(key -> key.type == ConfigDef.Type.PASSWORD)
        .map(key -> key.name)
        .toList();
  }
}
