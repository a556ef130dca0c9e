// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.registry;

import static io.completionworker.serde.registry.RegistryServer.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsExchange;
import io.completionworker.serde.registry.RegistryClient.RegistryUnavailableException;
import io.completionworker.serde.registry.RegistryClient.Time;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against servers whose certificate is for localhost and signed by itself. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RegistryTlsTest {

  private static final String TRUST = "schema.registry.ssl.truststore.";
  private static final String KEYS = "schema.registry.ssl.keystore.";

  private final List<String> protocols = new CopyOnWriteArrayList<>();
  private final RegistryServer.Behaviour fine =
      exchange -> {
        protocols.add(((HttpsExchange) exchange).getSSLSession().getProtocol());
        answer(200, "{\"fine\":true}").handle(exchange);
      };

  private Certificates certificates;
  private Path serverKey;
  private Path clientKey;
  private RegistryServer server;
  private RegistryServer suspicious;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    certificates = new Certificates(directory);
    serverKey = certificates.make("server", "localhost");
    clientKey = certificates.make("client", "worker");
    var context = Certificates.context(serverKey, clientKey);
    server = RegistryServer.https(context, false, fine);
    suspicious = RegistryServer.https(context, true, fine);
  }

  @AfterAll
  void close() {
    server.close();
    suspicious.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PKCS12", "JKS"})
  void shouldTrustAStoreOfItsOwn(String type) throws Exception {
    Path store = certificates.trust(serverKey, type);

    assertAnswered(
        "localhost",
        server,
        Map.of(
            TRUST + "location",
            store.toString(),
            TRUST + "password",
            new Password(Certificates.PASSWORD),
            TRUST + "type",
            type));
  }

  @Test
  void shouldTrustPemTexts() throws Exception {
    String certificate = certificates.certificate(serverKey);
    String file = certificates.file("trust.pem", certificate).toString();

    assertAnswered(
        "localhost", server, Map.of(TRUST + "type", "PEM", TRUST + "certificates", certificate));
    assertAnswered("localhost", server, Map.of(TRUST + "type", "PEM", TRUST + "location", file));
  }

  @Test
  void shouldNotTrustAStranger() {
    assertThatThrownBy(() -> call("localhost", server, Map.of()))
        .isInstanceOf(RegistryUnavailableException.class)
        .hasMessageContaining("SSLHandshakeException")
        .hasMessageContaining("certification path");
  }

  @Test
  void shouldCheckTheNameOfTheHostUnlessToldNotTo() throws Exception {
    Map<String, Object> settings = new HashMap<>(trusting());

    assertThatThrownBy(() -> call("127.0.0.1", server, settings))
        .isInstanceOf(RegistryUnavailableException.class)
        .hasMessageContaining("No subject alternative names");

    settings.put("schema.registry.ssl.endpoint.identification.algorithm", "");
    assertAnswered("127.0.0.1", server, settings);
  }

  @Test
  void shouldCheckTheChainEvenWhenTheNameIsNot() {
    assertThatThrownBy(
            () ->
                call(
                    "127.0.0.1",
                    server,
                    Map.of("schema.registry.ssl.endpoint.identification.algorithm", "")))
        .isInstanceOf(RegistryUnavailableException.class)
        .hasMessageContaining("certification path");
  }

  @Test
  void shouldProveItselfWithAKeyOfAStore() throws Exception {
    Map<String, Object> settings = new HashMap<>(trusting());
    assertThatThrownBy(() -> call("localhost", suspicious, settings))
        .isInstanceOf(RegistryUnavailableException.class);

    settings.put(KEYS + "location", clientKey.toString());
    settings.put(KEYS + "password", Certificates.PASSWORD);
    settings.put(KEYS + "type", "PKCS12");
    assertAnswered("localhost", suspicious, settings);
  }

  @Test
  void shouldProveItselfWithAKeyOfPemTexts() throws Exception {
    Map<String, Object> inline = new HashMap<>(trusting());
    inline.put(KEYS + "type", "PEM");
    inline.put(KEYS + "key", certificates.key(clientKey));
    inline.put(KEYS + "certificate.chain", certificates.certificate(clientKey));
    assertAnswered("localhost", suspicious, inline);

    Map<String, Object> file = new HashMap<>(trusting());
    file.put(KEYS + "type", "PEM");
    file.put(
        KEYS + "location",
        certificates
            .file("client.pem", certificates.key(clientKey) + certificates.certificate(clientKey))
            .toString());
    assertAnswered("localhost", suspicious, file);
  }

  @Test
  void shouldSpeakOnlyTheProtocolsItMay() throws Exception {
    Map<String, Object> settings = new HashMap<>(trusting());
    settings.put("schema.registry.ssl.enabled.protocols", "TLSv1.2");
    protocols.clear();

    assertAnswered("localhost", server, settings);
    assertThat(protocols).containsExactly("TLSv1.2");
  }

  @Test
  void shouldNotMistakeKafkasOwnStoresForTheRegistrys() throws Exception {
    Map<String, Object> settings = new HashMap<>(trusting());
    settings.put("ssl.truststore.location", "/not/there");

    assertAnswered("localhost", server, settings);
  }

  @Test
  void shouldSayWhatIsWrongWithAStoreWithoutShowingPasswords() throws Exception {
    String store = certificates.trust(serverKey, "PKCS12").toString();

    assertThatThrownBy(
            () ->
                call("x", server, Map.of(TRUST + "location", store, TRUST + "password", "planted")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(store)
        .hasMessageContaining("password was incorrect")
        .hasMessageNotContaining("planted");
    assertThatThrownBy(() -> call("x", server, Map.of(TRUST + "location", "/not/there")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("/not/there")
        .hasMessageContaining("NoSuchFile");
    assertThatThrownBy(
            () ->
                call("x", server, Map.of(TRUST + "type", "PEM", TRUST + "certificates", "planted")))
        .isInstanceOf(ConfigException.class)
        .hasMessageNotContaining("planted");
    assertThatThrownBy(() -> call("x", server, Map.of(KEYS + "location", store)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("key store password is not specified");
    assertThatThrownBy(
            () -> call("x", server, Map.of("schema.registry.ssl.truststore.path", "/not/there")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("schema.registry.ssl.truststore.path");
  }

  private Map<String, Object> trusting() throws Exception {
    return Map.of(
        TRUST + "type", "PEM", TRUST + "certificates", certificates.certificate(serverKey));
  }

  private static void assertAnswered(String host, RegistryServer server, Map<String, ?> settings) {
    assertThat(call(host, server, settings)).isTrue();
  }

  private static boolean call(String host, RegistryServer server, Map<String, ?> more) {
    Map<String, Object> settings = new HashMap<>(more);
    settings.put("schema.registry.url", "https://" + host + ":" + server.port());
    settings.put("max.retries", 0);
    return new RegistryTransport(RegistrySettings.from(new Settings(settings)), Time.SYSTEM)
        .call(RegistryTransport.Question.get("/x", "subject s"), true)
        .path("fine")
        .asBoolean();
  }
}
