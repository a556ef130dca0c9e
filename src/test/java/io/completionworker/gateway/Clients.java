// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.CompletionCall;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Servers and real clients of one test, closed after it. */
final class Clients implements AfterEachCallback {

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }

  MisbehavingServer server(MisbehavingServer.Behaviour behaviour) throws IOException {
    var server = new MisbehavingServer(behaviour);
    opened.push(server);
    return server;
  }

  /** Closes this, too. */
  <T extends AutoCloseable> T closing(T resource) {
    opened.push(resource);
    return resource;
  }

  GatewayClient client(Settings settings) {
    GatewayClient client = GatewayClient.start(settings.config(), 1000, InstantSource.system());
    opened.push(client);
    return client;
  }

  /** One attempt at a server that behaves like this. */
  AttemptResult attempt(MisbehavingServer.Behaviour behaviour, UnaryOperator<Settings> settings)
      throws Exception {
    return attempt(client(settings.apply(Settings.at(server(behaviour).url()))), Calls.hello());
  }

  AttemptError error(MisbehavingServer.Behaviour behaviour) throws Exception {
    return error(behaviour, UnaryOperator.identity());
  }

  AttemptError error(MisbehavingServer.Behaviour behaviour, UnaryOperator<Settings> settings)
      throws Exception {
    return error(attempt(behaviour, settings));
  }

  static AttemptError error(AttemptResult result) {
    return ((AttemptResult.Rejected) result).error();
  }

  static AttemptResult attempt(GatewayClient client, CompletionCall call) throws Exception {
    return CompletionClientContract.result(client.attempt(call));
  }
}
