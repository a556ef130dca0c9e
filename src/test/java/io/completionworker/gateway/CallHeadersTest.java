// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.completionworker.completion.CompletionCall;
import io.completionworker.config.GatewayConfig.Credentials;
import io.completionworker.config.Secret;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallHeadersTest {

  private static final Settings SETTINGS =
      Settings.at("http://localhost")
          .credentials(
              new Credentials(
                  new Secret("api-key"),
                  new Secret("virtual-key"),
                  "openai",
                  new Secret("pc-1"),
                  new Secret("Bearer token")))
          .fixed(Map.of("X-Team", "blue", "user-agent", "mine"));

  private final CallHeaders headers = new CallHeaders(SETTINGS.config(), "1.2.3");

  @Test
  void shouldCarryWhatTheConfigurationSays() {
    assertThat(of(Map.of()))
        .containsOnly(
            Map.entry("accept", "application/json"),
            Map.entry("accept-encoding", "gzip"),
            Map.entry("content-type", "application/json"),
            Map.entry("user-agent", "mine"),
            Map.entry("x-team", "blue"),
            Map.entry("x-portkey-api-key", "api-key"),
            Map.entry("x-portkey-virtual-key", "virtual-key"),
            Map.entry("x-portkey-provider", "openai"),
            Map.entry("x-portkey-config", "pc-1"),
            Map.entry("authorization", "Bearer token"));
  }

  @Test
  void shouldAcceptEventsWhenTheAnswerIsToBeStreamed() {
    assertThat(sent(headers, Calls.hello(Map.of("accept", "text/plain")), true))
        .containsEntry("accept", "text/event-stream");
  }

  @Test
  void shouldSendNothingForWhatIsNotConfigured() {
    var plain = new CallHeaders(Settings.at("http://localhost").config(), "1.2.3");

    assertThat(sent(plain, Calls.hello(), false))
        .containsEntry("user-agent", "completion-worker/1.2.3")
        .containsEntry("x-portkey-api-key", Settings.API_KEY)
        .doesNotContainKeys(
            "x-portkey-virtual-key", "x-portkey-provider", "x-portkey-config", "authorization");
  }

  @Test
  void shouldLetARecordChooseItsVirtualKeyProviderAndConfig() {
    assertThat(
            of(
                Map.of(
                    "x-portkey-virtual-key", "other",
                    "x-portkey-provider", "@slug",
                    "x-portkey-config", "pc-2",
                    "x-portkey-trace-id", "t",
                    "x-team", "red")))
        .containsEntry("x-portkey-virtual-key", "other")
        .containsEntry("x-portkey-provider", "@slug")
        .containsEntry("x-portkey-config", "pc-2")
        .containsEntry("x-portkey-trace-id", "t")
        .containsEntry("x-team", "red")
        .hasSize(11);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x-portkey-api-key",
        "X-Portkey-Api-Key",
        "authorization",
        "Authorization",
        "host",
        "x-portkey-custom-host",
        "x-portkey-forward-headers",
        "content-length",
        "content-type",
        "content-encoding",
        "accept-encoding",
        "user-agent",
        "connection",
        "transfer-encoding"
      })
  void shouldNeverLetARecordChooseCredentialsHostsOrFraming(String name) {
    assertThat(of(Map.of(name, "planted"))).isEqualTo(of(Map.of()));
  }

  @Test
  void shouldNotLetTheConfigurationBreakTheFraming() {
    var broken =
        new CallHeaders(
            SETTINGS.fixed(Map.of("Content-Length", "1", "Accept-Encoding", "br")).config(), "1");

    assertThat(sent(broken, Calls.hello(), false))
        .doesNotContainKey("content-length")
        .containsEntry("accept-encoding", "gzip");
  }

  @Test
  void shouldRefuseCallsWhenTheConfigurationHasSuchAValue() {
    var broken = new CallHeaders(SETTINGS.fixed(Map.of("x-team", "a\nb")).config(), "1");

    assertThatIllegalArgumentException().isThrownBy(() -> broken.of(Calls.hello(), false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nx-portkey-api-key: planted", "a\nb", "a\u0000b"})
  void shouldRefuseValuesThatWouldBeMoreThanOneHeader(String value) {
    assertThatIllegalArgumentException().isThrownBy(() -> of(Map.of("x-portkey-span-name", value)));
  }

  private Map<String, String> of(Map<String, String> wireHeaders) {
    return sent(headers, Calls.hello(wireHeaders), false);
  }

  private static Map<String, String> sent(
      CallHeaders headers, CompletionCall call, boolean streamed) {
    Map<String, String> sent = new HashMap<>();
    headers.ofEveryCall().forEach(sent::put);
    headers.of(call, streamed).forEach(sent::put);
    return sent;
  }
}
