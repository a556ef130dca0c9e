// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.completion.port.CompletionClient.DeltaSink;
import io.completionworker.completion.port.CompletionClient.OpenCall;
import io.completionworker.config.GatewayConfig.Tls.Format;
import io.completionworker.gateway.MisbehavingServer.Behaviour;
import io.completionworker.gateway.connection.Certificates;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls whose answer is no longer wanted. */
@Timeout(60)
class GatewayClientCancelTest {

  @RegisterExtension private final Clients clients = new Clients();

  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  @Test
  void shouldCloseTheConnectionOfACallThatWaitsForItsAnswer() throws Exception {
    MisbehavingServer server =
        clients.server(
            (out, socket) -> {
              awaitEnd(socket);
              return false;
            });
    GatewayClient client = clients.client(Settings.at(server.url()));
    OpenCall open = client.open(Calls.hello(), DeltaSink.NONE);
    server.received();

    open.cancel();

    assertThat(cancelled(open).maybeBilled()).isTrue();
    closed.get(30, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldCloseTheConnectionOfAStreamWhetherItsTakerHasRoomOrNot(boolean room) throws Exception {
    byte[] begin =
        StreamCalls.events(
            StreamCalls.choice(0, "{\"content\":\"a\"}", "null"),
            StreamCalls.choice(0, "{\"content\":\"b\"}", "null"));
    Behaviour silent = StreamBehaviours.thenCloses(begin);
    MisbehavingServer server =
        clients.server(
            (out, socket) -> {
              silent.answer(out, socket);
              awaitEnd(socket);
              return false;
            });
    GatewayClient client = clients.client(Settings.at(server.url()));
    CompletableFuture<Void> begun = new CompletableFuture<>();
    OpenCall open =
        client.open(
            StreamCalls.streamed(),
            (delta, resume) -> {
              begun.complete(null);
              return room;
            });
    begun.get(30, TimeUnit.SECONDS);

    open.cancel();

    AttemptResult result = CompletionClientContract.result(open.result());
    assertThat(result.maybeBilled()).isTrue();
    assertThat(result.signals().requests()).as("what the response has said counts").isNotNull();
    assertThat(cancelled(open).status()).as("it says nothing about the endpoint").isNull();
    closed.get(30, TimeUnit.SECONDS);
  }

  @Test
  void shouldKeepAnAnswerAndItsConnectionThatWereThereBefore() throws Exception {
    MisbehavingServer server = clients.server(Behaviours.ok());
    GatewayClient client = clients.client(Settings.at(server.url()));
    OpenCall open = client.open(Calls.hello(), DeltaSink.NONE);
    CompletionClientContract.result(open.result());

    open.cancel();
    open.cancel();

    assertThat(CompletionClientContract.result(open.result()))
        .isInstanceOf(AttemptResult.Answered.class);
    assertThat(Clients.attempt(client, Calls.hello())).isInstanceOf(AttemptResult.Answered.class);
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void shouldResetTheStreamOfHttp2AndKeepItsConnection() throws Exception {
    CompletableFuture<HttpServerRequest> taken = new CompletableFuture<>();
    TlsServer server =
        clients.closing(
            TlsServer.limiting(
                10,
                request -> {
                  if (taken.complete(request)) {
                    request.response().exceptionHandler(reset -> closed.complete(null));
                    request.exceptionHandler(reset -> closed.complete(null));
                  } else {
                    request.response().end(Behaviours.ANSWER);
                  }
                }));
    GatewayClient client =
        clients.client(
            Settings.at(server.url()).trusting(Certificates.made().ca(Format.PEM)).http2());
    OpenCall open = client.open(Calls.hello(), DeltaSink.NONE);
    taken.get(30, TimeUnit.SECONDS);

    open.cancel();

    assertThat(cancelled(open).maybeBilled()).isTrue();
    closed.get(30, TimeUnit.SECONDS);
    assertThat(Clients.attempt(client, Calls.hello())).isInstanceOf(AttemptResult.Answered.class);
    assertThat(server.connections()).isEqualTo(1);
  }

  private static AttemptError cancelled(OpenCall open) throws Exception {
    AttemptError error = Clients.error(CompletionClientContract.result(open.result()));
    assertThat(error.reason()).isEqualTo(FailureReason.CANCELLED);
    assertThat(error.disposition()).isEqualTo(Disposition.FAIL);
    return error;
  }

  /** Waits until the client closes the connection. */
  private void awaitEnd(Socket socket) {
    try {
      int read = socket.getInputStream().read();
      assertThat(read).isEqualTo(-1);
    } catch (IOException e) {
      // a reset is an end, too
    }
    closed.complete(null);
  }
}
