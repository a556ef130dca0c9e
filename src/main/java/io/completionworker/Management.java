// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import io.completionworker.async.loop.LoopView;
import io.completionworker.completion.Version;
import io.completionworker.config.ManagementConfig;
import io.completionworker.config.WorkerSettings;
import io.completionworker.management.ManagementServer;
import io.completionworker.management.ManagementServer.Probes;
import io.completionworker.management.page.StatusPage;
import io.completionworker.management.page.StatusPage.Instance;
import io.completionworker.metrics.history.History;
import io.completionworker.resilience.limit.LimitUse;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves health, metrics and the status page of a worker over HTTP. Safe on every thread. */
final class Management implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Management.class);

  /** The most limits that the status page shows: a longer list would not be read. */
  private static final int MOST_LIMITS = 25;

  private final Instant started = Instant.now();
  private final WorkerSettings settings;
  private final Worker worker;
  private final String id = UUID.randomUUID().toString();
  private final String name = hostName();
  private final InstanceShare share;
  private final LoopView<List<LimitUse>> limits;
  private final @Nullable History history;
  private final ManagementServer server;

  private Management(
      Worker worker,
      WorkerSettings settings,
      PrometheusMeterRegistry registry,
      InstanceShare share,
      Stages stages) {
    this.settings = settings;
    this.worker = worker;
    this.share = share;
    this.limits = new LoopView<>(stages.loop(), () -> stages.limits().uses(MOST_LIMITS), List.of());
    History looks = settings.management().page() ? History.start(registry) : null;
    this.history = looks;
    try {
      this.server =
          ManagementServer.start(
              settings.management(),
              new Probes(worker::liveness, worker::readiness, worker::started),
              registry::scrape,
              stages.dispatcher()::place,
              Optional.ofNullable(looks)
                  .map(
                      kept ->
                          vertx ->
                              StatusPage.of(vertx, kept, settings.management(), this::instance)));
    } catch (RuntimeException e) {
      close(looks);
      throw e;
    }
  }

  /** Starts the server. Returns empty if the settings turn it off. */
  static Optional<Management> start(
      Worker worker,
      WorkerSettings settings,
      PrometheusMeterRegistry registry,
      InstanceShare share,
      Stages stages) {
    ManagementConfig config = settings.management();
    if (config.port() < 0) {
      return Optional.empty();
    }
    Management management = new Management(worker, settings, registry, share, stages);
    log.info(
        "{} are at http://{}:{}",
        config.page() ? "Status page, health and metrics" : "Health and metrics",
        config.host(),
        management.port());
    return Optional.of(management);
  }

  int port() {
    return server.port();
  }

  @Override
  public void close() {
    close(history);
    server.close();
  }

  private static void close(@Nullable History history) {
    if (history != null) {
      history.close();
    }
  }

  /** Returns the name of the pod or container, or else the host name of the system. */
  private static String hostName() {
    String given = System.getenv("HOSTNAME");
    if (given != null && !given.isBlank()) {
      return given;
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "a host without a name";
    }
  }

  private Instance instance() {
    InstanceShare.Partitions now = share.partitions();
    List<String> hindrances = worker.ownNotReadyReasons();
    return new Instance(
        id,
        name,
        settings.gateway().endpoint(),
        settings.group(),
        worker.state(),
        hindrances.isEmpty() && worker.waits().notReadyReasons().isEmpty(),
        hindrances,
        worker.waits().now(),
        worker.waits().controls(),
        limits.now(),
        now.own(),
        now.all(),
        settings.async().maxInFlight(),
        Version.text(),
        started);
  }
}
