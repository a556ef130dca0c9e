// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.registry;

import static io.completionworker.serde.registry.RegistryServer.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.completionworker.serde.registry.RegistryClient.RegistryUnavailableException;
import io.completionworker.serde.registry.RegistryClient.Time;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The registries here have names that nobody can look up: only the proxy reaches them. */
@Timeout(60)
class RegistryProxyTest {

  private static final RegistryServer.Behaviour FINE = answer(200, "{\"fine\":true}");

  @Test
  void shouldAskAPlainRegistryByWayOfTheProxy() {
    try (RegistryServer proxy = new RegistryServer(FINE)) {
      assertThat(call("http://registry.invalid:8081", proxy.port(), Map.of())).isTrue();

      assertThat(proxy.lines()).containsExactly("GET http://registry.invalid:8081/x");
    }
  }

  @Test
  void shouldTunnelToARegistryWithTlsWithoutShowingTheProxyItsCredentials(@TempDir Path directory)
      throws Exception {
    Certificates certificates = new Certificates(directory);
    Path key = certificates.make("server", "registry.invalid");
    try (RegistryServer server = RegistryServer.https(Certificates.context(key, key), false, FINE);
        TunnelProxy proxy = new TunnelProxy(server.port())) {
      Map<String, String> settings =
          Map.of(
              "schema.registry.ssl.truststore.type",
              "PEM",
              "schema.registry.ssl.truststore.certificates",
              certificates.certificate(key),
              "bearer.auth.token",
              "planted");

      assertThat(call("https://registry.invalid", proxy.port(), settings)).isTrue();

      assertThat(proxy.lines()).first().isEqualTo("CONNECT registry.invalid:443 HTTP/1.1");
      assertThat(proxy.lines()).noneMatch(line -> line.contains("planted"));
      assertThat(server.requests().get(0).authorization()).isEqualTo("Bearer planted");
    }
  }

  @Test
  void shouldNotGoAroundAProxyThatRefuses() {
    try (RegistryServer server = new RegistryServer(FINE);
        RegistryServer proxy = new RegistryServer(answer(407, ""))) {
      assertThatThrownBy(() -> call(server.url(), proxy.port(), Map.of()))
          .isInstanceOf(RegistryUnavailableException.class)
          .hasMessageContaining("407");
      assertThat(server.requests()).isEmpty();
    }
  }

  private static boolean call(String url, int proxyPort, Map<String, ?> more) {
    Map<String, Object> settings = new HashMap<>(more);
    settings.put("schema.registry.url", url);
    settings.put("schema.registry.proxy.host", "127.0.0.1");
    settings.put("schema.registry.proxy.port", proxyPort);
    settings.put("max.retries", 0);
    return new RegistryTransport(RegistrySettings.from(new Settings(settings)), Time.SYSTEM)
        .call(RegistryTransport.Question.get("/x", "subject s"), true)
        .path("fine")
        .asBoolean();
  }
}
