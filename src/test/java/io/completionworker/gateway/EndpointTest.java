// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.completionworker.gateway.ConnectionSettings.Endpoint;
import io.vertx.core.MultiMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {

  @ParameterizedTest
  @CsvSource({
    "https://api.portkey.ai/v1,     true,  api.portkey.ai, 443,  /v1/chat/completions",
    "https://api.portkey.ai/v1/,    true,  api.portkey.ai, 443,  /v1/chat/completions",
    "http://localhost:8787/v1//,    false, localhost,      8787, /v1/chat/completions",
    "http://localhost,              false, localhost,      80,   /chat/completions",
    "HTTPS://Host/a%20b?v=1&w=%2F,  true,  Host,           443,  /a%20b/chat/completions?v=1&w=%2F",
    "http://[::1]:9000/v1,          false, [::1],          9000, /v1/chat/completions",
  })
  void shouldAppendTheResourceToTheBaseUrl(
      String url, boolean tls, String host, int port, String target) {
    assertThat(Endpoint.of(Settings.at(url).config()))
        .isEqualTo(new Endpoint(tls, host, port, target));
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:8787", "/v1", "ftp://localhost/v1", "http:///v1"})
  void shouldRefuseWhatCannotBeCalled(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Endpoint.of(Settings.at(url).config()))
        .withMessageContaining("gateway.url");
  }

  @Test
  void shouldConnectToAnAddressWithoutItsBrackets() {
    var request =
        Endpoint.of(Settings.at("http://[::1]:9000").config())
            .request(MultiMap.caseInsensitiveMultiMap());

    assertThat(request.getServer()).hasToString("::1:9000");
    assertThat(request.getHost()).isEqualTo("[::1]");
  }
}
