// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.port.CompletionClient.DeltaSink;
import io.completionworker.config.GatewayConfig;
import io.completionworker.gateway.GatewayClient.Wiring;
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
 * <p>Lives on one event loop; only {@link #abandon} and {@link #result} may be used elsewhere. Its
 * own timer watches over all of it: Vert.x's idle timeout of a request stops when the response
 * begins, and its connect timeout loses a request that gets its connection as the timer fires.
 */
final class Exchange {

  private static final Logger log = LoggerFactory.getLogger(Exchange.class);

  /** How long a stream whose answer is complete may take to end. */
  private static final long LINGER_MILLIS = 250;

  private final CompletionCall call;
  private final DeltaSink deltas;
  private final Wiring wiring;
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
  private volatile @Nullable Reception reception;

  /**
   * A call that is not started yet.
   *
   * @param deltas takes what comes of a streamed answer
   * @param onEnd told once, just before the result is
   */
  Exchange(CompletionCall call, DeltaSink deltas, Wiring wiring, Consumer<Exchange> onEnd) {
    this.call = call;
    this.deltas = deltas;
    this.wiring = wiring;
    this.transport = wiring.transport();
    this.onEnd = onEnd;
  }

  CompletionStage<AttemptResult> result() {
    return result.minimalCompletionStage();
  }

  /** Gives up. On any thread. */
  void abandon() {
    if (ended.compareAndSet(false, true)) {
      finish(wiring.failures().closed(sent)); // what is not sent by now will not be
    }
  }

  /**
   * Sends the request. On the event loop that the client belongs to.
   *
   * @param onConnected told when there is a connection, or will be none
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
      return; // its time was over before its turn came
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
    watch(); // its time may be over, and the timer late
    sent = true; // before the look at what may end it on another thread
    if (ended.get()) {
      opened.reset(); // gives the connection back
      return;
    }
    heard();
    opened.response().onSuccess(response -> receive(response, body)).onFailure(this::lost);
    opened.end(Buffer.buffer(body.bytes())).onSuccess(written -> heard());
    watch();
  }

  private void receive(HttpClientResponse response, Body body) {
    heard();
    var started = new Reception(response, wiring, body, deltas, this::resume);
    reception = started;
    response.exceptionHandler(this::lost);
    response.handler(packet -> go(started, () -> started.received(packet)));
    response.endHandler(
        last -> {
          started.over();
          go(started, started::ended);
        });
  }

  /** On any thread. */
  private void resume() {
    Context loop = context;
    Reception started = reception;
    if (loop == null || started == null || ended.get()) {
      return;
    }
    try {
      loop.runOnContext(now -> go(started, started::resume));
    } catch (RuntimeException e) { // the event loop takes no more work
      abandon();
    }
  }

  /** Lets the reception go on, which may end the exchange. */
  private void go(Reception started, Supplier<@Nullable AttemptResult> step) {
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
      watch(); // the idle timeout counts again
    }
  }

  /**
   * Gives the connection back when the server has ended its answer; a complete stream is given a
   * moment for that, since its end is on the way.
   */
  private void leave(Reception started, AttemptResult read) {
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
    Reception started = reception;
    end(started == null ? wiring.failures().connectionLost(cause, sent) : started.lost(cause));
  }

  private void heard() {
    heardAt = System.nanoTime();
  }

  /** Ends the exchange if a time limit has passed, else comes back when the next one has. */
  private void watch() {
    stopTimer();
    if (ended.get() || vertx == null) {
      return;
    }
    long now = System.nanoTime();
    long total = startedAt + Wiring.nanos(transport.requestTimeout()) - now;
    long connect = startedAt + Wiring.nanos(transport.connectTimeout()) - now;
    long phase = sent ? heardAt + idleNanos() - now : connect;
    Reception started = reception;
    if (started != null && started.isPaused()) {
      phase = total; // it is we who keep the server waiting
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

  /** Without an idle timeout, the request timeout alone counts. */
  private long idleNanos() {
    return Wiring.nanos(
        transport.idleTimeout().isZero() ? Wiring.LONGEST : transport.idleTimeout());
  }

  /** Closes the connection (HTTP/1.1) or the stream (HTTP/2): its answer is not wanted any more. */
  private void reset() {
    if (request != null) {
      request.reset();
    }
  }

  private void end(AttemptResult how) {
    if (ended.compareAndSet(false, true)) {
      finish(how);
    }
  }

  private void finish(AttemptResult how) {
    stopTimer();
    if (log.isDebugEnabled()) {
      log(how);
    }
    onEnd.accept(this);
    result.complete(how);
    Reception started = reception;
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
