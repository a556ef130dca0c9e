package io.completionworker.serde.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.completionworker.config.Secret;
import io.completionworker.serde.registry.RegistrySettings.Retries;
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

  @Test
  void shouldHaveConfluentsDefaults() {
    RegistrySettings settings = read(Map.of(URL, "http://a:8081"));

    assertThat(settings)
        .isEqualTo(
            new RegistrySettings(
                null,
                List.of(new RegistrySettings.Endpoint(URI.create("http://a:8081"), null)),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                new Retries(3, Duration.ofSeconds(1), Duration.ofSeconds(20)),
                false));
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
    given.put("basic.auth.credentials.source", "USER_INFO");
    given.put("basic.auth.user.info", new Password("a:b"));
    Map<String, Object> prefixed = new HashMap<>();
    given.forEach((name, value) -> prefixed.put(prefix + name, value));
    prefixed.put(URL, List.of("http://a", "https://b:1/base/"));

    RegistrySettings settings = read(prefixed);

    assertThat(settings)
        .isEqualTo(
            new RegistrySettings(
                null,
                List.of(
                    new RegistrySettings.Endpoint(URI.create("http://a"), new Secret("Basic YTpi")),
                    new RegistrySettings.Endpoint(
                        URI.create("https://b:1/base"), new Secret("Basic YTpi"))),
                Duration.ofMillis(1),
                Duration.ofMillis(2),
                new Retries(4, Duration.ofMillis(5), Duration.ofMillis(6)),
                true));
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
    "schema.registry.ssl.truststore.location, /a",
    "proxy.host, a",
  })
  void shouldRefuseWhatIsWrongOrNotSupported(String name, String value) {
    assertThatThrownBy(() -> read(Map.of(URL, "http://a", name, value)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(name.equals("basic.auth.credentials.source") ? "basic.auth" : name);
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
