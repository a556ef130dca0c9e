// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a server whose certificate is for localhost and signed by itself. */
@Timeout(60)
class GatewayClientTlsTest {

  private static final String TRUST_STORE = "javax.net.ssl.trustStore";
  private static final String TRUST_STORE_PASSWORD = "javax.net.ssl.trustStorePassword";
  private static final String PASSWORD = "not-a-secret";

  @TempDir static Path directory;

  private final Vertx vertx = Vertx.vertx();
  private final Map<String, String> before =
      Map.of(
          TRUST_STORE, System.getProperty(TRUST_STORE, ""),
          TRUST_STORE_PASSWORD, System.getProperty(TRUST_STORE_PASSWORD, ""));
  private final Queue<HttpVersion> versions = new ConcurrentLinkedQueue<>();

  @BeforeAll
  static void makeCertificate() throws IOException, InterruptedException {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                keyStore())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(keytool.waitFor(50, TimeUnit.SECONDS)).isTrue();
    assertThat(keytool.exitValue()).isZero();
  }

  @AfterEach
  void close() {
    before.forEach(
        (name, value) -> {
          if (value.isEmpty()) {
            System.clearProperty(name);
          } else {
            System.setProperty(name, value);
          }
        });
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void shouldTrustWhatTheRuntimeTrusts() throws Exception {
    trustTheServer();

    assertThat(attempt(Settings.at("https://localhost:" + listen(true))))
        .isInstanceOf(AttemptResult.Answered.class);
    assertThat(versions).containsExactly(HttpVersion.HTTP_1_1);
  }

  @Test
  void shouldSpeakHttp2WhereItIsWantedAndSpoken() throws Exception {
    trustTheServer();

    assertThat(attempt(Settings.at("https://localhost:" + listen(true)).http2()))
        .isInstanceOf(AttemptResult.Answered.class);
    assertThat(versions).containsExactly(HttpVersion.HTTP_2);
  }

  @Test
  void shouldSpeakHttp1WhereTheServerKnowsNothingElse() throws Exception {
    trustTheServer();

    assertThat(attempt(Settings.at("https://localhost:" + listen(false)).http2()))
        .isInstanceOf(AttemptResult.Answered.class);
    assertThat(versions).containsExactly(HttpVersion.HTTP_1_1);
  }

  @Test
  void shouldEndEveryAttemptOverHttp2() throws Exception {
    trustTheServer();
    Settings settings = Settings.at("https://localhost:" + listen(true)).http2();
    try (GatewayClient client = client(settings)) {
      var stages = IntStream.range(0, 300).mapToObj(i -> client.attempt(Calls.hello())).toList();
      for (var stage : stages) {
        assertThat(CompletionClientContract.result(stage))
            .isInstanceOf(AttemptResult.Answered.class);
      }
    }
  }

  @Test
  void shouldNotTrustAStranger() throws Exception {
    assertNotConnected(attempt(Settings.at("https://localhost:" + listen(true))));
  }

  @Test
  void shouldNotTrustACertificateForAnotherName() throws Exception {
    trustTheServer();

    assertNotConnected(attempt(Settings.at("https://127.0.0.1:" + listen(true))));
  }

  private static void assertNotConnected(AttemptResult result) {
    AttemptError error = ((AttemptResult.Rejected) result).error();
    assertThat(error.reason()).isEqualTo(FailureReason.CONNECT_FAILED);
    assertThat(error.maybeBilled()).isFalse();
    assertThat(error.message()).containsAnyOf("certification path", "No subject alternative names");
  }

  private int listen(boolean alpn) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setSsl(true)
            .setUseAlpn(alpn)
            .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1))
            .setKeyCertOptions(new PfxOptions().setPath(keyStore()).setPassword(PASSWORD));
    return vertx
        .createHttpServer(options)
        .requestHandler(
            request -> {
              versions.add(request.version());
              request.response().end(Behaviours.ANSWER);
            })
        .listen(0, "127.0.0.1")
        .toCompletionStage()
        .toCompletableFuture()
        .join()
        .actualPort();
  }

  private static AttemptResult attempt(Settings settings) throws Exception {
    try (GatewayClient client = client(settings)) {
      return CompletionClientContract.result(client.attempt(Calls.hello()));
    }
  }

  private static GatewayClient client(Settings settings) {
    return GatewayClient.start(
        settings.connectTimeout(Duration.ofSeconds(15)).config(), 300, InstantSource.system());
  }

  private static void trustTheServer() {
    System.setProperty(TRUST_STORE, keyStore());
    System.setProperty(TRUST_STORE_PASSWORD, PASSWORD);
  }

  private static String keyStore() {
    return directory.resolve("server.p12").toString();
  }
}
