// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.port.CompletionClient.DeltaSink;
import io.completionworker.config.GatewayConfig;
import io.completionworker.gateway.GatewayClient.ExchangeContext;
import io.completionworker.gateway.json.RequestEncoder.Body;
import io.completionworker.logging.LoggedTrace;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its response.
 *
 * <p>Runs on one event loop, except for {@link #abandon} and {@link #result}. Its own timer covers
 * the whole exchange: Vert.x's idle timeout stops when the response begins, and its connect timeout
 * loses a request that gets its connection as the timer fires.
 */
final class Exchange {

  private static final Logger log = LoggerFactory.getLogger(Exchange.class);

  /** The time that a stream has to end after its answer is complete. */
  private static final long LINGER_MILLIS = 250;

  private final CompletionCall call;
  private final DeltaSink deltas;
  private final ExchangeContext wiring;
  private final GatewayConfig.Transport transport;
  private final Consumer<Exchange> onEnd;
  private final CompletableFuture<AttemptResult> result = new CompletableFuture<>();
  private final AtomicBoolean ended = new AtomicBoolean();
  private final long startedAt = System.nanoTime();

  private volatile boolean sent;
  private long heardAt;
  private long timer = -1;
  private @Nullable Vertx vertx;
  private @Nullable HttpClientRequest request;
  private volatile @Nullable Context context;
  private volatile @Nullable ResponseReception reception;

  /**
   * Creates an exchange that is not started yet.
   *
   * @param deltas receives the deltas of a streamed answer
   * @param onEnd called once, just before the result is completed
   */
  Exchange(
      CompletionCall call, DeltaSink deltas, ExchangeContext wiring, Consumer<Exchange> onEnd) {
    this.call = call;
    this.deltas = deltas;
    this.wiring = wiring;
    this.transport = wiring.transport();
    this.onEnd = onEnd;
  }

  CompletionStage<AttemptResult> result() {
    return result.minimalCompletionStage();
  }

  /** Gives up the exchange. May be called on any thread, so it leaves the timer to fire. */
  void abandon() {
    if (ended.compareAndSet(false, true)) {
      finish(wiring.failures().closed(sent)); // a request not sent by now will not be sent
    }
  }

  /**
   * Sends the request. Must be called on the event loop of the client.
   *
   * @param onConnected called when there is a connection, or when connecting failed
   */
  void start(Vertx vertx, HttpClient client, Runnable onConnected) {
    if (ended.get()) {
      return;
    }
    this.vertx = vertx;
    context = vertx.getOrCreateContext();
    RequestOptions options;
    Body body;
    try {
      body = wiring.encoder().encode(call.request());
      options = wiring.endpoint().request(wiring.headers().of(call, body.streamed()));
    } catch (RuntimeException | StackOverflowError e) {
      end(wiring.failures().notEncodable(e));
      return;
    }
    watch();
    if (ended.get()) {
      return; // a timeout had passed before the start
    }
    try {
      client
          .request(options)
          .onComplete(connected -> connected(connected, body))
          .onComplete(connected -> onConnected.run());
    } catch (RuntimeException e) { // the client is closed
      end(wiring.failures().notConnected(e));
    }
  }

  private void connected(AsyncResult<HttpClientRequest> connected, Body body) {
    if (connected.failed()) {
      end(wiring.failures().notConnected(connected.cause()));
      return;
    }
    HttpClientRequest opened = connected.result();
    request = opened;
    opened.exceptionHandler(this::lost);
    watch(); // a timeout may have passed before its timer fires
    sent = true; // must precede the check: another thread may end the exchange
    if (ended.get()) {
      opened.reset(); // releases the connection
      return;
    }
    heard();
    opened.response().onSuccess(response -> receive(response, body)).onFailure(this::lost);
    opened.end(Buffer.buffer(body.bytes())).onSuccess(written -> heard());
    watch();
  }

  private void receive(HttpClientResponse response, Body body) {
    heard();
    var started = new ResponseReception(response, wiring, body, deltas, this::resume);
    reception = started;
    response.exceptionHandler(this::lost);
    response.handler(packet -> go(started, () -> started.received(packet)));
    response.endHandler(
        last -> {
          started.over();
          go(started, started::ended);
        });
  }

  /** Continues after a pause. May be called on any thread. */
  private void resume() {
    Context loop = context;
    ResponseReception started = reception;
    if (loop == null || started == null || ended.get()) {
      return;
    }
    try {
      loop.runOnContext(now -> go(started, started::resume));
    } catch (RuntimeException e) { // the event loop accepts no more tasks
      abandon();
    }
  }

  /** Runs a step of the reception, which may end the exchange. */
  private void go(ResponseReception started, Supplier<@Nullable AttemptResult> step) {
    if (ended.get()) {
      return;
    }
    boolean waited = started.isPaused();
    heard();
    AttemptResult read;
    try {
      read = LoggedTrace.during(call.trace().traceId(), call.trace().spanId(), step);
    } catch (RuntimeException e) {
      read = wiring.failures().notReadable(e);
    }
    if (read != null) {
      end(read);
      leave(started, read);
    } else if (waited) {
      watch(); // the idle timeout applies again
    }
  }

  /**
   * Resets the request if the server has not ended its response. A complete stream gets a moment
   * before that, since the end of the response is on the way.
   */
  private void leave(ResponseReception started, AttemptResult read) {
    if (started.isOver() || vertx == null) {
      return;
    }
    if (read instanceof AttemptResult.Answered) {
      vertx.setTimer(
          LINGER_MILLIS,
          passed -> {
            if (!started.isOver()) {
              reset();
            }
          });
    } else {
      reset();
    }
  }

  private void lost(Throwable cause) {
    ResponseReception started = reception;
    end(started == null ? wiring.failures().connectionLost(cause, sent) : started.lost(cause));
  }

  private void heard() {
    heardAt = System.nanoTime();
  }

  /** Ends the exchange if a timeout has passed, else sets the timer for the next timeout. */
  private void watch() {
    stopTimer();
    if (ended.get() || vertx == null) {
      return;
    }
    long now = System.nanoTime();
    long total = startedAt + ExchangeContext.nanos(transport.requestTimeout()) - now;
    long connect = startedAt + ExchangeContext.nanos(transport.connectTimeout()) - now;
    long phase = sent ? heardAt + idleNanos() - now : connect;
    ResponseReception started = reception;
    if (started != null && started.isPaused()) {
      phase = total; // the worker itself has paused the response
    }
    long wait = Math.min(total, phase);
    if (wait > 0) {
      timer = vertx.setTimer(TimeUnit.NANOSECONDS.toMillis(wait) + 1, id -> watch());
      return;
    }
    if (!sent) {
      Duration limit = total <= 0 ? transport.requestTimeout() : transport.connectTimeout();
      end(wiring.failures().connectTimeout(limit));
    } else if (total <= 0) {
      Duration limit = transport.requestTimeout();
      end(started == null ? wiring.failures().tooSlow(limit) : started.tooSlow(limit));
    } else {
      Duration limit = transport.idleTimeout();
      end(started == null ? wiring.failures().silent(limit) : started.silent(limit));
    }
    reset();
  }

  /** Returns the idle timeout. Without one, only the request timeout applies. */
  private long idleNanos() {
    return ExchangeContext.nanos(
        transport.idleTimeout().isZero() ? ExchangeContext.LONGEST : transport.idleTimeout());
  }

  /** Closes the connection (HTTP/1.1) or the stream (HTTP/2). The response is no longer needed. */
  private void reset() {
    if (request != null) {
      request.reset();
    }
  }

  private void end(AttemptResult how) {
    if (ended.compareAndSet(false, true)) {
      stopTimer();
      finish(how);
    }
  }

  private void finish(AttemptResult how) {
    if (log.isDebugEnabled()) {
      log(how);
    }
    onEnd.accept(this);
    result.complete(how);
    ResponseReception started = reception;
    if (started != null) {
      started.close();
    }
  }

  private void log(AttemptResult how) {
    String result =
        how instanceof AttemptResult.Rejected rejected
            ? "was rejected: " + rejected.error().reason()
            : "was answered";
    LoggedTrace.run(
        call.trace().traceId(),
        call.trace().spanId(),
        () -> log.debug("An attempt of {} {}", call.requestId(), result));
  }

  private void stopTimer() {
    if (timer != -1 && vertx != null) {
      vertx.cancelTimer(timer);
      timer = -1;
    }
  }
}
