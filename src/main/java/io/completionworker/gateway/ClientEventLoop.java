// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import io.completionworker.gateway.TimeLeft.Alarm;
import io.completionworker.gateway.connection.ConnectionPacer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.RequestOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An event loop with its own HTTP clients and their own connections.
 *
 * <p>A client goes through all its connections to find a free one. With a thousand calls in flight
 * that would be most of what a call costs, so there are several clients with few connections each.
 *
 * <p>Requests are made on this event loop only. If they were made on other threads, some of their
 * completions would get lost.
 */
final class ClientEventLoop extends VerticleBase {

  private static final Logger log = LoggerFactory.getLogger(ClientEventLoop.class);

  /** The exchanges that are started before the event loop reads again. */
  private static final int MOST_AT_ONCE = 64;

  private final ConnectionSettings connections;
  private final AtomicInteger load = new AtomicInteger();
  private final Queue<Exchange> handedOver = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean awake = new AtomicBoolean();
  private final ConnectionPacer pace = new ConnectionPacer();
  private final List<Connections> pools = new ArrayList<>();

  ClientEventLoop(ConnectionSettings connections) {
    this.connections = connections;
  }

  @Override
  public Future<?> start() {
    return Future.succeededFuture(); // open() makes a client later
  }

  /**
   * A client with its connections.
   *
   * @param alarm watches the exchanges that use them
   */
  record Connections(Context loop, HttpClient client, Alarm alarm) {}

  /**
   * Makes the first client on the event loop of this verticle. This must wait until all verticles
   * are deployed: a client takes further event loops from the same round robin, so a verticle
   * deployed in the meantime could get the event loop of another one.
   */
  Future<Void> open() {
    Promise<Void> opened = Promise.promise();
    context.runOnContext(
        ready -> {
          try {
            addPool();
            opened.complete();
          } catch (RuntimeException e) {
            opened.fail(e);
          }
        });
    return opened.future();
  }

  private Connections addPool() {
    HttpClient client =
        vertx
            .httpClientBuilder()
            .with(connections.clientOptions())
            .with(connections.poolOptions())
            .withConnectHandler(this::connected)
            .build();
    Connections added = new Connections(context, client, new Alarm(vertx));
    pools.add(added);
    return added;
  }

  /** Returns the first client that has room for one more call. If there is none, adds a client. */
  private Connections pool() {
    int room = connections.callsPerClient();
    Connections least = pools.get(0);
    for (Connections pool : pools) {
      int calls = pool.alarm().watched();
      if (calls < room) {
        return pool;
      }
      least = calls < least.alarm().watched() ? pool : least;
    }
    return pools.size() < connections.clients() ? addPool() : least;
  }

  /** Returns the number of exchanges that are assigned to this event loop now. */
  int load() {
    return load.get();
  }

  /** Counts an exchange that is about to run on this event loop. */
  void enter() {
    load.incrementAndGet();
  }

  /** Removes an ended exchange from the count. */
  void leave() {
    load.decrementAndGet();
  }

  /**
   * Runs an exchange. May be called on any thread, after the verticle was deployed. Exchanges that
   * come before the event loop has got to the first of them are started in one go.
   */
  void run(Exchange exchange) {
    handedOver.add(exchange);
    wake();
  }

  private void wake() {
    if (awake.compareAndSet(false, true)) {
      try {
        context.runOnContext(this::startHandedOver);
      } catch (RuntimeException e) { // the event loop accepts no more tasks
        awake.set(false);
        throw e;
      }
    }
  }

  private void startHandedOver(Void ready) {
    try {
      Exchange next = handedOver.poll();
      for (int left = MOST_AT_ONCE; next != null; next = --left > 0 ? handedOver.poll() : null) {
        start(next);
      }
    } finally {
      awake.set(false);
      if (!handedOver.isEmpty()) {
        wake();
      }
    }
  }

  private void start(Exchange exchange) {
    if (pools.isEmpty()) {
      exchange.abandon();
    } else if (connections.http2()) {
      pace(exchange);
    } else {
      exchange.start(pool(), () -> {});
    }
  }

  /**
   * Sends one request without an {@link Exchange}. May be called on any thread, after the verticle
   * was deployed.
   */
  Future<HttpClientResponse> ask(RequestOptions options, Buffer body) {
    Promise<HttpClientResponse> answered = Promise.promise();
    context.runOnContext(
        ready -> {
          if (pools.isEmpty()) {
            answered.fail("the client was closed");
          } else {
            pools
                .get(0)
                .client()
                .request(options)
                .compose(request -> request.send(body))
                .onSuccess(answered::complete)
                .onFailure(answered::fail);
          }
        });
    return answered.future();
  }

  private void pace(Exchange exchange) {
    ConnectionPacer.Call paced = pace.admit(call -> exchange.start(pool(), call::connected));
    exchange.result().whenComplete((end, none) -> context.runOnContext(now -> paced.ended()));
  }

  /**
   * Registers a new connection. Its failures are logged at debug level only: every exchange learns
   * of the end of its connection itself, and Vert.x would log each failure as an error.
   */
  private void connected(HttpConnection connection) {
    connection.exceptionHandler(cause -> log.debug("Connection to the endpoint failed", cause));
    if (connections.http2()) {
      long calls = callsAtOnce(connection);
      pace.opened(calls);
      connection.closeHandler(closed -> pace.closed(calls));
    }
  }

  /**
   * Returns how many calls the connection can carry at once. A server that supports only HTTP/1.1
   * has no such setting, so its connection carries one.
   */
  private static long callsAtOnce(HttpConnection connection) {
    try {
      return connection.remoteSettings().getLongOrDefault(Http2Settings.MAX_CONCURRENT_STREAMS);
    } catch (UnsupportedOperationException e) {
      return 1;
    }
  }
}
