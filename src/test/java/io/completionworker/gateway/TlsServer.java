// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import io.completionworker.config.GatewayConfig.Tls.Format;
import io.completionworker.gateway.connection.Certificates;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PfxOptions;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** An https server with the certificate of the private CA; counts its connections. */
final class TlsServer implements AutoCloseable {

  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger connections = new AtomicInteger();
  private final HttpServer server;

  TlsServer(UnaryOperator<HttpServerOptions> changes, Consumer<HttpServerRequest> handler)
      throws Exception {
    HttpServerOptions options =
        new HttpServerOptions()
            .setSsl(true)
            .setUseAlpn(true)
            .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1))
            .setKeyCertOptions(
                pfx(Certificates.made().key("server", Format.PKCS12).path().toString()));
    server =
        vertx
            .createHttpServer(changes.apply(options))
            .connectionHandler(connection -> connections.incrementAndGet())
            .requestHandler(handler::accept)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  /** One that answers. */
  static TlsServer answering() throws Exception {
    return new TlsServer(options -> options, request -> request.response().end(Behaviours.ANSWER));
  }

  /** One that answers clients with a certificate of the CA. */
  static TlsServer answeringItsOwn() throws Exception {
    String ca = Certificates.made().ca(Format.PKCS12).path().toString();
    return new TlsServer(
        options -> options.setClientAuth(ClientAuth.REQUIRED).setTrustOptions(pfx(ca)),
        request -> request.response().end(Behaviours.ANSWER));
  }

  /** One that takes few requests at once on each connection of HTTP/2. */
  static TlsServer limiting(int streams, Consumer<HttpServerRequest> handler) throws Exception {
    Http2Settings settings = new Http2Settings().setMaxConcurrentStreams(streams);
    return new TlsServer(options -> options.setInitialSettings(settings), handler);
  }

  int port() {
    return server.actualPort();
  }

  /** By the name that its certificate is for. */
  String url() {
    return "https://localhost:" + port() + "/v1";
  }

  /** ConnectionSettings so far whose handshake went well. */
  int connections() {
    return connections.get();
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private static PfxOptions pfx(String path) {
    return new PfxOptions().setPath(path).setPassword(Certificates.PASSWORD);
  }
}
