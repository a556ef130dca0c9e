// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.port.CompletionClient.DeltaSink;
import io.completionworker.config.GatewayConfig;
import io.completionworker.gateway.ClientEventLoop.Connections;
import io.completionworker.gateway.GatewayClient.ExchangeContext;
import io.completionworker.gateway.json.RequestEncoder.Body;
import io.completionworker.logging.LoggedTrace;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its response.
 *
 * <p>Runs on one event loop, except for {@link #abandon}, {@link #cancel} and {@link #result}.
 */
final class Exchange {

  private static final Logger log = LoggerFactory.getLogger(Exchange.class);

  /** The time that a stream has to end after its answer is complete. */
  private static final long LINGER_MILLIS = 250;

  private final CompletionCall call;
  private final DeltaSink deltas;
  private final ExchangeContext wiring;
  private final Consumer<Exchange> onEnd;
  private final CompletableFuture<AttemptResult> result = new CompletableFuture<>();
  private final AtomicBoolean ended = new AtomicBoolean();
  private final TimeLeft left;
  private volatile boolean sent;
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
    this.left = new TimeLeft(wiring.limits(), this::watch);
    this.onEnd = onEnd;
  }

  CompletionStage<AttemptResult> result() {
    return result.minimalCompletionStage();
  }

  /** Gives up the exchange. May be called on any thread, so the next check removes it. */
  void abandon() {
    giveUp(wiring.failures()::closed);
  }

  private void giveUp(Function<Boolean, AttemptResult> how) {
    if (ended.compareAndSet(false, true)) {
      finish(how.apply(sent)); // a request not sent by now will not be sent
    }
  }

  /**
   * Gives up the exchange because its answer is no longer wanted, and releases its connection. Does
   * nothing after its end. May be called on any thread.
   */
  void cancel() {
    if (!onLoop(this::cancelNow)) {
      giveUp(wiring.failures()::cancelled);
      onLoop(this::reset); // if it was started meanwhile
    }
  }

  private void cancelNow() {
    if (!ended.get()) {
      ResponseReception started = reception;
      end(started == null ? wiring.failures().cancelled(sent) : started.cancelled());
      reset();
    }
  }

  /** Runs a task on the event loop. Returns false if that is not known yet, or was closed. */
  private boolean onLoop(Runnable task) {
    Context loop = context;
    try {
      if (loop != null) {
        loop.runOnContext(now -> task.run());
      }
      return loop != null;
    } catch (RuntimeException e) { // the event loop accepts no more tasks
      return false;
    }
  }

  /**
   * Sends the request. Must be called on the event loop of the connections.
   *
   * @param onConnected called when there is a connection, or when connecting failed
   */
  void start(Connections connections, Runnable onConnected) {
    if (ended.get()) {
      return;
    }
    context = connections.loop();
    Body body;
    MultiMap headers;
    try {
      body = wiring.encoder().encode(call.request(), call.addedMembers());
      headers = wiring.headers().of(call, body.streamed());
    } catch (RuntimeException | StackOverflowError e) {
      end(wiring.failures().notEncodable(e));
      return;
    }
    left.start(connections.alarm());
    watch();
    if (ended.get()) {
      return; // a timeout had passed before the start
    }
    try {
      connections
          .client()
          .request(wiring.everyCall())
          .onComplete(
              connected -> {
                connected(connected, headers, body);
                onConnected.run();
              });
    } catch (RuntimeException e) { // the client is closed
      end(wiring.failures().notConnected(e));
    }
  }

  private void connected(AsyncResult<HttpClientRequest> connected, MultiMap headers, Body body) {
    if (connected.failed()) {
      end(wiring.failures().notConnected(connected.cause()));
      return;
    }
    HttpClientRequest opened = connected.result();
    request = opened;
    opened.exceptionHandler(this::lost);
    watch(); // a timeout may have passed before the alarm rings
    sent = true; // must precede the check: another thread may end the exchange
    if (ended.get()) {
      opened.reset(); // releases the connection
      return;
    }
    left.heard();
    headers.forEach(opened.headers()::set);
    opened.response().onComplete(response -> receive(response, body), this::lost);
    opened.end(Buffer.buffer(body.bytes())).onSuccess(written -> left.heard());
    watch();
  }

  private void receive(HttpClientResponse response, Body body) {
    left.heard();
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
    ResponseReception started = reception;
    if (started != null && !ended.get() && !onLoop(() -> go(started, started::resume))) {
      abandon();
    }
  }

  /** Runs a step of the reception, which may end the exchange. */
  private void go(ResponseReception started, Supplier<@Nullable AttemptResult> step) {
    if (ended.get()) {
      return;
    }
    boolean waited = started.isPaused();
    left.heard();
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

  /** Resets the request if its response has not ended. A complete stream has a moment for that. */
  private void leave(ResponseReception started, @Nullable AttemptResult read) {
    Context loop = context;
    if (loop != null && read instanceof AttemptResult.Answered && !started.isOver()) {
      loop.owner().setTimer(LINGER_MILLIS, passed -> leave(started, null));
    } else if (!started.isOver()) {
      reset();
    }
  }

  private void lost(Throwable cause) {
    ResponseReception started = reception;
    end(started == null ? wiring.failures().connectionLost(cause, sent) : started.lost(cause));
  }

  /** Ends the exchange if a timeout has passed, else sets the alarm for the next timeout. */
  private void watch() {
    if (ended.get()) {
      left.stop();
      return;
    }
    ResponseReception started = reception;
    long wait = left.nanos(sent, started != null && started.isPaused());
    if (wait > 0) {
      left.checkIn(wait);
    } else {
      end(timedOut(started));
      reset();
    }
  }

  private AttemptResult timedOut(@Nullable ResponseReception started) {
    GatewayConfig.Transport transport = wiring.transport();
    try {
      if (!sent) {
        Duration limit = left.isOver() ? transport.requestTimeout() : transport.connectTimeout();
        return wiring.failures().connectTimeout(limit);
      }
      boolean over = left.isOver();
      Duration limit = over ? transport.requestTimeout() : transport.idleTimeout();
      if (started == null) {
        return over ? wiring.failures().tooSlow(limit) : wiring.failures().silent(limit);
      }
      return over ? started.tooSlow(limit) : started.silent(limit);
    } catch (RuntimeException e) { // would keep the alarm from the exchanges after this one
      return wiring.failures().notReadable(e);
    }
  }

  /** Closes the connection (HTTP/1.1) or the stream (HTTP/2). The response is no longer needed. */
  private void reset() {
    if (request != null) {
      request.reset();
    }
  }

  private void end(AttemptResult how) {
    if (ended.compareAndSet(false, true)) {
      left.stop();
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
    var trace = call.trace();
    Runnable line = () -> log.debug("An attempt of {} {}", call.requestId(), result);
    LoggedTrace.run(trace.traceId(), trace.spanId(), line);
  }
}
