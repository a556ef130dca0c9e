package io.completionworker.gateway;

import io.completionworker.completion.port.CompletionClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;

class GatewayClientContractTest extends CompletionClientContract {

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  @AfterEach
  void closeAll() throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }

  @Override
  CompletionClient answering() throws IOException {
    return client(Settings.at(server(Behaviours.ok()).url()));
  }

  @Override
  CompletionClient impatientWithSilence() throws IOException {
    return client(
        Settings.at(server(Behaviours.neverAnswers()).url()).idleTimeout(Duration.ofMillis(50)));
  }

  @Override
  CompletionClient patientWithSilence() throws IOException {
    return client(Settings.at(server(Behaviours.neverAnswers()).url()));
  }

  @Override
  CompletionClient unreachable() throws IOException {
    try (var unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return client(Settings.at("http://127.0.0.1:" + unused.getLocalPort()));
    }
  }

  @Override
  void closeClient() throws Exception {
    Objects.requireNonNull(opened.peek()).close();
  }

  private MisbehavingServer server(MisbehavingServer.Behaviour behaviour) throws IOException {
    var server = new MisbehavingServer(behaviour);
    opened.push(server);
    return server;
  }

  private CompletionClient client(Settings settings) {
    GatewayClient client = GatewayClient.start(settings.config(), 1000, InstantSource.system());
    opened.push(client);
    return client;
  }
}
