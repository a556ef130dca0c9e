// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.registry;

import static io.completionworker.serde.registry.RegistryServer.answer;
import static io.completionworker.serde.registry.RegistryServer.drop;
import static io.completionworker.serde.registry.RegistryServer.error;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.completionworker.serde.registry.RegistryClient.RegistryUnavailableException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryTransportTest {

  private static final RegistryServer.Behaviour FINE = answer(200, "{\"fine\":true}");

  private final ManualTime time = new ManualTime();
  private final RegistryServer first = new RegistryServer(FINE);
  private final RegistryServer second = new RegistryServer(FINE);

  @AfterEach
  void close() {
    first.close();
    second.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void shouldRetryStatusesThatPass(int status) {
    first.behave(answer(status, ""), answer(status, ""), FINE);

    assertThat(call(transport(first.url())).path("fine").asBoolean()).isTrue();
    assertThat(first.requests()).hasSize(3);
    assertThat(time.sleeps()).hasSize(2);
  }

  @Test
  void shouldRetryBrokenConnections() {
    first.behave(drop(), FINE);

    assertThat(call(transport(first.url())).path("fine").asBoolean()).isTrue();
  }

  @Test
  void shouldWaitNoLongerThanFullJitterAllows() {
    first.behave(answer(503, ""));

    assertThatThrownBy(
            () ->
                call(
                    transport(first.url(), Map.of("max.retries", 9, "retries.max.wait.ms", 4_000))))
        .isInstanceOf(RegistryUnavailableException.class)
        .hasMessageContaining("HTTP 503");
    List<Duration> sleeps = time.sleeps();
    assertThat(sleeps).hasSize(9);
    for (int i = 0; i < sleeps.size(); i++) {
      assertThat(sleeps.get(i).toMillis()).isBetween(0L, Math.min(1_000L << i, 4_000L));
    }
  }

  @Test
  void shouldStopRetryingWhenTheTimeIsUp() {
    first.behave(
        exchange -> {
          time.advance(Duration.ofSeconds(4));
          answer(503, "").handle(exchange);
        });

    RegistryTransport transport =
        transport(
            first.url(),
            Map.of("max.retries", 1_000, "http.read.timeout.ms", 10_000, "retries.wait.ms", 1));

    assertThatThrownBy(() -> call(transport)).isInstanceOf(RegistryUnavailableException.class);
    assertThat(first.requests()).hasSize(3);
  }

  @Test
  void shouldGoOnToTheNextUrlBeforeItWaits() {
    first.behave(answer(503, ""));

    RegistryTransport transport = transport(first.url() + "," + second.url());
    call(transport);

    assertThat(time.sleeps()).isEmpty();
    assertThat(second.requests()).hasSize(1);

    call(transport);

    assertThat(first.requests()).as("the one that answered is asked first").hasSize(1);
    assertThat(second.requests()).hasSize(2);
  }

  @Test
  void shouldGoOnToTheNextUrlWhenOneIsDeadOrSilent() throws Exception {
    first.behave(first.hang());

    RegistryTransport transport =
        transport(
            deadUrl() + "," + first.url() + "," + second.url(),
            Map.of("http.read.timeout.ms", 3_000));

    assertThat(call(transport).path("fine").asBoolean()).isTrue();
  }

  @Test
  void shouldNotWaitForeverForTheRestOfAnAnswer() {
    first.behave(first.hangInBody());

    RegistryTransport transport =
        transport(first.url(), Map.of("http.read.timeout.ms", 200, "max.retries", 0));

    assertThatThrownBy(() -> call(transport))
        .isInstanceOf(RegistryUnavailableException.class)
        .hasMessageContaining("no answer at " + first.url());
  }

  @Test
  void shouldNotRetryWhenImpatient() {
    first.behave(answer(503, ""));

    assertThatThrownBy(
            () -> transport(first.url()).call(RegistryTransport.Question.get("/x", "x"), false))
        .isInstanceOf(RegistryUnavailableException.class);
    assertThat(first.requests()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 407})
  void shouldNotBlameTheRecordNorRetryWhenAccessIsRefused(int status) {
    first.behave(error(status, 40101, "who are you"));

    assertThatThrownBy(() -> call(transport(first.url())))
        .isInstanceOf(RegistryUnavailableException.class)
        .hasMessageContaining("HTTP " + status);
    assertThat(first.requests()).hasSize(1);
  }

  @Test
  void shouldNotTakeAWebServersWordForTheRegistrys() {
    first.behave(
        error(404, 404, "HTTP 404 Not Found"),
        answer(404, "<html>"),
        answer(200, "[]"),
        answer(301, ""));
    RegistryTransport transport = transport(first.url());

    for (int i = 0; i < 4; i++) {
      assertThatThrownBy(() -> call(transport)).isInstanceOf(RegistryUnavailableException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {40401, 40402, 40403, 409, 40901, 42201, 42205})
  void shouldTakeTheRegistrysErrorsAsFinal(int code) {
    first.behave(error(code < 1_000 ? code : code / 100, code, "That is wrong."), FINE);

    assertThatThrownBy(() -> call(transport(first.url() + "," + second.url())))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("subject s")
        .hasMessageContaining("That is wrong.")
        .hasMessageContaining("error code " + code);
    assertThat(first.requests()).hasSize(1);
    assertThat(second.requests()).isEmpty();
  }

  @Test
  void shouldShowNoUserInfo() throws Exception {
    String url = deadUrl().replace("http://", "http://somebody:planted@");
    first.behave(answer(503, ""));

    assertThatThrownBy(() -> call(transport(url + "," + first.url().replace("//", "//u:planted@"))))
        .isInstanceOf(RegistryUnavailableException.class)
        .hasMessageNotContaining("planted")
        .hasMessageNotContaining("somebody");
  }

  @Test
  void shouldAuthenticateWithTheUrlsUserInfo() {
    call(transport(first.url().replace("//", "//us%40er:pa%3Ass@")));

    assertThat(first.requests().get(0).authorization()).isEqualTo("Basic dXNAZXI6cGE6c3M=");
  }

  @Test
  void shouldAuthenticateWithUserInfoOrToken() {
    call(
        transport(
            first.url(),
            Map.of(
                "basic.auth.credentials.source", "USER_INFO", "basic.auth.user.info", "user:pw")));
    call(transport(first.url(), Map.of("schema.registry.bearer.auth.token", "t0ken")));
    call(transport(first.url()));

    assertThat(first.requests())
        .extracting(RegistryServer.Request::authorization)
        .containsExactly("Basic dXNlcjpwdw==", "Bearer t0ken", null);
  }

  @Test
  void shouldNameClusterAndIdentityPoolBesideAToken() {
    call(
        transport(
            first.url(),
            Map.of(
                "bearer.auth.token", "t0ken",
                "bearer.auth.logical.cluster", "lsrc-1",
                "bearer.auth.identity.pool.id", "pool-1,pool-2")));
    call(transport(second.url(), Map.of("bearer.auth.token", "t0ken")));

    assertThat(first.headers().get(0).getFirst("target-sr-cluster")).isEqualTo("lsrc-1");
    assertThat(first.headers().get(0).getFirst("Confluent-Identity-Pool-Id"))
        .isEqualTo("pool-1,pool-2");
    assertThat(second.headers().get(0))
        .doesNotContainKeys("Target-sr-cluster", "Confluent-identity-pool-id");
  }

  @Test
  void shouldStartWithAnyUrlWhenToldTo() {
    String urls = first.url() + "," + second.url();
    for (int i = 0; i < 64; i++) {
      call(transport(urls, Map.of("schema.registry.url.randomize", "true")));
    }

    assertThat(first.requests()).isNotEmpty();
    assertThat(second.requests()).isNotEmpty();
  }

  @Test
  void shouldNotReadAnAnswerWithoutEnd() {
    first.behave(
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] part = new byte[1 << 16];
          for (int i = 0; i <= 2 * BoundedBody.MAX_BYTES / part.length; i++) {
            exchange.getResponseBody().write(part);
          }
          exchange.close();
        });

    assertThatThrownBy(() -> call(transport(first.url())))
        .isInstanceOf(RegistryUnavailableException.class)
        .hasMessageContaining("more than " + BoundedBody.MAX_BYTES + " bytes");
    assertThat(first.requests()).as("not again within the call").hasSize(1);
  }

  @Test
  void shouldReadAnAnswerUpToTheBound() {
    String padding = "x".repeat(BoundedBody.MAX_BYTES - 100);
    first.behave(answer(200, "{\"fine\":true,\"p\":\"" + padding + "\"}"));

    assertThat(call(transport(first.url())).path("fine").asBoolean()).isTrue();
  }

  @Test
  void shouldKeepTheInterruptAndSayLater() {
    first.behave(first.hang());
    Thread.currentThread().interrupt();

    try {
      assertThatThrownBy(() -> call(transport(first.url())))
          .isInstanceOf(RegistryUnavailableException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  private static JsonNode call(RegistryTransport transport) {
    return transport.call(RegistryTransport.Question.get("/x", "subject s"), true);
  }

  private RegistryTransport transport(String urls) {
    return transport(urls, Map.of());
  }

  private RegistryTransport transport(String urls, Map<String, ?> more) {
    Map<String, Object> settings = new HashMap<>(more);
    settings.put("schema.registry.url", urls);
    return new RegistryTransport(RegistrySettings.from(new Settings(settings)), time);
  }

  /** Of a port where nobody listens. */
  private static String deadUrl() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "http://127.0.0.1:" + socket.getLocalPort();
    }
  }
}
