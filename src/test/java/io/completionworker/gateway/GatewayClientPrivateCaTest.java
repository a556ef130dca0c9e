// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.config.ConfigFaultsException;
import io.completionworker.config.GatewayConfig.Tls.Format;
import io.completionworker.config.GatewayConfig.Tls.Store;
import io.completionworker.config.Secret;
import io.completionworker.gateway.connection.Certificates;
import java.time.InstantSource;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Against servers with a certificate of a CA that the runtime does not know. */
@Timeout(60)
class GatewayClientPrivateCaTest {

  @RegisterExtension private final Clients clients = new Clients();

  @ParameterizedTest
  @EnumSource(Format.class)
  void shouldTrustAPrivateCa(Format format) throws Exception {
    Store ca = Certificates.made().ca(format);

    assertThat(attempt(TlsServer.answering(), settings -> settings.trusting(ca)))
        .isInstanceOf(AttemptResult.Answered.class);
  }

  @Test
  void shouldSayThatACaIsNotTrusted() throws Exception {
    AttemptError error = notConnected(attempt(TlsServer.answering(), UnaryOperator.identity()));

    assertThat(error.message())
        .contains("unable to find valid certification path")
        .endsWith("the endpoint's certificate is not trusted, see gateway.tls.trust.store.path");
  }

  @Test
  void shouldNotTrustWhatTheRuntimeTrustsOnceThereIsATrustStore() throws Exception {
    Store stranger = Certificates.made().key("client", Format.PKCS12);

    notConnected(attempt(TlsServer.answering(), settings -> settings.trusting(stranger)));
  }

  @Test
  void shouldNotTrustACertificateForAnotherHostUnlessToldTo() throws Exception {
    Store ca = Certificates.made().ca(Format.PEM);
    TlsServer server = clients.closing(TlsServer.answering());
    Settings elsewhere = Settings.at("https://127.0.0.1:" + server.port()).trusting(ca);

    assertThat(notConnected(attempt(elsewhere)).message())
        .contains("No subject alternative names matching IP address 127.0.0.1 found");
    assertThat(attempt(elsewhere.anyHost())).isInstanceOf(AttemptResult.Answered.class);
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void shouldShowItsCertificateToAServerThatAsksForOne(Format format) throws Exception {
    Store ca = Certificates.made().ca(Format.PEM);
    Store key = Certificates.made().key("client", format);

    assertThat(
            attempt(
                TlsServer.answeringItsOwn(),
                settings -> settings.trusting(ca).identifiedBy(key).http2()))
        .isInstanceOf(AttemptResult.Answered.class);
  }

  @Test
  void shouldSayThatAServerAsksForACertificate() throws Exception {
    Store ca = Certificates.made().ca(Format.PEM);

    for (boolean http2 : new boolean[] {false, true}) {
      AttemptError error =
          notConnected(
              attempt(
                  TlsServer.answeringItsOwn(),
                  settings -> http2 ? settings.trusting(ca).http2() : settings.trusting(ca)));
      assertThat(error.message()).contains("see gateway.tls.key.store.path");
    }
  }

  @Test
  void shouldNotStartWithAStoreThatDoesNotOpen() throws Exception {
    Store ca = Certificates.made().ca(Format.JKS);
    Store shut = new Store(ca.path(), new Secret("planted"), Format.JKS);
    Settings settings = Settings.at("https://localhost").trusting(shut);

    assertThatThrownBy(() -> GatewayClient.start(settings.config(), 1, InstantSource.system()))
        .isInstanceOf(ConfigFaultsException.class)
        .hasMessage(
            "gateway.tls.trust.store.password: " + ca.path() + " is not opened by this password");
  }

  private static AttemptError notConnected(AttemptResult result) {
    AttemptError error = Clients.error(result);
    assertThat(error.reason()).as(error.message()).isEqualTo(FailureReason.CONNECT_FAILED);
    assertThat(error.disposition()).isEqualTo(Disposition.RETRY);
    assertThat(error.maybeBilled()).isFalse();
    return error;
  }

  private AttemptResult attempt(TlsServer server, UnaryOperator<Settings> settings)
      throws Exception {
    return attempt(settings.apply(Settings.at(clients.closing(server).url())));
  }

  private AttemptResult attempt(Settings settings) throws Exception {
    return Clients.attempt(clients.client(settings), Calls.hello());
  }
}
