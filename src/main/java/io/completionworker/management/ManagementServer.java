// SPDX-License-Identifier: Apache-2.0
package io.completionworker.management;

import io.completionworker.completion.RequestPlace;
import io.completionworker.config.ManagementConfig;
import io.completionworker.management.page.StatusPage;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@code /health/live}, {@code /health/ready}, {@code /health/started}, {@code /metrics} and
 * {@code /requests/ID}, and lets the status page, where there is one, answer its own requests.
 *
 * <p>The suppliers are called on worker threads of this server, several at once, and never on its
 * event loop. They may block for a moment.
 */
public final class ManagementServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ManagementServer.class);

  private static final String JSON = "application/json";

  /** The content type of Prometheus' text format, see its page on exposition formats. */
  private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";

  private static final String TEXT = "text/plain; charset=utf-8";

  /** The number of slow scrapes that may hang before a probe has to wait. */
  private static final int WORKERS = 4;

  private static final int IDLE_SECONDS = 60;
  private static final int PATIENCE_SECONDS = 10;
  private static final int CLOSE_SECONDS = 2;

  private final Vertx vertx;
  private final HttpServer server;
  private final Optional<StatusPage> page;

  private ManagementServer(Vertx vertx, HttpServer server, Optional<StatusPage> page) {
    this.vertx = vertx;
    this.server = server;
    this.page = page;
  }

  /**
   * Starts the server, and returns when it listens.
   *
   * @param config where to listen; the port must not be -1, which means no server at all
   * @param probes the health checks
   * @param metrics returns the metrics in Prometheus' text format
   * @param places looks up where a request is, by its id or position
   * @param page creates the status page; empty for none
   * @throws IllegalStateException when the server cannot listen on the host and port
   */
  public static ManagementServer start(
      ManagementConfig config,
      Probes probes,
      Supplier<String> metrics,
      Function<String, CompletableFuture<Optional<RequestPlace>>> places,
      Optional<Function<Vertx, StatusPage>> page) {
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(WORKERS)
                .setInternalBlockingPoolSize(1));
    try {
      Optional<StatusPage> status = page.map(maker -> maker.apply(vertx));
      Hosts hosts = new Hosts(config.host());
      HttpServer server =
          vertx
              .createHttpServer(options())
              .requestHandler(
                  request -> {
                    request.response().putHeader("x-content-type-options", "nosniff");
                    if (!hosts.allow(request.getHeader("host"))) {
                      send(request, new Page(421, TEXT, "Not the host of this server\n"));
                    } else if (status.isEmpty() || !status.get().answers(request)) {
                      route(vertx, request, probes, metrics, places);
                    }
                  });
      await(server.listen(config.port(), config.host()), PATIENCE_SECONDS);
      return new ManagementServer(vertx, server, status);
    } catch (CompletionException e) {
      vertx.close();
      throw new IllegalStateException(
          String.format(
              "Cannot serve health and metrics on %s port %d; see %s",
              config.host(), config.port(), ManagementConfig.PORT_CONFIG),
          e.getCause());
    } catch (RuntimeException e) {
      vertx.close();
      throw e;
    }
  }

  // HTTP/1.1 only: scrapers, probes and browsers use nothing else without TLS.
  private static HttpServerOptions options() {
    return new HttpServerOptions().setIdleTimeout(IDLE_SECONDS).setHttp2ClearTextEnabled(false);
  }

  /** Returns the port on which the server listens. */
  public int port() {
    return server.actualPort();
  }

  @Override
  public void close() {
    page.ifPresent(StatusPage::close);
    try {
      await(vertx.close(), CLOSE_SECONDS);
    } catch (CompletionException e) {
      log.warn("The management server did not close", e);
    }
  }

  private static void route(
      Vertx vertx,
      HttpServerRequest request,
      Probes probes,
      Supplier<String> metrics,
      Function<String, CompletableFuture<Optional<RequestPlace>>> places) {
    String path = String.valueOf(request.path()); // OPTIONS * has no path
    switch (path) {
      case "/health/live" -> answer(vertx, request, () -> health(probes.live().get()));
      case "/health/ready" -> answer(vertx, request, () -> health(probes.ready().get()));
      case "/health/started" -> answer(vertx, request, () -> health(probes.started().get()));
      case "/metrics" -> answer(vertx, request, () -> new Page(200, METRICS, metrics.get()));
      default -> {
        if (path.startsWith(RequestPlaces.PATH)) {
          answer(
              vertx,
              request,
              () -> {
                RequestPlaces.Answer found = RequestPlaces.answer(path, places);
                return new Page(found.status(), JSON, found.json());
              });
        } else {
          send(request, new Page(404, TEXT, "Not found\n"));
        }
      }
    }
  }

  private static Page health(Health health) {
    return new Page(health.up() ? 200 : 503, JSON, health.json());
  }

  private static void answer(Vertx vertx, HttpServerRequest request, Supplier<Page> page) {
    if (!request.method().equals(HttpMethod.GET)) {
      request.response().putHeader("allow", "GET");
      send(request, new Page(405, TEXT, "Method not allowed\n"));
      return;
    }
    vertx
        .executeBlocking(page::get, false)
        .onSuccess(made -> send(request, made))
        .onFailure(
            failure -> {
              log.warn("Cannot answer {}", request.path(), failure);
              send(request, new Page(500, TEXT, "Failed\n"));
            });
  }

  private static void send(HttpServerRequest request, Page page) {
    HttpServerResponse response = request.response();
    if (!response.closed()) {
      response
          .setStatusCode(page.status())
          .putHeader("content-type", page.type())
          .putHeader("cache-control", "no-store")
          .end(page.body());
    }
  }

  private static void await(Future<?> future, int seconds) {
    future.toCompletionStage().toCompletableFuture().orTimeout(seconds, TimeUnit.SECONDS).join();
  }

  private record Page(int status, String type, String body) {}

  /**
   * The health checks, one for each probe. They are called on worker threads of the server, several
   * at once, and never on its event loop. They may block for a moment.
   *
   * @param live whether the process is worth keeping
   * @param ready whether it does its work
   * @param started whether it has started up
   */
  public record Probes(Supplier<Health> live, Supplier<Health> ready, Supplier<Health> started) {}

  /**
   * The host names under which a browser may use this server. A server on the loopback address
   * allows only loopback names. Otherwise a foreign page whose name was made to resolve to that
   * address (DNS rebinding) would have the same origin and could read everything. A server on the
   * network does not know its own names, and allows all.
   */
  static final class Hosts {

    private static final Pattern LOOPBACK =
        Pattern.compile(
            "localhost|[a-z0-9.-]+\\.localhost|127(\\.[0-9]{1,3}){3}|\\[::1]|\\[0:0:0:0:0:0:0:1]");

    private static final Pattern PORT = Pattern.compile(":[0-9]*$");

    private final boolean loopback;

    /**
     * Creates the rule for a server.
     *
     * @param bound the name or address that the server listens on
     */
    Hosts(String bound) {
      String host = bound.toLowerCase(Locale.ROOT);
      loopback = LOOPBACK.matcher(host).matches() || LOOPBACK.matcher("[" + host + "]").matches();
    }

    /**
     * Whether a request may have this Host header.
     *
     * @param header null when there is none, which no browser does
     */
    boolean allow(@Nullable String header) {
      if (!loopback || header == null) {
        return true;
      }
      String name = PORT.matcher(header.toLowerCase(Locale.ROOT)).replaceFirst("");
      return LOOPBACK.matcher(name).matches();
    }
  }
}
