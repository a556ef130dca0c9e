// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import io.completionworker.config.GatewayConfig.Tls.Format;
import io.completionworker.gateway.connection.Certificates;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PfxOptions;

/**
 * Speaks TLS in front of a server that does not: with a certificate of a private CA for {@code
 * localhost}, and only to clients that have one of the same CA when it is told to ask.
 */
final class TlsFront implements AutoCloseable {

  private static final String LOOPBACK = "127.0.0.1";

  private final Vertx vertx = Vertx.vertx();
  private final NetClient back = vertx.createNetClient();
  private final NetServer front;
  private final int target;

  /**
   * Starts.
   *
   * @param target port of the server behind it
   * @param asks whether clients need a certificate
   */
  TlsFront(int target, boolean asks) throws Exception {
    this.target = target;
    Certificates certificates = Certificates.made();
    NetServerOptions options =
        new NetServerOptions()
            .setSsl(true)
            .setKeyCertOptions(pfx(certificates.key("server", Format.PKCS12).path().toString()));
    if (asks) {
      options
          .setClientAuth(ClientAuth.REQUIRED)
          .setTrustOptions(pfx(certificates.ca(Format.PKCS12).path().toString()));
    }
    front =
        vertx
            .createNetServer(options)
            .connectHandler(this::connect)
            .listen(0, LOOPBACK)
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  /** By the name that its certificate is for. */
  String url(String path) {
    return "https://localhost:" + front.actualPort() + path;
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private void connect(NetSocket client) {
    client.pause();
    back.connect(target, LOOPBACK)
        .onSuccess(
            server -> {
              server.pipeTo(client);
              client.pipeTo(server);
            })
        .onFailure(failure -> client.close());
  }

  private static PfxOptions pfx(String path) {
    return new PfxOptions().setPath(path).setPassword(Certificates.PASSWORD);
  }
}
