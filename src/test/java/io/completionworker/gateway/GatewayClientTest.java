package io.completionworker.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.Answer;
import io.completionworker.completion.AttemptError;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Disposition;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The real client against servers that do what servers do. */
@Timeout(60)
class GatewayClientTest {

  private static final Duration SHORT = Duration.ofMillis(100);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  @AfterEach
  void closeAll() throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }

  @Test
  void shouldBringTheAnswer() throws Exception {
    Answer answer = answer(Behaviours.ok());

    assertThat(answer.id()).isEqualTo("c-1");
    assertThat(answer.gateway().getTraceId()).isEqualTo("t-1");
    assertThat(answer.body()).isEqualTo(Behaviours.ANSWER);
  }

  @Test
  void shouldPostTheRequestToTheResource() throws Exception {
    MisbehavingServer server = server(Behaviours.ok());
    attempt(
        client(Settings.at(server.url() + "/?v=1")), Calls.hello(Map.of("traceparent", "00-1")));
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
    MisbehavingServer server = server(Behaviours.ok());
    GatewayClient client = client(Settings.at(server.url()));
    for (int i = 0; i < 20; i++) {
      assertThat(attempt(client, Calls.hello())).isInstanceOf(AttemptResult.Answered.class);
    }

    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void shouldBePatientWithAnAnswerThatKeepsComing() throws Exception {
    Answer answer =
        ((AttemptResult.Answered)
                attempt(
                    Behaviours.answersSlowlyInPieces(5, 300),
                    settings -> settings.idleTimeout(Duration.ofSeconds(1))))
            .answer();

    assertThat(answer.id()).isEqualTo("c-1");
  }

  @Test
  void shouldUnpackACompressedAnswer() throws Exception {
    assertThat(answer(Behaviours.compressed()).body()).isEqualTo(Behaviours.ANSWER);
  }

  @Test
  void shouldGiveUpOnSilence() throws Exception {
    assertTimeout(error(Behaviours.neverAnswers(), settings -> settings.idleTimeout(SHORT)));
  }

  @Test
  void shouldGiveUpOnSilenceWithinTheAnswer() throws Exception {
    assertTimeout(error(Behaviours.neverSendsTheBody(), settings -> settings.idleTimeout(SHORT)));
  }

  @Test
  void shouldGiveUpOnAnAnswerThatNeverEnds() throws Exception {
    AttemptError error =
        error(
            Behaviours.dripsForEver(5),
            settings -> settings.requestTimeout(Duration.ofMillis(400)));

    assertTimeout(error);
    assertThat(error.message()).contains("400 ms");
  }

  @Test
  void shouldCloseTheConnectionOfAnAnswerThatIsNotAwaitedAnyMore() throws Exception {
    MisbehavingServer server = server(Behaviours.neverAnswers());
    GatewayClient client = client(Settings.at(server.url()).idleTimeout(SHORT));
    attempt(client, Calls.hello());
    attempt(client, Calls.hello());

    assertThat(server.connections()).isEqualTo(2);
  }

  @Test
  void shouldTakeAResetForALostCallThatMayHaveBeenBilled() throws Exception {
    assertLost(error(Behaviours.resetsBeforeTheHead()));
    assertLost(error(Behaviours.resetsWithinTheBody()));
    assertLost(error(Behaviours.closesWithinTheBody()));
  }

  @Test
  void shouldNotTakeHalfAnAnswerForAnAnswer() throws Exception {
    AttemptError error = error(Behaviours.endsABodyWithoutLengthTooEarly());

    assertThat(error.reason()).isEqualTo(FailureReason.INVALID_RESPONSE);
    assertThat(error.disposition()).isEqualTo(Disposition.RETRY);
    assertThat(error.maybeBilled()).isTrue();
  }

  @Test
  void shouldSurviveWhatIsNotHttp() throws Exception {
    AttemptError error = error(Behaviours.answersGarbage());

    assertThat(error.disposition()).isEqualTo(Disposition.RETRY);
    assertThat(error.maybeBilled()).isTrue();
  }

  @Test
  void shouldSurviveCompressionThatIsBroken() throws Exception {
    AttemptError error = error(Behaviours.brokenCompression());

    assertThat(error.disposition()).isEqualTo(Disposition.RETRY);
    assertThat(error.maybeBilled()).isTrue();
  }

  @Test
  void shouldRefuseAnAnswerThatIsTooLarge() throws Exception {
    assertTooLarge(error(Behaviours.huge(200, 5000), settings -> settings.maxResponseBytes(4999)));
  }

  @Test
  void shouldTakeAnAnswerOfExactlyTheLargestSize() throws Exception {
    assertThat(
            attempt(
                Behaviours.ok(), settings -> settings.maxResponseBytes(Behaviours.ANSWER.length())))
        .isInstanceOf(AttemptResult.Answered.class);
  }

  @Test
  void shouldCutAGzipBomb() throws Exception {
    assertTooLarge(error(Behaviours.gzipBomb(100), settings -> settings.maxResponseBytes(100_000)));
  }

  @Test
  void shouldGoByTheStatusOfAnErrorWithAHugeBody() throws Exception {
    AttemptError error =
        error(Behaviours.huge(502, 300_000), settings -> settings.maxResponseBytes(1000));

    assertThat(error.reason()).isEqualTo(FailureReason.SERVER_ERROR);
    assertThat(error.disposition()).isEqualTo(Disposition.RETRY);
  }

  @Test
  void shouldNotFollowARedirect() throws Exception {
    MisbehavingServer server =
        server(Behaviours.status(307, "location: http://127.0.0.1:1/elsewhere\r\n", ""));
    AttemptError error = error(attempt(client(Settings.at(server.url())), Calls.hello()));

    assertThat(error.reason()).isEqualTo(FailureReason.CLIENT_ERROR);
    assertThat(error.disposition()).isEqualTo(Disposition.FAIL);
    assertThat(error.message()).contains("redirect", "http://127.0.0.1:1/elsewhere");
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void shouldTellHowLongToWait() throws Exception {
    AttemptError error = error(Behaviours.status(429, "retry-after: 1.5\r\n", "{}"));

    assertThat(error.reason()).isEqualTo(FailureReason.RATE_LIMITED);
    assertThat(error.retryAfter()).isEqualTo(Duration.ofMillis(1500));
  }

  @Test
  void shouldNotRepeatTheConfiguredKeyThatAServerQuotes() throws Exception {
    AttemptError error =
        error(
            Behaviours.status(
                401, "", "{\"error\":{\"message\":\"bad key " + Settings.API_KEY + "\"}}"));

    assertThat(error.disposition()).isEqualTo(Disposition.HOLD);
    assertThat(error.toString()).doesNotContain(Settings.API_KEY).contains("[hidden]");
  }

  @Test
  void shouldKnowThatNothingWasSentWithoutAConnection() throws Exception {
    MisbehavingServer gone = server(Behaviours.ok());
    gone.close();

    assertNotConnected(attempt(client(Settings.at(gone.url())), Calls.hello()));
    assertNotConnected(
        attempt(
            client(
                Settings.at("http://no-such-host.invalid/v1")
                    .connectTimeout(Duration.ofSeconds(2))),
            Calls.hello()));
  }

  @Test
  void shouldKnowThatNothingWasSentWhenTheHandshakeFails() throws Exception {
    MisbehavingServer server = server(Behaviours.ok());
    String tls = server.url().replace("http:", "https:");

    assertNotConnected(
        attempt(client(Settings.at(tls).connectTimeout(Duration.ofSeconds(2))), Calls.hello()));
  }

  @Test
  void shouldNotSendWhatIsNoRequest() throws Exception {
    MisbehavingServer server = server(Behaviours.ok());
    AttemptError error =
        error(
            attempt(
                client(Settings.at(server.url())),
                Calls.hello(Map.of("x-portkey-span-name", "a\nb"))));

    assertThat(error.reason()).isEqualTo(FailureReason.INVALID_REQUEST);
    assertThat(error.disposition()).isEqualTo(Disposition.FAIL);
    assertThat(error.maybeBilled()).isFalse();
    assertThat(server.connections()).isZero();
  }

  @Test
  void shouldEndWhatIsOpenAsLostWhenItCloses() throws Exception {
    MisbehavingServer server = server(Behaviours.neverAnswers());
    GatewayClient client = client(Settings.at(server.url()));
    CompletableFuture<AttemptResult> open = client.attempt(Calls.hello()).toCompletableFuture();
    server.received();
    client.close();

    assertLost(error(CompletionClientContract.result(open)));

    AttemptError late = error(attempt(client, Calls.hello()));
    assertThat(late.reason()).isEqualTo(FailureReason.CONNECTION_LOST);
    assertThat(late.maybeBilled()).isFalse();
  }

  @Test
  void shouldMakeANewAttemptFromTheThreadThatEndsOne() throws Exception {
    MisbehavingServer server = server(Behaviours.ok());
    GatewayClient client = client(Settings.at(server.url()));
    var chain = client.attempt(Calls.hello());
    for (int i = 0; i < 50; i++) {
      chain = chain.thenCompose(before -> client.attempt(Calls.hello()));
    }

    assertThat(CompletionClientContract.result(chain)).isInstanceOf(AttemptResult.Answered.class);
  }

  @Test
  void shouldUseEveryEventLoop() throws Exception {
    MisbehavingServer server = server(Behaviours.neverAnswers());
    GatewayClient client = client(Settings.at(server.url()).idleTimeout(SHORT));
    var threads = ConcurrentHashMap.<String>newKeySet();
    int lanes = Math.min(4, Runtime.getRuntime().availableProcessors());
    for (int i = 0; i < lanes; i++) {
      client
          .attempt(Calls.hello())
          .thenAccept(ended -> threads.add(Thread.currentThread().getName()));
    }

    await().untilAsserted(() -> assertThat(threads).hasSize(lanes));
  }

  private static void assertTimeout(AttemptError error) {
    assertThat(error.reason()).isEqualTo(FailureReason.REQUEST_TIMEOUT);
    assertThat(error.disposition()).isEqualTo(Disposition.RETRY);
    assertThat(error.maybeBilled()).isTrue();
  }

  private static void assertLost(AttemptError error) {
    assertThat(error.reason()).isEqualTo(FailureReason.CONNECTION_LOST);
    assertThat(error.disposition()).isEqualTo(Disposition.RETRY);
    assertThat(error.maybeBilled()).isTrue();
  }

  private static void assertTooLarge(AttemptError error) {
    assertThat(error.reason()).isEqualTo(FailureReason.RESPONSE_TOO_LARGE);
    assertThat(error.disposition()).isEqualTo(Disposition.FAIL);
    assertThat(error.status()).isEqualTo(200);
  }

  private static void assertNotConnected(AttemptResult result) {
    AttemptError error = error(result);
    assertThat(error.reason()).isEqualTo(FailureReason.CONNECT_FAILED);
    assertThat(error.disposition()).isEqualTo(Disposition.RETRY);
    assertThat(error.maybeBilled()).isFalse();
    assertThat(error.status()).isNull();
  }

  private Answer answer(MisbehavingServer.Behaviour behaviour) throws Exception {
    return ((AttemptResult.Answered) attempt(behaviour, UnaryOperator.identity())).answer();
  }

  private AttemptError error(MisbehavingServer.Behaviour behaviour) throws Exception {
    return error(attempt(behaviour, UnaryOperator.identity()));
  }

  private AttemptError error(
      MisbehavingServer.Behaviour behaviour, UnaryOperator<Settings> settings) throws Exception {
    return error(attempt(behaviour, settings));
  }

  private static AttemptError error(AttemptResult result) {
    return ((AttemptResult.Rejected) result).error();
  }

  private AttemptResult attempt(
      MisbehavingServer.Behaviour behaviour, UnaryOperator<Settings> settings) throws Exception {
    return attempt(client(settings.apply(Settings.at(server(behaviour).url()))), Calls.hello());
  }

  private static AttemptResult attempt(GatewayClient client, CompletionCall call) throws Exception {
    return CompletionClientContract.result(client.attempt(call));
  }

  private MisbehavingServer server(MisbehavingServer.Behaviour behaviour) throws IOException {
    var server = new MisbehavingServer(behaviour);
    opened.push(server);
    return server;
  }

  private GatewayClient client(Settings settings) {
    GatewayClient client = GatewayClient.start(settings.config(), 100, InstantSource.system());
    opened.push(client);
    return client;
  }
}
