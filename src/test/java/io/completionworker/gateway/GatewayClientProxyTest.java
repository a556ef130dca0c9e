// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.config.GatewayConfig.Proxy;
import io.completionworker.config.GatewayConfig.Tls.Format;
import io.completionworker.config.Secret;
import io.completionworker.gateway.connection.Certificates;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Through proxies to an endpoint whose name only they know. */
@Timeout(60)
class GatewayClientProxyTest {

  private static final String PASSWORD = "pr0xy-password";
  private static final String BASIC =
      "Basic "
          + Base64.getEncoder()
              .encodeToString(("worker:" + PASSWORD).getBytes(StandardCharsets.UTF_8));

  @RegisterExtension private final Clients clients = new Clients();

  @Test
  void shouldTunnelThroughAProxy() throws Exception {
    TunnelProxy proxy = clients.closing(TunnelProxy.http(tlsServer().port(), null));

    assertThat(attempt(https().through(http(proxy.port(), null))))
        .isInstanceOf(AttemptResult.Answered.class);
    assertThat(proxy.asked()).containsExactly("endpoint.example:443");
  }

  @Test
  void shouldSpeakHttp2ThroughATunnel() throws Exception {
    TunnelProxy proxy = clients.closing(TunnelProxy.http(tlsServer().port(), BASIC));

    assertThat(attempt(https().http2().through(http(proxy.port(), PASSWORD))))
        .isInstanceOf(AttemptResult.Answered.class);
  }

  @Test
  void shouldShowItsPasswordToAProxyThatWantsIt() throws Exception {
    TunnelProxy proxy = clients.closing(TunnelProxy.http(tlsServer().port(), BASIC));

    assertThat(attempt(https().through(http(proxy.port(), PASSWORD))))
        .isInstanceOf(AttemptResult.Answered.class);
  }

  @Test
  void shouldSayThatAProxyRefuses() throws Exception {
    TunnelProxy proxy = clients.closing(TunnelProxy.http(tlsServer().port(), BASIC));

    AttemptError noPassword = notConnected(https().through(http(proxy.port(), null)));
    AttemptError wrong = notConnected(https().through(http(proxy.port(), "wr0ng-password")));

    assertThat(noPassword.message()).contains("407 Proxy Authentication Required");
    assertThat(wrong.message()).contains("407").doesNotContain("wr0ng-password");
  }

  @Test
  void shouldSayThatAProxyIsNotThere() throws Exception {
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }

    assertThat(notConnected(https().through(http(port, null))).message())
        .contains("Connection refused");
  }

  @Test
  void shouldAskAProxyForAnEndpointWithoutTls() throws Exception {
    MisbehavingServer proxy = clients.server(Behaviours.ok());

    assertThat(attempt(plain().through(http(proxy.port(), PASSWORD))))
        .isInstanceOf(AttemptResult.Answered.class);
    MisbehavingServer.Received received = proxy.received();
    assertThat(received.line())
        .isEqualTo("POST http://endpoint.example/v1/chat/completions HTTP/1.1");
    assertThat(received.headers())
        .containsEntry("host", "endpoint.example")
        .containsEntry("proxy-authorization", BASIC);
  }

  @Test
  void shouldTakeARefusalWithoutTlsForNoConnection() throws Exception {
    MisbehavingServer proxy =
        clients.server(Behaviours.status(407, "", "no, " + BASIC + " is wrong"));

    AttemptError error = Clients.error(attempt(plain().through(http(proxy.port(), PASSWORD))));

    assertThat(error.reason()).isEqualTo(FailureReason.CONNECT_FAILED);
    assertThat(error.disposition()).isEqualTo(Disposition.RETRY);
    assertThat(error.toString()).doesNotContain(BASIC.substring(6));
  }

  @Test
  void shouldTunnelThroughSocks() throws Exception {
    TunnelProxy open = clients.closing(TunnelProxy.socks(tlsServer().port(), null));
    TunnelProxy guarded =
        clients.closing(
            TunnelProxy.socks(clients.server(Behaviours.ok()).port(), "worker:" + PASSWORD));

    assertThat(attempt(https().through(socks(open.port(), null))))
        .isInstanceOf(AttemptResult.Answered.class);
    assertThat(attempt(plain().through(socks(guarded.port(), PASSWORD))))
        .isInstanceOf(AttemptResult.Answered.class);
    assertThat(open.asked()).containsExactly("endpoint.example:443");
    assertThat(guarded.asked()).containsExactly("endpoint.example:80");
  }

  @Test
  void shouldSayThatSocksRefuses() throws Exception {
    TunnelProxy proxy =
        clients.closing(TunnelProxy.socks(tlsServer().port(), "worker:" + PASSWORD));

    assertThat(notConnected(https().through(socks(proxy.port(), "wr0ng-password"))).message())
        .contains("authStatus: ")
        .doesNotContain("wr0ng-password");
  }

  private TlsServer tlsServer() throws Exception {
    return clients.closing(TlsServer.answering());
  }

  private static Settings https() throws Exception {
    return Settings.at("https://endpoint.example/v1").trusting(Certificates.made().ca(Format.PEM));
  }

  private static Settings plain() {
    return Settings.at("http://endpoint.example/v1");
  }

  private static Proxy http(int port, @Nullable String password) {
    return proxy(port, Proxy.Type.HTTP, password);
  }

  private static Proxy socks(int port, @Nullable String password) {
    return proxy(port, Proxy.Type.SOCKS5, password);
  }

  private static Proxy proxy(int port, Proxy.Type type, @Nullable String password) {
    return password == null
        ? new Proxy("127.0.0.1", port, type, null, null)
        : new Proxy("127.0.0.1", port, type, "worker", new Secret(password));
  }

  private AttemptResult attempt(Settings settings) throws Exception {
    return Clients.attempt(clients.client(settings), Calls.hello());
  }

  private AttemptError notConnected(Settings settings) throws Exception {
    AttemptError error = Clients.error(attempt(settings));
    assertThat(error.reason()).as(error.message()).isEqualTo(FailureReason.CONNECT_FAILED);
    assertThat(error.maybeBilled()).isFalse();
    return error;
  }
}
