package io.completionworker.gateway;

import static io.completionworker.gateway.StreamCalls.USAGE;
import static io.completionworker.gateway.StreamCalls.choice;
import static io.completionworker.gateway.StreamCalls.events;
import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.FailureReason;
import io.completionworker.avro.TokenUsage;
import io.completionworker.completion.Answer;
import io.completionworker.completion.AttemptError;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.Disposition;
import io.completionworker.completion.Served;
import io.completionworker.config.GatewayConfig.Tls.Format;
import io.completionworker.gateway.MisbehavingServer.Behaviour;
import io.completionworker.gateway.connection.Certificates;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real client and answers that are streamed, well or not. */
@Timeout(60)
class GatewayClientStreamTest {

  private static final Duration SHORT = Duration.ofMillis(200);
  private static final String DONE = "[DONE]";

  @RegisterExtension private final Clients clients = new Clients();

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 100_000})
  void shouldAnswerWithTheWholeOfAStream(int packet) throws Exception {
    Answer answer = answer(StreamBehaviours.inPackets(USAGE, packet));

    assertThat(answer.id()).isEqualTo("chatcmpl-1");
    assertThat(answer.created()).isEqualTo(1_700_000_000L);
    assertThat(answer.systemFingerprint()).isEqualTo("fp_1");
    assertThat(text(answer, 0)).isEqualTo("Hello there.");
    assertThat(answer.choices().get(0).getFinishReason()).isEqualTo("stop");
    assertThat(answer.usage()).isNotNull().extracting(TokenUsage::getTotalTokens).isEqualTo(12L);
    assertThat(answer.gateway().getTraceId()).isEqualTo("t-1");
    assertThat(answer.body()).contains("\"object\":\"chat.completion\"");
  }

  @Test
  void shouldAskForEvents() throws Exception {
    MisbehavingServer server = clients.server(StreamBehaviours.streams(USAGE));
    Clients.attempt(clients.client(Settings.at(server.url())), StreamCalls.streamed());
    MisbehavingServer.Received received = server.received();

    assertThat(received.headers()).containsEntry("accept", "text/event-stream");
    assertThat(received.body())
        .contains("\"stream\":true,\"stream_options\":{\"include_usage\":true}");
  }

  @Test
  void shouldAnswerWithoutUsage() throws Exception {
    byte[] stream = RecordedAnswer.of("stream-no-usage").bytes();

    assertThat(answer(StreamBehaviours.streams(stream)).usage()).isNull();
  }

  @Test
  void shouldReadCompressedStreams() throws Exception {
    assertThat(text(answer(StreamBehaviours.compressed(USAGE)), 0)).isEqualTo("Hello there.");
  }

  @Test
  void shouldAnswerWithAllChoices() throws Exception {
    byte[] stream =
        events(
            choice(0, "{\"content\":\"a\"}", "null"),
            choice(1, "{\"refusal\":\"b\"}", "\"stop\""),
            choice(0, "{\"content\":\"A\"}", "\"length\""),
            DONE);
    Answer answer =
        StreamCalls.answer(
            StreamCalls.attempt(
                clients, StreamBehaviours.streams(stream), 2, UnaryOperator.identity()));

    assertThat(text(answer, 0)).isEqualTo("aA");
    assertThat(answer.choices().get(1).getMessage().getRefusal()).isEqualTo("b");
  }

  @Test
  void shouldAnswerWithToolCallsAndLogprobs() throws Exception {
    String tool = "{\"tool_calls\":[{\"index\":0,%s}]}";
    String logprobs =
        "null,\"logprobs\":{\"content\":[{\"token\":\"a\",\"logprob\":-1,\"bytes\":[97]}]}";
    Answer answer =
        answer(
            StreamBehaviours.streams(
                events(
                    choice(
                        0, tool.formatted("\"id\":\"c\",\"function\":{\"name\":\"f\"}"), logprobs),
                    choice(0, tool.formatted("\"function\":{\"arguments\":\"{\"}"), logprobs),
                    choice(
                        0, tool.formatted("\"function\":{\"arguments\":\"}\"}"), "\"tool_calls\""),
                    DONE)));

    var message = answer.choices().get(0).getMessage();
    assertThat(message.getToolCalls()).hasSize(1);
    assertThat(message.getToolCalls().get(0).getId()).isEqualTo("c");
    assertThat(message.getToolCalls().get(0).getFunction().getName()).isEqualTo("f");
    assertThat(message.getToolCalls().get(0).getFunction().getArguments()).isEqualTo("{}");
    assertThat(answer.choices().get(0).getLogprobs().getContent()).hasSize(2);
  }

  @Test
  void shouldEndWithDoneThoughTheConnectionLingers() throws Exception {
    MisbehavingServer server = clients.server(StreamBehaviours.thenSilent(USAGE));
    GatewayClient client = clients.client(Settings.at(server.url()));

    StreamCalls.answer(Clients.attempt(client, StreamCalls.streamed()));
    StreamCalls.answer(Clients.attempt(client, StreamCalls.streamed()));
  }

  @Test
  void shouldUseTheConnectionOfAStreamAgain() throws Exception {
    MisbehavingServer server = clients.server(StreamBehaviours.streams(USAGE));
    GatewayClient client = clients.client(Settings.at(server.url()));
    for (int i = 0; i < 20; i++) {
      StreamCalls.answer(Clients.attempt(client, StreamCalls.streamed()));
    }

    assertThat(server.connections()).as("one of each event loop").isLessThanOrEqualTo(4);
  }

  @Test
  void shouldReadAWholeAnswerOfAnEndpointThatDoesNotStream() throws Exception {
    Answer answer =
        ((AttemptResult.Answered)
                attempt(
                    Behaviours.status(
                        200,
                        "content-type: application/json; charset=utf-8\r\n",
                        Behaviours.ANSWER)))
            .answer();

    assertThat(answer.body()).isEqualTo(Behaviours.ANSWER);
  }

  @Test
  void shouldClassifyWhatIsNoStreamAsEver() throws Exception {
    String type = "content-type: text/event-stream\r\n";
    String body = RecordedAnswer.of("stream-upstream-429").body();

    assertThat(error(Behaviours.status(429, type, body)).reason())
        .isEqualTo(FailureReason.RATE_LIMITED);
    assertThat(error(Behaviours.status(500, type, "data: x\n\n")).reason())
        .isEqualTo(FailureReason.SERVER_ERROR);
  }

  @Test
  void shouldTakeNoHalfForAnAnswer() throws Exception {
    int whole = new String(USAGE, StandardCharsets.UTF_8).indexOf(DONE) + DONE.length() + 2;
    for (int length = 0; length < whole; length += 97) {
      byte[] half = Arrays.copyOf(USAGE, length);
      assertTruncated(error(StreamBehaviours.streams(half)));
      assertTruncated(error(StreamBehaviours.thenCloses(half)));
      assertTruncated(error(StreamBehaviours.thenResets(half)));
    }
    assertTruncated(error(StreamBehaviours.streams(Arrays.copyOf(USAGE, whole - 1))));
    answer(StreamBehaviours.streams(Arrays.copyOf(USAGE, whole)));
    answer(StreamBehaviours.thenCloses(Arrays.copyOf(USAGE, whole)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ": only comments\n\n", "data: [DONE]\n\n", "data: {}\n\n"})
  void shouldTakeAStreamWithoutAnAnswerForTruncated(String stream) throws Exception {
    assertTruncated(error(StreamBehaviours.streams(stream.getBytes(StandardCharsets.UTF_8))));
  }

  @Test
  void shouldGiveUpOnAStreamThatFallsSilent() throws Exception {
    AttemptError error =
        StreamCalls.error(
            StreamCalls.attempt(
                clients,
                StreamBehaviours.thenSilent(Arrays.copyOf(USAGE, 1000)),
                1,
                settings -> settings.idleTimeout(SHORT)));

    assertTruncated(error);
    assertThat(error.message()).contains("200 ms");
  }

  @Test
  void shouldWaitForAStreamThatIsSlowButNeverSilent() throws Exception {
    StreamCalls.answer(
        StreamCalls.attempt(
            clients,
            StreamBehaviours.slowly(USAGE, 20, 50),
            1,
            settings -> settings.idleTimeout(Duration.ofMillis(800))));
  }

  @Test
  void shouldGiveUpOnAStreamThatTakesTooLong() throws Exception {
    AttemptError error =
        StreamCalls.error(
            StreamCalls.attempt(
                clients,
                StreamBehaviours.slowly(USAGE, 1000, 20),
                1,
                settings -> settings.requestTimeout(Duration.ofMillis(400))));

    assertThat(error.reason()).isEqualTo(FailureReason.REQUEST_TIMEOUT);
  }

  @ParameterizedTest
  @CsvSource({
    "server_error, STREAM_TRUNCATED, RETRY",
    "rate_limit_exceeded, RATE_LIMITED, RETRY",
    "insufficient_quota, QUOTA_EXHAUSTED, HOLD",
    "overloaded_error, OVERLOADED, RETRY",
    "502, SERVER_ERROR, RETRY",
    "400, BAD_REQUEST, FAIL"
  })
  void shouldEndWithAnErrorThatComesInTheStream(
      String code, FailureReason reason, Disposition disposition) throws Exception {
    AttemptError error =
        error(
            StreamBehaviours.thenSilent(
                events(
                    choice(0, "{\"content\":\"a\"}", "null"),
                    "{\"error\":{\"message\":\"broken\",\"code\":\"%s\"}}".formatted(code))));

    assertThat(error.reason()).isEqualTo(reason);
    assertThat(error.disposition()).isEqualTo(disposition);
    assertThat(error.maybeBilled()).isTrue();
    assertThat(error.status()).isEqualTo(200);
    assertThat(error.message()).endsWith("broken");
    assertThat(error.details().code()).isEqualTo(code);
  }

  @Test
  void shouldKeepTheUsageOfAStreamThatComesToNothing() throws Exception {
    String half = choice(0, "{\"content\":\"a\"}", "null");
    String usage = "\"model\":\"m\",\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":%d}";
    String first = "{\"choices\":[]," + usage.formatted(1) + "}";
    String last = "{\"choices\":[]," + usage.formatted(3) + "}";
    String failed = "{\"error\":{\"message\":\"broken\"}," + usage.formatted(3) + "}";
    byte[] cut = events(half, first, last);

    assertUsed(attempt(StreamBehaviours.streams(cut)));
    assertUsed(attempt(StreamBehaviours.thenCloses(cut)));
    assertUsed(attempt(StreamBehaviours.streams(events(half, last, DONE))));
    assertUsed(attempt(StreamBehaviours.thenSilent(events(half, last, "no JSON"))));
    assertUsed(attempt(StreamBehaviours.thenSilent(events(half, first, failed))));
    assertUsed(attempt(StreamBehaviours.thenSilent(cut), settings -> settings.idleTimeout(SHORT)));
    assertUsed(
        attempt(StreamBehaviours.thenSilent(cut), settings -> settings.requestTimeout(SHORT)));
    assertUsed(
        attempt(
            StreamBehaviours.thenSilent(events(half, last, "x".repeat(3000))),
            settings -> settings.maxResponseBytes(2048)));
    AttemptResult none = attempt(StreamBehaviours.streams(events(half)));
    assertThat(none.served()).isNotNull().extracting(Served::usage).isNull();
  }

  private static void assertUsed(AttemptResult result) {
    assertThat(result).isInstanceOf(AttemptResult.Rejected.class);
    Served served = Objects.requireNonNull(result.served());
    assertThat(served.usage()).isEqualTo(new TokenUsage(9L, 3L, 12L, null, null));
    assertThat(served.model()).isEqualTo("m");
    assertThat(served.gateway().getTraceId()).isEqualTo("t-1");
  }

  @Test
  void shouldRefuseEventsThatCannotBeReadOrAreTooLarge() throws Exception {
    assertThat(error(StreamBehaviours.thenSilent(events("no JSON"))).reason())
        .isEqualTo(FailureReason.INVALID_RESPONSE);
    assertThat(
            StreamCalls.error(
                    StreamCalls.attempt(
                        clients,
                        StreamBehaviours.thenSilent(events("x".repeat(3000))),
                        1,
                        settings -> settings.maxResponseBytes(2048)))
                .reason())
        .isEqualTo(FailureReason.RESPONSE_TOO_LARGE);
  }

  @Test
  void shouldStreamOverHttp2() throws Exception {
    Set<HttpVersion> versions = ConcurrentHashMap.newKeySet();
    TlsServer server =
        clients.closing(
            TlsServer.limiting(
                10,
                request -> {
                  versions.add(request.version());
                  var response = request.response();
                  response
                      .putHeader("content-type", "text/event-stream")
                      .putHeader("x-ratelimit-remaining-requests", "3");
                  response.write(Buffer.buffer(Arrays.copyOf(USAGE, 500)));
                  response.end(Buffer.buffer(Arrays.copyOfRange(USAGE, 500, USAGE.length)));
                }));
    Settings settings =
        Settings.at(server.url()).trusting(Certificates.made().ca(Format.PEM)).http2();

    Answer answer =
        StreamCalls.answer(Clients.attempt(clients.client(settings), StreamCalls.streamed()));

    assertThat(text(answer, 0)).isEqualTo("Hello there.");
    assertThat(versions).containsExactly(HttpVersion.HTTP_2);
  }

  private Answer answer(Behaviour behaviour) throws Exception {
    return StreamCalls.answer(attempt(behaviour));
  }

  private AttemptError error(Behaviour behaviour) throws Exception {
    return StreamCalls.error(attempt(behaviour));
  }

  private AttemptResult attempt(Behaviour behaviour) throws Exception {
    return attempt(behaviour, UnaryOperator.identity());
  }

  private AttemptResult attempt(Behaviour behaviour, UnaryOperator<Settings> settings)
      throws Exception {
    return StreamCalls.attempt(clients, behaviour, 1, settings);
  }

  private static String text(Answer answer, int choice) {
    return answer.choices().get(choice).getMessage().getContent();
  }

  private static void assertTruncated(AttemptError error) {
    assertThat(error.reason()).isEqualTo(FailureReason.STREAM_TRUNCATED);
    assertThat(error.disposition()).isEqualTo(Disposition.RETRY);
    assertThat(error.maybeBilled()).isTrue();
  }
}
