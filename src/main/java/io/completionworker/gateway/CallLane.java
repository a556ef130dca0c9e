// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.RequestOptions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
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

  private final Connections connections;
  private final AtomicInteger load = new AtomicInteger();
  private final SlowStart pace = new SlowStart();
  private @Nullable HttpClient client;

  CallLane(Connections connections) {
    this.connections = connections;
  }

  @Override
  public Future<?> start() {
    return Future.succeededFuture(); // the client comes when all lanes have their event loop
  }

  /**
   * Makes the client, on the lane's own event loop. Not at the start of the verticle: a client
   * takes event loops of its own from the same round, and a lane deployed meanwhile could end up on
   * the loop of another.
   */
  Future<Void> open() {
    Promise<Void> opened = Promise.promise();
    context.runOnContext(
        ready -> {
          try {
            client =
                vertx
                    .httpClientBuilder()
                    .with(connections.clientOptions())
                    .with(connections.poolOptions())
                    .withConnectHandler(this::connected)
                    .build();
            opened.complete();
          } catch (RuntimeException e) {
            opened.fail(e);
          }
        });
    return opened.future();
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
          } else if (connections.http2()) {
            pace(exchange, started);
          } else {
            exchange.start(vertx, started, () -> {});
          }
        });
  }

  /** Sends one request beside the exchanges. On any thread; after the lane was deployed. */
  Future<HttpClientResponse> ask(RequestOptions options, Buffer body) {
    Promise<HttpClientResponse> answered = Promise.promise();
    context.runOnContext(
        ready -> {
          HttpClient started = client;
          if (started == null) {
            answered.fail("the client was closed");
          } else {
            started
                .request(options)
                .compose(request -> request.send(body))
                .onSuccess(answered::complete)
                .onFailure(answered::fail);
          }
        });
    return answered.future();
  }

  private void pace(Exchange exchange, HttpClient started) {
    SlowStart.Call paced = pace.admit(call -> exchange.start(vertx, started, call::connected));
    exchange.result().whenComplete((end, none) -> context.runOnContext(now -> paced.ended()));
  }

  /**
   * Every exchange hears of the end of its connection itself; Vert.x would log each as an error.
   */
  private void connected(HttpConnection connection) {
    connection.exceptionHandler(cause -> log.debug("Connection to the endpoint failed", cause));
    if (connections.http2()) {
      long calls = callsAtOnce(connection);
      pace.opened(calls);
      connection.closeHandler(closed -> pace.closed(calls));
    }
  }

  /** A server that knows HTTP/1.1 only has no settings. */
  private static long callsAtOnce(HttpConnection connection) {
    try {
      return connection.remoteSettings().getLongOrDefault(Http2Settings.MAX_CONCURRENT_STREAMS);
    } catch (UnsupportedOperationException e) {
      return 1;
    }
  }

  /**
   * The pace at which connections are opened that can each carry several calls: one, and while that
   * is not enough at most as many again as are open.
   *
   * <p>How many calls a connection carries is known only once it is open. Without a pace a burst of
   * calls would open a connection for each of them, hundreds of handshakes for what one might
   * carry. For one thread.
   */
  public static final class SlowStart {

    private final Deque<Call> waiting = new ArrayDeque<>();
    private int connections;
    private long capacity;
    private int running;
    private int opening;

    /** A call on its way: waits, goes, has a connection, ends. */
    public final class Call {

      private final Consumer<Call> go;
      private boolean goes;
      private boolean opens;
      private boolean over;

      private Call(Consumer<Call> go) {
        this.go = go;
      }

      /** It has a connection, or gets none. */
      public void connected() {
        if (opens) {
          opens = false;
          opening--;
          drain();
        }
      }

      /** It is over, however far it came. */
      public void ended() {
        if (over) {
          return;
        }
        over = true;
        if (!goes) {
          waiting.remove(this);
          return;
        }
        running--;
        if (opens) {
          opens = false;
          opening--;
        }
        drain();
      }
    }

    /** Lets a call go as soon as the pace allows; now or later, on this thread. */
    public Call admit(Consumer<Call> go) {
      Call call = new Call(go);
      waiting.add(call);
      drain();
      return call;
    }

    /** A connection is open that carries this many calls at once. */
    public void opened(long calls) {
      connections++;
      capacity += calls;
    }

    /** A connection that carried this many is closed. */
    public void closed(long calls) {
      connections--;
      capacity -= calls;
    }

    private void drain() {
      while (!waiting.isEmpty()) {
        boolean fits = running - opening < capacity;
        if (!fits && !mayOpen()) {
          return;
        }
        Call call = waiting.remove();
        call.goes = true;
        running++;
        if (!fits) {
          call.opens = true;
          opening++;
        }
        call.go.accept(call);
      }
    }

    /** Not more than are open, and not more than those that wait will need. */
    private boolean mayOpen() {
      long others = connections == 0 ? 0 : Math.max(1, capacity / connections) - 1;
      return opening < Math.max(1, connections) && opening * others < waiting.size();
    }
  }
}
