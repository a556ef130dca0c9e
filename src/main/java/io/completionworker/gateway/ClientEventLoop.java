// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import io.completionworker.gateway.TimeLeft.Alarm;
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
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An event loop with its own HTTP client and its own connections.
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
  private @Nullable HttpClient client;
  private @Nullable Alarm alarm;

  ClientEventLoop(ConnectionSettings connections) {
    this.connections = connections;
  }

  @Override
  public Future<?> start() {
    return Future.succeededFuture(); // open() makes the client later
  }

  /**
   * Makes the client on the event loop of this verticle. This must wait until all verticles are
   * deployed: a client takes further event loops from the same round robin, so a verticle deployed
   * in the meantime could get the event loop of another one.
   */
  Future<Void> open() {
    Promise<Void> opened = Promise.promise();
    context.runOnContext(
        ready -> {
          try {
            alarm = new Alarm(vertx);
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
    HttpClient started = client;
    Alarm shared = alarm;
    if (started == null || shared == null) {
      exchange.abandon();
    } else if (connections.http2()) {
      pace(exchange, shared, started);
    } else {
      exchange.start(context, shared, started, () -> {});
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

  private void pace(Exchange exchange, Alarm shared, HttpClient started) {
    ConnectionPacer.Call paced =
        pace.admit(call -> exchange.start(context, shared, started, call::connected));
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

  /**
   * Limits how many connections that can each carry several calls are opened at once. It first
   * opens one. While that is not enough, it opens at most as many more as are open.
   *
   * <p>The number of calls that a connection can carry is known only after it was opened. Without
   * this limit, a burst of calls would open a connection for each of them: hundreds of handshakes
   * for calls that one connection might carry. Used by one thread only.
   */
  public static final class ConnectionPacer {

    private final Deque<Call> waiting = new ArrayDeque<>();
    private int connections;
    private long capacity;
    private int running;
    private int opening;

    /** A call that waits, is started, gets a connection, and ends. */
    public final class Call {

      private final Consumer<Call> go;
      private boolean goes;
      private boolean opens;
      private boolean over;

      private Call(Consumer<Call> go) {
        this.go = go;
      }

      /** Records that the call got a connection, or that connecting failed. */
      public void connected() {
        if (opens) {
          opens = false;
          opening--;
          drain();
        }
      }

      /** Records that the call ended, whatever state it had reached. */
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

    /** Runs {@code go} as soon as the limit allows it: now or later, on this thread. */
    public Call admit(Consumer<Call> go) {
      Call call = new Call(go);
      waiting.add(call);
      drain();
      return call;
    }

    /** Records that a connection was opened that can carry this many calls at once. */
    public void opened(long calls) {
      connections++;
      capacity += calls;
    }

    /** Records that a connection was closed that could carry this many calls at once. */
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

    /**
     * Whether one more connection may be opened now. At most as many are opened at once as are open
     * (but at least one), and not more than the waiting calls will need.
     */
    private boolean mayOpen() {
      long others = connections == 0 ? 0 : Math.max(1, capacity / connections) - 1;
      return opening < Math.max(1, connections) && opening * others < waiting.size();
    }
  }
}
