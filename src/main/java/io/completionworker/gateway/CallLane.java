package io.completionworker.gateway;

import io.completionworker.config.GatewayConfig;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event loop with a client and connections of its own.
 *
 * <p>Requests are made on the event loop only: made from other threads, some of their completions
 * get lost.
 */
final class CallLane extends VerticleBase {

  private static final Logger log = LoggerFactory.getLogger(CallLane.class);

  /** Unused connections go before the usual minute is over after which others drop them. */
  private static final int KEEP_ALIVE_SECONDS = 30;

  private static final int MAX_HEADER_BYTES = 64 * 1024;

  private final Endpoint endpoint;
  private final GatewayConfig.Transport transport;
  private final int connections;
  private final AtomicInteger load = new AtomicInteger();
  private @Nullable HttpClient client;

  CallLane(Endpoint endpoint, GatewayConfig.Transport transport, int connections) {
    this.endpoint = endpoint;
    this.transport = transport;
    this.connections = connections;
  }

  @Override
  public Future<?> start() {
    client =
        vertx
            .httpClientBuilder()
            .with(clientOptions())
            .with(poolOptions())
            .withConnectHandler(CallLane::quiet)
            .build();
    return Future.succeededFuture();
  }

  /** Exchanges that are on this lane now. */
  int load() {
    return load.get();
  }

  /** An exchange is on its way to this lane. */
  void enter() {
    load.incrementAndGet();
  }

  /** An exchange of this lane has ended. */
  void leave() {
    load.decrementAndGet();
  }

  /** Runs an exchange. On any thread; after the lane was deployed. */
  void run(Exchange exchange) {
    context.runOnContext(
        ready -> {
          HttpClient started = client;
          if (started == null) {
            exchange.abandon();
          } else {
            exchange.start(vertx, started);
          }
        });
  }

  /**
   * Every exchange hears of the end of its connection itself; Vert.x would log each as an error.
   */
  private static void quiet(HttpConnection connection) {
    connection.exceptionHandler(cause -> log.debug("Connection to the endpoint failed", cause));
  }

  private PoolOptions poolOptions() {
    return new PoolOptions()
        .setHttp1MaxSize(connections)
        .setHttp2MaxSize(connections)
        .setMaxWaitQueueSize(-1);
  }

  private HttpClientOptions clientOptions() {
    int connectMillis = millis(transport.connectTimeout());
    HttpClientOptions options =
        new HttpClientOptions()
            .setSsl(endpoint.tls())
            .setVerifyHost(true)
            .setKeepAlive(true)
            .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
            .setHttp2KeepAliveTimeout(KEEP_ALIVE_SECONDS)
            .setPipelining(false)
            .setDecompressionSupported(true)
            .setMaxHeaderSize(MAX_HEADER_BYTES)
            .setTcpKeepAlive(true)
            .setConnectTimeout(connectMillis);
    options.setSslHandshakeTimeout(connectMillis);
    options.setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
    if (transport.http2() && endpoint.tls()) { // without TLS there is nothing to agree on it with
      options.setProtocolVersion(HttpVersion.HTTP_2).setUseAlpn(true);
    }
    return options;
  }

  private static int millis(Duration duration) {
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, duration.toMillis()));
  }
}
