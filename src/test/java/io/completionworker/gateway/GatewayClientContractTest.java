// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import io.completionworker.completion.port.CompletionClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.RegisterExtension;

class GatewayClientContractTest extends CompletionClientContract {

  @RegisterExtension private final Clients clients = new Clients();
  private @Nullable GatewayClient last;

  @Override
  CompletionClient answering() throws IOException {
    return client(Settings.at(clients.server(Behaviours.ok()).url()));
  }

  @Override
  CompletionClient impatientWithSilence() throws IOException {
    return client(
        Settings.at(clients.server(Behaviours.neverAnswers()).url())
            .idleTimeout(Duration.ofMillis(50)));
  }

  @Override
  CompletionClient patientWithSilence() throws IOException {
    return client(Settings.at(clients.server(Behaviours.neverAnswers()).url()));
  }

  @Override
  CompletionClient unreachable() throws IOException {
    try (var unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return client(Settings.at("http://127.0.0.1:" + unused.getLocalPort()));
    }
  }

  @Override
  void closeClient() {
    Objects.requireNonNull(last).close();
  }

  private CompletionClient client(Settings settings) {
    last = clients.client(settings);
    return last;
  }
}
