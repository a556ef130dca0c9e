// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import static io.completionworker.gateway.StreamCalls.USAGE;
import static io.completionworker.gateway.StreamCalls.choice;
import static io.completionworker.gateway.StreamCalls.events;
import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.TokenUsage;
import io.completionworker.completion.Answer;
import io.completionworker.completion.AttemptResult;
import io.completionworker.config.GatewayConfig.Tls.Format;
import io.completionworker.gateway.connection.Certificates;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real client and answers that are streamed well. */
@Timeout(60)
class GatewayClientStreamTest extends StreamAttempts {

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
  void shouldWaitForAStreamThatIsSlowButNeverSilent() throws Exception {
    StreamCalls.answer(
        StreamCalls.attempt(
            clients,
            StreamBehaviours.slowly(USAGE, 30, 100),
            1,
            settings -> settings.idleTimeout(Duration.ofSeconds(2))));
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

  private static String text(Answer answer, int choice) {
    return answer.choices().get(choice).getMessage().getContent();
  }
}
