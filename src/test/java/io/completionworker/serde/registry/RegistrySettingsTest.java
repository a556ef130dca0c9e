// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.completionworker.config.Secret;
import io.completionworker.serde.registry.RegistrySettings.Caching;
import io.completionworker.serde.registry.RegistrySettings.Connection;
import io.completionworker.serde.registry.RegistrySettings.Endpoint;
import io.completionworker.serde.registry.RegistrySettings.Retries;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrySettingsTest {

  private static final String URL = "schema.registry.url";
  private static final Map<String, Secret> USER_A =
      Map.of("Authorization", new Secret("Basic YTpi"));

  @Test
  void shouldHaveConfluentsDefaults() {
    RegistrySettings settings = read(Map.of(URL, "http://a:8081"));

    assertThat(settings)
        .isEqualTo(
            new RegistrySettings(
                null,
                List.of(new Endpoint(URI.create("http://a:8081"), Map.of())),
                false,
                new Connection(Duration.ofSeconds(60), Duration.ofSeconds(60), null, null),
                new Retries(3, Duration.ofSeconds(1), Duration.ofSeconds(20)),
                false,
                new Caching(
                    1_000,
                    null,
                    1_000,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(10))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "schema.registry."})
  void shouldReadEverySettingWithAndWithoutPrefix(String prefix) {
    Map<String, Object> given = new HashMap<>();
    given.put("http.connect.timeout.ms", "1");
    given.put("http.read.timeout.ms", 2);
    given.put("max.retries", 4L);
    given.put("retries.wait.ms", "5");
    given.put("retries.max.wait.ms", "6");
    given.put("normalize.schemas", "TRUE");
    given.put("proxy.host", "p");
    given.put("proxy.port", "7");
    given.put("max.schemas.per.subject", "8");
    given.put("latest.cache.ttl.sec", "9");
    given.put("missing.cache.size", "10");
    given.put("missing.id.cache.ttl.sec", "11");
    given.put("missing.version.cache.ttl.sec", "12");
    given.put("missing.schema.cache.ttl.sec", "13");
    given.put("basic.auth.credentials.source", "USER_INFO");
    given.put("basic.auth.user.info", new Password("a:b"));
    Map<String, Object> prefixed = new HashMap<>();
    given.forEach((name, value) -> prefixed.put(prefix + name, value));
    prefixed.put(URL, List.of("http://a", "https://b:1/base/"));
    prefixed.put("schema.registry.url.randomize", "true");

    RegistrySettings settings = read(prefixed);

    assertThat(settings)
        .isEqualTo(
            new RegistrySettings(
                null,
                List.of(
                    new Endpoint(URI.create("http://a"), USER_A),
                    new Endpoint(URI.create("https://b:1/base"), USER_A)),
                true,
                new Connection(
                    Duration.ofMillis(1),
                    Duration.ofMillis(2),
                    InetSocketAddress.createUnresolved("p", 7),
                    null),
                new Retries(4, Duration.ofMillis(5), Duration.ofMillis(6)),
                true,
                new Caching(
                    8,
                    Duration.ofSeconds(9),
                    10,
                    Duration.ofSeconds(11),
                    Duration.ofSeconds(12),
                    Duration.ofSeconds(13))));
  }

  @Test
  void shouldPreferThePrefixedForm() {
    RegistrySettings settings =
        read(Map.of(URL, "http://a", "max.retries", 1, "schema.registry.max.retries", 2));

    assertThat(settings.retries().max()).isEqualTo(2);
  }

  @Test
  void shouldTakeAMockScope() {
    assertThat(read(Map.of(URL, "mock://scope")).mockScope()).isEqualTo("scope");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "http://a,",
        "registry:8081",
        "ftp://a",
        "http://u:planted@",
        "mock://a,http://b",
        "http://b,mock://a",
        "http://a b:planted@c"
      })
  void shouldRefuseWrongUrlsWithoutShowingThem(String url) {
    assertThatThrownBy(() -> read(Map.of(URL, url)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(URL)
        .hasMessageNotContaining("planted")
        .hasNoCause();
  }

  @ParameterizedTest
  @CsvSource({
    "max.retries, -1",
    "max.retries, many",
    "http.read.timeout.ms, 99999999999",
    "normalize.schemas, perhaps",
    "basic.auth.credentials.source, SASL_INHERIT",
    "basic.auth.credentials.source, USER_INFO",
    "bearer.auth.credentials.source, OAUTHBEARER",
    "schema.registry.ssl.engine.factory.class, a.B",
    "schema.registry.ssl.endpoint.identification.algorithm, LDAPS",
    "proxy.host, a",
    "schema.registry.proxy.port, 1",
    "latest.cache.ttl.sec, -2",
    "bearer.auth.logical.cluster, lsrc-1",
    "bearer.auth.identity.pool.id, pool-1",
  })
  void shouldRefuseWhatIsWrongOrNotSupported(String name, String value) {
    assertThatThrownBy(() -> read(Map.of(URL, "http://a", name, value)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            name.equals("basic.auth.credentials.source")
                ? "basic.auth"
                : name.replaceFirst("schema.registry.proxy", "proxy"));
  }

  @Test
  void shouldRefuseTwoWaysToAuthenticate() {
    assertThatThrownBy(
            () ->
                read(
                    Map.of(
                        URL,
                        "http://a",
                        "basic.auth.credentials.source",
                        "USER_INFO",
                        "basic.auth.user.info",
                        "planted:planted",
                        "bearer.auth.token",
                        "planted")))
        .isInstanceOf(ConfigException.class)
        .hasMessageNotContaining("planted");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bearer.auth.logical.cluster", "bearer.auth.token"})
  void shouldRefuseWhatNoHeaderCanCarryWithoutShowingIt(String name) {
    Map<String, String> given = new HashMap<>(Map.of(URL, "http://a", "bearer.auth.token", "t"));
    given.put(name, "planted\r\nplanted: 1");

    assertThatThrownBy(() -> read(given))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(name)
        .hasMessageNotContaining("planted");
  }

  @Test
  void shouldNotPrintSecrets() {
    assertThat(read(Map.of(URL, "http://user:planted@a")).toString()).doesNotContain("planted");
    assertThat(read(Map.of(URL, "http://a", "bearer.auth.token", new Secret("planted"))))
        .asString()
        .doesNotContain("planted");
  }

  private static RegistrySettings read(Map<String, ?> settings) {
    return RegistrySettings.from(new Settings(settings));
  }
}
