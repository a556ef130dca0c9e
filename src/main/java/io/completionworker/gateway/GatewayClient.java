// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import io.completionworker.completion.AnswerMemoryLimit;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Version;
import io.completionworker.completion.port.CompletionClient;
import io.completionworker.completion.port.CompletionClient.DeltaSink;
import io.completionworker.config.ConfigFaultsException;
import io.completionworker.config.GatewayConfig;
import io.completionworker.gateway.ConnectionSettings.Endpoint;
import io.completionworker.gateway.connection.TlsIdentity;
import io.completionworker.gateway.json.RequestEncoder;
import io.completionworker.gateway.limit.RetryAfter;
import io.completionworker.gateway.stream.AnswerStream;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.RequestOptions;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes attempts over HTTP.
 *
 * <p>Thread-safe. Results are completed on event-loop threads, which must not be blocked. Each
 * event loop has its own connections. Together there are enough that no call waits for one as long
 * as the caller keeps to its maximum of attempts in flight.
 */
public final class GatewayClient implements CompletionClient, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(GatewayClient.class);

  private static final int MAX_LANES = 4;

  /** Additional connections, since some are still closing while their successors open. */
  private static final int RESERVE = 8;

  private static final long CLOSE_SECONDS = 5;

  private final ExchangeContext wiring;
  private final Vertx vertx;
  private final List<ClientEventLoop> lanes;
  private final Set<Exchange> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private GatewayClient(ExchangeContext wiring, Vertx vertx, List<ClientEventLoop> lanes) {
    this.wiring = wiring;
    this.vertx = vertx;
    this.lanes = lanes;
  }

  /**
   * Starts a client. Waits until its event loops are ready, but not for a connection.
   *
   * @param maxInFlight maximum number of attempts that the caller has in flight at once
   * @param clock clock that turns the dates until which a server asks to wait into durations
   * @throws IllegalArgumentException if the URL is not one that can be called
   * @throws ConfigFaultsException if a trust store or a key store cannot be used
   */
  public static GatewayClient start(GatewayConfig config, int maxInFlight, InstantSource clock) {
    return start(config, maxInFlight, clock, new AnswerMemoryLimit(Long.MAX_VALUE));
  }

  /**
   * Starts a client, with a limit on the memory that incoming answers take.
   *
   * @param room shared with the code that keeps the answers afterwards
   */
  public static GatewayClient start(
      GatewayConfig config, int maxInFlight, InstantSource clock, AnswerMemoryLimit room) {
    ExchangeContext wiring = ExchangeContext.of(config, Version.text(), clock, room);
    int loops = Math.min(MAX_LANES, Runtime.getRuntime().availableProcessors());
    ConnectionSettings connections =
        new ConnectionSettings(
            wiring.endpoint(),
            config,
            TlsIdentity.load(config.tls()),
            connectionsPerLane(maxInFlight, loops));
    List<ClientEventLoop> lanes =
        IntStream.range(0, loops).mapToObj(lane -> new ClientEventLoop(connections)).toList();
    Vertx vertx = vertx(loops);
    // Deployed together, so that each verticle gets its own event loop.
    Supplier<ClientEventLoop> next = new ArrayDeque<>(lanes)::remove;
    GatewayClient client = new GatewayClient(wiring, vertx, lanes);
    try {
      vertx
          .deployVerticle(next, new DeploymentOptions().setInstances(loops))
          .compose(deployed -> Future.all(lanes.stream().map(ClientEventLoop::open).toList()))
          .toCompletionStage()
          .toCompletableFuture()
          .join();
    } catch (RuntimeException e) {
      client.close(); // ends the threads of the event loops
      throw e;
    }
    return client;
  }

  @Override
  public CompletionStage<AttemptResult> attempt(CompletionCall call, DeltaSink deltas) {
    return open(call, deltas).result();
  }

  /**
   * {@inheritDoc} Cancelling closes the connection (HTTP/1.1) or resets the stream (HTTP/2) as soon
   * as the event loop comes to it.
   */
  @Override
  public OpenCall open(CompletionCall call, DeltaSink deltas) {
    ClientEventLoop lane = leastLoaded();
    Exchange exchange =
        new Exchange(
            call,
            deltas,
            wiring,
            ended -> {
              open.remove(ended);
              lane.leave();
            });
    lane.enter();
    open.add(exchange);
    if (closed) {
      exchange.abandon();
    } else {
      start(exchange, lane);
    }
    return new OpenCall(exchange.result(), exchange::cancel);
  }

  private static void start(Exchange exchange, ClientEventLoop lane) {
    try {
      lane.run(exchange);
    } catch (RuntimeException e) { // the event loop accepts no more tasks
      log.debug("Not started", e);
      exchange.abandon();
    }
  }

  /**
   * The endpoint's response to a probe.
   *
   * @param date the {@code Date} header; null if there was none
   */
  public record Probed(int status, @Nullable String date) {}

  /**
   * Sends an empty JSON object with the configured headers. A reachable endpoint rejects it and
   * bills nothing. There is no time limit except that of the connection.
   *
   * @return the response, or a failure whose message says why there is none, without secrets
   */
  public CompletionStage<Probed> probe() {
    return lanes
        .get(0)
        .ask(wiring.everyCall(), Buffer.buffer("{}"))
        .map(response -> new Probed(response.statusCode(), response.getHeader("date")))
        .recover(
            cause ->
                Future.failedFuture(new IllegalStateException(wiring.failures().describe(cause))))
        .toCompletionStage();
  }

  /**
   * Ends the attempts in flight as lost, then closes the connections. Waits for that a few seconds
   * at most.
   */
  @Override
  public void close() {
    closed = true;
    open.forEach(Exchange::abandon);
    var closing = vertx.close();
    if (Context.isOnEventLoopThread()) {
      return; // an event loop would wait for itself
    }
    try {
      closing.toCompletionStage().toCompletableFuture().get(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      log.warn("The connections to the endpoint were not closed within {} s", CLOSE_SECONDS);
    }
  }

  /**
   * Returns the event loop with the fewest exchanges. With round robin, calls that differ in
   * duration would pile up on one event loop.
   */
  private ClientEventLoop leastLoaded() {
    ClientEventLoop least = lanes.get(0);
    int load = least.load();
    for (int i = 1; i < lanes.size() && load > 0; i++) {
      ClientEventLoop lane = lanes.get(i);
      if (lane.load() < load) {
        least = lane;
        load = lane.load();
      }
    }
    return least;
  }

  static int connectionsPerLane(int maxInFlight, int lanes) {
    int share = (maxInFlight + lanes - 1) / lanes;
    return share + Math.max(RESERVE, share / 8);
  }

  private static Vertx vertx(int eventLoops) {
    return Vertx.vertx(
        new VertxOptions()
            .setUseDaemonThread(true)
            .setEventLoopPoolSize(eventLoops)
            .setWorkerPoolSize(1)
            .setInternalBlockingPoolSize(2)
            // No files are read, so no cache directory is needed, which a read-only disk could not
            // have.
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setClassPathResolvingEnabled(false)
                    .setFileCachingEnabled(false)));
  }

  /**
   * The parts that all exchanges share. Nothing changes them, so they are thread-safe.
   *
   * @param everyCall what all requests have in common
   */
  record ExchangeContext(
      Endpoint endpoint,
      RequestOptions everyCall,
      GatewayConfig.Transport transport,
      TimeLeft.Limits limits,
      CallHeaders headers,
      RequestEncoder encoder,
      ResponseReader reader,
      AnswerStream.Rules streams,
      TransportFailures failures,
      AnswerMemoryLimit room) {

    static ExchangeContext of(
        GatewayConfig config, String version, InstantSource clock, AnswerMemoryLimit room) {
      Redactor redactor = Redactor.of(config);
      var classifier =
          new StatusClassifier(
              new RetryAfter(clock, () -> ThreadLocalRandom.current().nextDouble()), redactor);
      var streams = new AnswerStream.Rules(config.transport().maxResponseBytes(), clock);
      Endpoint endpoint = Endpoint.of(config);
      CallHeaders headers = new CallHeaders(config, version);
      return new ExchangeContext(
          endpoint,
          endpoint.request(headers.ofEveryCall()),
          config.transport(),
          TimeLeft.Limits.of(config.transport()),
          headers,
          new RequestEncoder(),
          new ResponseReader(classifier, streams),
          streams,
          new TransportFailures(redactor),
          room);
    }
  }
}
