// SPDX-License-Identifier: Apache-2.0
package io.completionworker.dialects;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.Message;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.port.CompletionClient.DeltaSink;
import io.completionworker.gateway.Calls;
import io.completionworker.gateway.GatewayClient;
import io.completionworker.gateway.Settings;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A server that plays cases, and the real client that calls it. For one thread. */
final class PlayedCases implements AutoCloseable {

  /** When all of it happens, so that times in headers are what they are meant to be. */
  static final Instant NOW = Instant.ofEpochSecond(1_764_300_000);

  private final PlayedEndpoint endpoint;
  private final GatewayClient client;

  /** The client calls the endpoint itself. */
  PlayedCases() throws IOException {
    endpoint = new PlayedEndpoint();
    client = client(Settings.at(endpoint.url()));
  }

  /**
   * The client calls a gateway, and that calls the endpoint.
   *
   * @param seen where the gateway finds the endpoint
   */
  PlayedCases(PlayedEndpoint endpoint, String gateway, String seen) {
    this.endpoint = endpoint;
    client =
        client(
            Settings.at(gateway)
                .fixed(Map.of("x-portkey-custom-host", seen, "authorization", "Bearer key")));
  }

  private static GatewayClient client(Settings settings) {
    return GatewayClient.start(settings.config(), 8, InstantSource.fixed(NOW));
  }

  /** Plays a reply in parts, as they are, with the framing that is usual for it. */
  AttemptResult play(DialectCase played, Reply reply) throws Exception {
    return play(
        played,
        reply,
        played.stream() ? Framing.CHUNKED : Framing.LENGTH,
        PlayedEndpoint.AS_IT_IS,
        DeltaSink.NONE);
  }

  /** Plays a reply, and returns what is made of it. */
  AttemptResult play(DialectCase played, Reply reply, Framing framing, int packet, DeltaSink deltas)
      throws Exception {
    endpoint.play(reply, framing, packet);
    CompletionRequest request =
        CompletionRequest.newBuilder()
            .setModel("m")
            .setMessages(List.of(Message.newBuilder().setRole("user").setContent("hi").build()))
            .setStream(played.stream() ? true : null)
            .setN(played.n())
            .build();
    return client
        .attempt(Calls.of(request, played.headers()), deltas)
        .toCompletableFuture()
        .get(60, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws IOException {
    client.close();
    endpoint.close();
  }
}
