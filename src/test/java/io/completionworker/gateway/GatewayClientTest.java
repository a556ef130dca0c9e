// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.Answer;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.config.GatewayConfig;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The real client against servers that answer, and what it makes of the answer. */
@Timeout(60)
class GatewayClientTest {

  @RegisterExtension private final Clients clients = new Clients();

  @Test
  void shouldBringTheAnswer() throws Exception {
    Answer answer = answer(Behaviours.ok());

    assertThat(answer.id()).isEqualTo("c-1");
    assertThat(answer.gateway().getTraceId()).isEqualTo("t-1");
    assertThat(answer.body()).isEqualTo(Behaviours.ANSWER);
  }

  @Test
  void shouldPostTheRequestToTheResource() throws Exception {
    MisbehavingServer server = clients.server(Behaviours.ok());
    Clients.attempt(
        clients.client(Settings.at(server.url() + "/?v=1")),
        Calls.hello(Map.of("traceparent", "00-1")));
    MisbehavingServer.Received received = server.received();

    assertThat(received.line()).isEqualTo("POST /v1/chat/completions?v=1 HTTP/1.1");
    assertThat(received.headers())
        .containsEntry("host", "127.0.0.1:" + server.port())
        .containsEntry("content-type", "application/json")
        .containsEntry("accept", "application/json")
        .containsEntry("accept-encoding", "gzip")
        .containsEntry("x-portkey-api-key", Settings.API_KEY)
        .containsEntry("traceparent", "00-1");
    assertThat(received.headers().get("user-agent")).startsWith("completion-worker/");
    assertThat(received.body())
        .isEqualTo("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}");
  }

  @Test
  void shouldUseAConnectionAgain() throws Exception {
    MisbehavingServer server = clients.server(Behaviours.ok());
    GatewayClient client = clients.client(Settings.at(server.url()));
    for (int i = 0; i < 20; i++) {
      assertThat(Clients.attempt(client, Calls.hello())).isInstanceOf(AttemptResult.Answered.class);
    }

    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void shouldBePatientWithAnAnswerThatKeepsComing() throws Exception {
    Answer answer =
        ((AttemptResult.Answered)
                clients.attempt(
                    Behaviours.answersSlowlyInPieces(9, 300),
                    settings -> settings.idleTimeout(Duration.ofSeconds(2))))
            .answer();

    assertThat(answer.id()).isEqualTo("c-1");
  }

  @Test
  void shouldLeaveSilenceToTheRequestTimeoutWhenThereIsNoIdleTimeout() throws Exception {
    Answer answer =
        ((AttemptResult.Answered)
                clients.attempt(
                    Behaviours.answersSlowlyInPieces(5, 300),
                    settings -> settings.idleTimeout(Duration.ZERO)))
            .answer();

    assertThat(answer.id()).isEqualTo("c-1");
  }

  @Test
  void shouldUnpackACompressedAnswer() throws Exception {
    assertThat(answer(Behaviours.compressed()).body()).isEqualTo(Behaviours.ANSWER);
  }

  @Test
  void shouldNotFollowARedirect() throws Exception {
    MisbehavingServer server =
        clients.server(Behaviours.status(307, "location: http://127.0.0.1:1/elsewhere\r\n", ""));
    AttemptError error =
        Clients.error(Clients.attempt(clients.client(Settings.at(server.url())), Calls.hello()));

    assertThat(error.reason()).isEqualTo(FailureReason.CLIENT_ERROR);
    assertThat(error.disposition()).isEqualTo(Disposition.FAIL);
    assertThat(error.message()).contains("redirect", "http://127.0.0.1:1/elsewhere");
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void shouldTellHowLongToWait() throws Exception {
    AttemptError error = clients.error(Behaviours.status(429, "retry-after: 1.5\r\n", "{}"));

    assertThat(error.reason()).isEqualTo(FailureReason.RATE_LIMITED);
    assertThat(error.retryAfter()).isEqualTo(Duration.ofMillis(1500));
  }

  @Test
  void shouldNotRepeatTheConfiguredKeyThatAServerQuotes() throws Exception {
    AttemptError error =
        clients.error(
            Behaviours.status(
                401, "", "{\"error\":{\"message\":\"bad key " + Settings.API_KEY + "\"}}"));

    assertThat(error.disposition()).isEqualTo(Disposition.HOLD);
    assertThat(error.toString()).doesNotContain(Settings.API_KEY).contains("[hidden]");
  }

  @Test
  void shouldNotSendWhatIsNoRequest() throws Exception {
    MisbehavingServer server = clients.server(Behaviours.ok());
    AttemptError error =
        Clients.error(
            Clients.attempt(
                clients.client(Settings.at(server.url())),
                Calls.hello(Map.of("x-portkey-span-name", "a\nb"))));

    assertThat(error.reason()).isEqualTo(FailureReason.INVALID_REQUEST);
    assertThat(error.disposition()).isEqualTo(Disposition.FAIL);
    assertThat(error.maybeBilled()).isFalse();
    assertThat(server.connections()).isZero();
  }

  @Test
  void shouldMakeANewAttemptFromTheThreadThatEndsOne() throws Exception {
    MisbehavingServer server = clients.server(Behaviours.ok());
    GatewayClient client = clients.client(Settings.at(server.url()));
    var chain = client.attempt(Calls.hello());
    for (int i = 0; i < 50; i++) {
      chain = chain.thenCompose(before -> client.attempt(Calls.hello()));
    }

    assertThat(CompletionClientContract.result(chain)).isInstanceOf(AttemptResult.Answered.class);
  }

  @Test
  void shouldUseEveryEventLoop() throws Exception {
    MisbehavingServer server = clients.server(Behaviours.neverAnswers());
    GatewayClient client =
        clients.client(Settings.at(server.url()).idleTimeout(Duration.ofSeconds(3)));
    var threads = ConcurrentHashMap.<String>newKeySet();
    int lanes = Math.min(4, Runtime.getRuntime().availableProcessors());
    // All are open before the first one ends, so each gets the lane that has none.
    for (int i = 0; i < lanes; i++) {
      client
          .attempt(Calls.hello())
          .thenAccept(ended -> threads.add(Thread.currentThread().getName()));
    }

    await().untilAsserted(() -> assertThat(threads).hasSize(lanes));
  }

  @Test
  void shouldLeaveNoThreadBehindWhenItCannotStart() {
    Set<Thread> before = threads();
    GatewayConfig config = Settings.at("http://127.0.0.1:1").config();
    int refusedByThePool = -1_000;

    assertThatThrownBy(() -> GatewayClient.start(config, refusedByThePool, InstantSource.system()))
        .hasRootCauseInstanceOf(IllegalArgumentException.class);

    await().untilAsserted(() -> assertThat(before).containsAll(threads()));
  }

  /** The threads of all clients. */
  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("vert.x-"))
        .collect(Collectors.toSet());
  }

  private Answer answer(MisbehavingServer.Behaviour behaviour) throws Exception {
    return ((AttemptResult.Answered) clients.attempt(behaviour, UnaryOperator.identity())).answer();
  }
}
