// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.FailureReason;
import io.completionworker.avro.Message;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.port.CompletionClient.DeltaSink;
import io.completionworker.completion.port.CompletionClient.OpenCall;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Calls whose time is over before they have a connection: nobody takes their answer any more. */
@Timeout(60)
class GatewayClientQueueTest {

  private static final Duration SHORT = Duration.ofSeconds(2);
  private static final int LANES = Math.min(4, Runtime.getRuntime().availableProcessors());
  private static final int CONNECTIONS = LANES * GatewayClient.connectionsPerLane(1, LANES);

  @RegisterExtension private final Clients clients = new Clients();

  private final CountDownLatch mayAnswer = new CountDownLatch(1);
  private final CountDownLatch isHeldUp = new CountDownLatch(1);
  private final CountDownLatch mayGoOn = new CountDownLatch(1);
  private final List<CompletableFuture<AttemptResult>> unanswered = new ArrayList<>();

  @AfterEach
  void dropDecodedCall() {
    mayAnswer.countDown();
    mayGoOn.countDown();
  }

  @Test
  void shouldNotSendACallThatEndedWhileItWaitedForAConnection() throws Exception {
    MisbehavingServer server = answersTheFirst("");
    GatewayClient client = client(Settings.at(server.url()).connectTimeout(SHORT));
    CompletableFuture<AttemptResult> first = attempt(client, "first");
    int connection = server.received().connection();
    useAllConnections(client, server);

    AttemptError late = Clients.error(CompletionClientContract.result(attempt(client, "late")));
    assertThat(late.reason()).isEqualTo(FailureReason.CONNECT_FAILED);
    assertThat(late.maybeBilled()).isFalse();
    mayAnswer.countDown();
    CompletionClientContract.result(first);

    unanswered.add(attempt(client, "next"));
    MisbehavingServer.Received next = server.received();
    assertThat(next.body()).contains("next");
    assertThat(next.connection())
        .as("the connection that the late one was given is used by the next one")
        .isEqualTo(connection);
  }

  @Test
  void shouldNotSendACallWhoseTimeIsOverWhenItGetsItsConnection() throws Exception {
    assumeTrue(LANES > 1, "time is measured by another event loop");
    MisbehavingServer server = answersTheFirst("");
    GatewayClient client = client(Settings.at(server.url()).requestTimeout(SHORT.multipliedBy(2)));
    CompletableFuture<AttemptResult> first = attempt(client, "first");
    CompletableFuture<?> held = first.thenAccept(answer -> holdUp()); // its event loop
    server.received();
    useAllConnections(client, server);
    List<CompletableFuture<AttemptResult>> late = new ArrayList<>();
    for (int lane = 0; lane < LANES; lane++) {
      late.add(attempt(client, "late-" + lane + "."));
    }
    CompletionClientContract.result(client.attempt(unsendable())); // comes after that of its lane
    assertThat(late).noneMatch(CompletableFuture::isDone);

    mayAnswer.countDown();
    isHeldUp.await();
    CompletionClientContract.result(late.get(1)); // began later, so the time of the other is over
    mayGoOn.countDown();
    held.join();

    AttemptError error = Clients.error(CompletionClientContract.result(late.get(0)));
    assertThat(bodiesUntilNext(client, server)).noneMatch(body -> body.contains("late-0."));
    assertThat(error.maybeBilled()).as("%s", error).isFalse();
  }

  @Test
  void shouldNotConnectForACallWhoseTimeIsOverBeforeItStarts() throws Exception {
    assumeTrue(LANES > 1, "time is measured by another event loop");
    MisbehavingServer server = answersTheFirst("Connection: close\r\n");
    GatewayClient client = client(Settings.at(server.url()).requestTimeout(SHORT));
    CompletableFuture<AttemptResult> first = attempt(client, "first");
    CompletableFuture<?> held = first.thenAccept(answer -> holdUp()); // its event loop
    server.received();
    mayAnswer.countDown();
    isHeldUp.await();

    CompletableFuture<AttemptResult> late = attempt(client, "late-0.");
    CompletionClientContract.result(attempt(client, "late-1.")); // on another event loop
    int connections = server.connections();
    mayGoOn.countDown();
    held.join();

    AttemptError error = Clients.error(CompletionClientContract.result(late));
    assertThat(error.maybeBilled()).isFalse();
    assertThat(bodiesUntilNext(client, server)).noneMatch(body -> body.contains("late-0."));
    assertThat(server.connections()).as("one for the next call").isEqualTo(connections + 1);
  }

  @Test
  void shouldNotSendACallThatIsCancelledWhileItWaitsForAConnection() throws Exception {
    MisbehavingServer server = answersTheFirst("");
    GatewayClient client = client(Settings.at(server.url()));
    CompletableFuture<AttemptResult> first = attempt(client, "first");
    server.received();
    useAllConnections(client, server);
    OpenCall late = client.open(call("late"), DeltaSink.NONE);

    late.cancel();

    AttemptError error = Clients.error(CompletionClientContract.result(late.result()));
    assertThat(error.reason()).isEqualTo(FailureReason.CANCELLED);
    assertThat(error.maybeBilled()).isFalse();
    mayAnswer.countDown();
    CompletionClientContract.result(first);
    assertThat(bodiesUntilNext(client, server)).isEmpty();
    assertThat(server.connections())
        .as("the next one uses that of the first")
        .isEqualTo(CONNECTIONS);
  }

  @Test
  void shouldEndAtOnceACancelledCallThatItsEventLoopHasNotComeTo() throws Exception {
    MisbehavingServer server = answersTheFirst("Connection: close\r\n");
    GatewayClient client = client(Settings.at(server.url()));
    CompletableFuture<AttemptResult> first = attempt(client, "first");
    CompletableFuture<?> held = first.thenAccept(answer -> holdUp()); // its event loop
    server.received();
    mayAnswer.countDown();
    isHeldUp.await();
    OpenCall late = client.open(call("late"), DeltaSink.NONE);

    late.cancel();

    AttemptError error = Clients.error(CompletionClientContract.result(late.result()));
    assertThat(error.reason()).isEqualTo(FailureReason.CANCELLED);
    assertThat(error.maybeBilled()).isFalse();
    mayGoOn.countDown();
    held.join();
    assertThat(bodiesUntilNext(client, server)).isEmpty();
  }

  /** Answers the first request when it may, with these headers, and no other. */
  private MisbehavingServer answersTheFirst(String headers) throws IOException {
    AtomicInteger requests = new AtomicInteger();
    return clients.server(
        (out, socket) -> {
          if (requests.getAndIncrement() > 0) {
            return Behaviours.neverAnswers().answer(out, socket);
          }
          mayAnswer.await();
          return Behaviours.status(200, headers, Behaviours.ANSWER).answer(out, socket);
        });
  }

  /** Calls that are not answered, as many as there are connections besides that of the first. */
  private void useAllConnections(GatewayClient client, MisbehavingServer server)
      throws InterruptedException {
    for (int i = 1; i < CONNECTIONS; i++) {
      unanswered.add(attempt(client, "filler"));
    }
    for (int i = 1; i < CONNECTIONS; i++) {
      server.received();
    }
  }

  /** Makes one more call, and returns what the server gets until it gets that. */
  private List<String> bodiesUntilNext(GatewayClient client, MisbehavingServer server)
      throws InterruptedException {
    unanswered.add(attempt(client, "next"));
    List<String> bodies = new ArrayList<>();
    for (String body = server.received().body();
        !body.contains("next");
        body = server.received().body()) {
      bodies.add(body);
    }
    return bodies;
  }

  private GatewayClient client(Settings settings) {
    return clients.closing(GatewayClient.start(settings.config(), 1, InstantSource.system()));
  }

  private static CompletableFuture<AttemptResult> attempt(GatewayClient client, String text) {
    return client.attempt(call(text)).toCompletableFuture();
  }

  private void holdUp() {
    isHeldUp.countDown();
    try {
      mayGoOn.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static CompletionCall call(String text) {
    return Calls.of(
        CompletionRequest.newBuilder()
            .setModel("m")
            .setMessages(List.of(Message.newBuilder().setRole("user").setContent(text).build()))
            .build(),
        Map.of());
  }

  private static CompletionCall unsendable() {
    return Calls.of(
        CompletionRequest.newBuilder(Calls.hello().request()).setExtraBody("not JSON").build(),
        Map.of());
  }
}
