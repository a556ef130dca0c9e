// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo.endpoint;

import io.completionworker.demo.endpoint.limit.Limiter;
import io.completionworker.demo.endpoint.limit.WindowCount;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An HTTP server that answers {@code POST /v1/chat/completions} as a gateway does, and counts what
 * it is asked.
 *
 * <p>All methods may be called from any thread.
 */
public final class SimulatedEndpoint implements AutoCloseable {

  private static final long TIMEOUT_SECONDS = 30;

  private final Vertx vertx;
  private final EndpointVerticle verticle;
  private final CallLog log;
  private final Limiter limiter;

  private SimulatedEndpoint(Vertx vertx, EndpointVerticle verticle, CallLog log, Limiter limiter) {
    this.vertx = vertx;
    this.verticle = verticle;
    this.log = log;
    this.limiter = limiter;
  }

  /** Starts on a free port. */
  public static SimulatedEndpoint start(Behaviour behaviour) {
    return start(behaviour, 0);
  }

  /** Starts on the port given; 0 takes a free one. */
  public static SimulatedEndpoint start(Behaviour behaviour, int port) {
    return start(behaviour, Place.ofGateway(port));
  }

  static SimulatedEndpoint start(Behaviour behaviour, Place place) {
    VertxOptions options =
        new VertxOptions()
            .setEventLoopPoolSize(1)
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setClassPathResolvingEnabled(false)
                    .setFileCachingEnabled(false));
    Vertx vertx = Vertx.vertx(options);
    CallLog log = new CallLog();
    Limiter limiter = new Limiter(InstantSource.system());
    EndpointVerticle verticle = new EndpointVerticle(log, limiter, behaviour, place);
    try {
      await(vertx.deployVerticle(verticle));
    } catch (RuntimeException e) {
      await(vertx.close());
      throw e;
    }
    return new SimulatedEndpoint(vertx, verticle, log, limiter);
  }

  /** Runs until it is killed. Arguments: port (18080), mean latency in milliseconds (500). */
  public static void main(String[] args) {
    int port = args.length > 0 ? Integer.parseInt(args[0]) : 18_080;
    long latency = args.length > 1 ? Long.parseLong(args[1]) : 500;
    Behaviour behaviour =
        Behaviour.builder()
            .latency(Latency.logNormal(Duration.ofMillis(latency), 0.5))
            .recording(Behaviour.Recording.NONE)
            .build();
    // Vert.x's threads keep the JVM alive; the process ends by a signal.
    SimulatedEndpoint endpoint = start(behaviour, port);
    System.out.println(endpoint.url());
  }

  /** For {@code gateway.url}. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + verticle.port() + "/v1");
  }

  /** Behaves like this from the next call on. */
  public void behave(Behaviour behaviour) {
    verticle.behave(behaviour);
  }

  /** Takes calls, those already waiting for a latency included, and answers none. */
  public void hang() {
    verticle.hang();
  }

  /** Answers what hangs, and goes on as before. */
  public void release() {
    verticle.release();
  }

  /** Closes all connections and refuses new ones; returns when it does. */
  public void stopListening() {
    await(verticle.stopListening());
  }

  /** Takes connections again, on the same port; returns when it does. */
  public void listenAgain() {
    await(verticle.listenAgain());
  }

  /** Refuses a virtual key from the next call on, as one whose account has nothing left. */
  public void exhaust(String virtualKey) {
    limiter.exhaust(virtualKey);
  }

  /** Takes {@link #exhaust} back. */
  public void replenish(String virtualKey) {
    limiter.replenish(virtualKey);
  }

  /**
   * Calls by the window of their admission, in the order of time; those that a script answers are
   * not in it. Windows are those of the behaviour's limits, or minutes where it has none.
   */
  public List<WindowCount> windows() {
    return limiter.windows();
  }

  /** Calls that came, nonsense included. */
  public long total() {
    return log.total();
  }

  /** Calls without an answer at this moment. */
  public int open() {
    return log.open();
  }

  /** Most calls that were open at once. */
  public int peakOpen() {
    return log.peakOpen();
  }

  /** Ended calls by HTTP status; 0 for those that ended without one. */
  public Map<Integer, Long> byStatus() {
    return log.byStatus();
  }

  /** Calls by trace id; empty with {@link Behaviour.Recording#NONE}. */
  public Map<String, Integer> byTrace() {
    return log.byTrace();
  }

  /** The calls in the order they came; empty unless recorded. */
  public List<RecordedCall> calls() {
    return log.calls();
  }

  /** Forgets what was counted and recorded, but for windows; open calls stay counted as open. */
  public void clearCounts() {
    log.clear();
  }

  @Override
  public void close() {
    await(vertx.close());
  }

  private static <T> void await(Future<T> future) {
    try {
      future.toCompletionStage().toCompletableFuture().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the endpoint", e);
    } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
      throw new CompletionException("the endpoint did not start or stop", e);
    }
  }
}
