// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.completionworker.config.GatewayConfig;
import io.completionworker.gateway.ConnectionSettings.Endpoint;
import io.completionworker.gateway.connection.TlsIdentity;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionSettingsTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 200, 50_000, 112_500})
  void shouldKeepTheProductOfTheBoundsOfBothProtocolsAnInt(int most) {
    for (Settings settings :
        new Settings[] {Settings.at("https://host"), Settings.at("https://host").http2()}) {
      PoolOptions pool = connections(settings, most).poolOptions();

      assertThatCode(() -> Math.multiplyExact(pool.getHttp1MaxSize(), pool.getHttp2MaxSize()))
          .doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 200, 112_500})
  void shouldHaveAConnectionForEveryCallOverHttp1(int most) {
    ConnectionSettings settings = connections(Settings.at("http://host"), most);

    assertThat(settings.clients() * settings.poolOptions().getHttp1MaxSize())
        .isBetween(most, most + settings.clients());
  }

  @ParameterizedTest
  @CsvSource({"200, 71", "5700, 85", "112500, 340"})
  void shouldHaveFewConnectionsInEachClient(int most, int perClient) {
    ConnectionSettings settings = connections(Settings.at("http://host"), most);

    assertThat(settings.poolOptions().getHttp1MaxSize()).isLessThanOrEqualTo(perClient);
    assertThat(settings.callsPerClient()).isLessThan(settings.poolOptions().getHttp1MaxSize());
  }

  @Test
  void shouldHaveOneClientForAllConnectionsOverHttp2() {
    assertThat(connections(Settings.at("https://host").http2(), 10_000).clients()).isOne();
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://host", "https://host"})
  void shouldSpeakHttp2OverTlsOnly(String url) {
    HttpVersion version =
        connections(Settings.at(url).http2(), 1).clientOptions().getProtocolVersion();

    assertThat(version == HttpVersion.HTTP_2).isEqualTo(url.startsWith("https"));
  }

  private static ConnectionSettings connections(Settings settings, int most) {
    GatewayConfig config = settings.config();
    return new ConnectionSettings(Endpoint.of(config), config, new TlsIdentity(null, null), most);
  }
}
