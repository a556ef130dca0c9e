// SPDX-License-Identifier: Apache-2.0
package io.completionworker.management.page;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.completion.Wait;
import io.completionworker.config.ManagementConfig;
import io.completionworker.metrics.history.History;
import io.completionworker.resilience.limit.LimitUse;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@code /} with the page, {@code /events} with the samples that it shows, for as long as
 * the reader stays connected, and {@code /instance} with the latest sample, for the pages of other
 * instances.
 *
 * <p>Requests are handled on the one event loop of the server. The supplier is called on the thread
 * of the history.
 */
public final class StatusPage implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(StatusPage.class);

  private static final String TEXT = "text/plain; charset=utf-8";

  private final PageSource page = PageSource.read();
  private final EventStreams streams = new EventStreams();
  private final History history;
  private final Runnable deafen;
  private final @Nullable URI docs;
  private final @Nullable Peers peers;
  private @Nullable ObjectNode latest;
  private boolean asking;

  private StatusPage(
      Vertx vertx, History history, ManagementConfig config, Supplier<Instance> instance) {
    Context loop = vertx.getOrCreateContext();
    this.history = history;
    this.docs = config.docs();
    this.peers = config.peers().isEmpty() ? null : new Peers(vertx, config.peers());
    this.deafen =
        history.listen(
            sample -> {
              ObjectNode data = Events.sample(sample, instance.get());
              loop.runOnContext(unused -> show(data));
            });
  }

  /**
   * Creates a page of this history. The page shows samples from now on.
   *
   * @param vertx has one event loop, which the server uses too
   * @param config says which other instances there are
   */
  public static StatusPage of(
      Vertx vertx, History history, ManagementConfig config, Supplier<Instance> instance) {
    return new StatusPage(vertx, history, config, instance);
  }

  /** Answers a request and returns true if it is for the page. Otherwise returns false. */
  public boolean answers(HttpServerRequest request) {
    switch (String.valueOf(request.path())) {
      case "/" -> page(request);
      case "/events" -> events(request);
      case "/instance" -> instance(request);
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Stops listening to the history. */
  @Override
  public void close() {
    deafen.run();
  }

  private void show(ObjectNode sample) {
    latest = sample;
    streams.send(Events.event("sample", sample));
    if (peers != null && !asking && !streams.isEmpty()) {
      asking = true;
      peers
          .ask(sample)
          .onComplete(
              all -> {
                asking = false;
                if (all.succeeded()) {
                  streams.send(Events.event("all", all.result()));
                } else {
                  log.warn("Cannot add up what the instances say", all.cause());
                }
              });
    }
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
          .putHeader("x-accel-buffering", "no"); // else a proxy would buffer events
      String before = "retry: 2000\n" + Events.history(history.points(), page.id(), docs);
      streams.open(request, latest == null ? before : before + Events.event("sample", latest));
    }
  }

  private void instance(HttpServerRequest request) {
    if (refused(request, List.of(HttpMethod.GET))) {
      return;
    }
    ObjectNode known = latest;
    if (isForeign(request)) {
      end(request.response(), 403, "Only for the status page\n");
    } else if (known == null) {
      request.response().putHeader("retry-after", "2");
      end(request.response(), 503, "Nothing was measured yet\n");
    } else {
      request.response().putHeader("content-type", "application/json").end(known.toString());
    }
  }

  /**
   * Whether a request comes from a page of another site. Such a page could not read the events, but
   * it could use up the streams.
   */
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

  /**
   * The state of this instance that the page shows besides its meters. No secrets.
   *
   * @param id distinguishes the instance from every other, also from the one before a restart
   * @param name host name, for people
   * @param endpoint host that the calls go to
   * @param group name of the group that shares the work
   * @param state state of Kafka Streams
   * @param ready whether the instance does its work
   * @param reasons what keeps it from working, besides the waits
   * @param waits what requests wait for
   * @param controls what operators want done
   * @param limits usage of its limits, the fullest first
   * @param partitions partitions of the request topic that this instance has
   * @param allPartitions all partitions of that topic; 0 while their number is not known
   * @param maxInFlight calls that may be open at once
   */
  public record Instance(
      String id,
      String name,
      String endpoint,
      String group,
      String state,
      boolean ready,
      List<String> reasons,
      List<Wait> waits,
      ControlReport controls,
      List<LimitUse> limits,
      int partitions,
      int allPartitions,
      int maxInFlight,
      String version,
      Instant started) {

    /** Copies the lists. */
    public Instance {
      reasons = List.copyOf(reasons);
      waits = List.copyOf(waits);
      limits = List.copyOf(limits);
    }
  }
}
