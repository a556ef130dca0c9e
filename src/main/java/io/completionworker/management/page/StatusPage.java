package io.completionworker.management.page;

import io.completionworker.metrics.history.History;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code /} with the page, and {@code /events} with the samples that it shows, for as long
 * as the reader stays.
 *
 * <p>Requests are for the one event loop of the server. The supplier is called on the thread of the
 * history.
 */
public final class StatusPage implements AutoCloseable {

  private static final String TEXT = "text/plain; charset=utf-8";

  private final PageSource page = PageSource.read();
  private final EventStreams streams = new EventStreams();
  private final History history;
  private final Runnable deafen;
  private @Nullable String latest;

  private StatusPage(Context loop, History history, Supplier<Instance> instance) {
    this.history = history;
    this.deafen =
        history.listen(
            sample -> {
              String event = Events.sample(sample, instance.get());
              loop.runOnContext(unused -> show(event));
            });
  }

  /**
   * A page of this history, from now on.
   *
   * @param vertx has one event loop, which the server is on too
   */
  public static StatusPage of(Vertx vertx, History history, Supplier<Instance> instance) {
    return new StatusPage(vertx.getOrCreateContext(), history, instance);
  }

  /** Answers a request if it is for the page; else false. */
  public boolean answers(HttpServerRequest request) {
    switch (String.valueOf(request.path())) {
      case "/" -> page(request);
      case "/events" -> events(request);
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Hears of no sample any more. */
  @Override
  public void close() {
    deafen.run();
  }

  private void show(String event) {
    latest = event;
    streams.send(event);
  }

  private void page(HttpServerRequest request) {
    if (!refused(request, List.of(HttpMethod.GET, HttpMethod.HEAD))) {
      request
          .response()
          .putHeader("content-type", "text/html; charset=utf-8")
          .putHeader("content-security-policy", page.policy())
          .putHeader("cross-origin-opener-policy", "same-origin")
          .end(page.html());
    }
  }

  private void events(HttpServerRequest request) {
    if (refused(request, List.of(HttpMethod.GET))) {
      return;
    }
    HttpServerResponse response = request.response();
    if (isForeign(request)) {
      end(response, 403, "Only for the status page\n");
    } else if (!streams.hasRoom()) {
      response.putHeader("retry-after", "5");
      end(response, 503, "Too many open streams\n");
    } else {
      response
          .putHeader("content-type", "text/event-stream")
          .putHeader("x-accel-buffering", "no"); // a proxy in between would hold events back
      String before = "retry: 2000\n" + Events.history(history.points(), page.id());
      streams.open(request, latest == null ? before : before + latest);
    }
  }

  /** A page of somebody else could not read the events, but take the streams of those who can. */
  private static boolean isForeign(HttpServerRequest request) {
    String site = request.getHeader("sec-fetch-site");
    return site != null && !site.equals("same-origin") && !site.equals("none");
  }

  private static boolean refused(HttpServerRequest request, List<HttpMethod> allowed) {
    request
        .response()
        .putHeader("cache-control", "no-store")
        .putHeader("referrer-policy", "no-referrer")
        .putHeader("cross-origin-resource-policy", "same-origin");
    if (allowed.contains(request.method())) {
      return false;
    }
    request
        .response()
        .putHeader("allow", String.join(", ", allowed.stream().map(HttpMethod::name).toList()));
    end(request.response(), 405, "Method not allowed\n");
    return true;
  }

  private static void end(HttpServerResponse response, int status, String text) {
    response.setStatusCode(status).putHeader("content-type", TEXT).end(text);
  }
}
