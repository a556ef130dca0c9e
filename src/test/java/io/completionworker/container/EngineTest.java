// SPDX-License-Identifier: Apache-2.0
package io.completionworker.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.testcontainers.dockerclient.TransportConfig;
import org.testcontainers.utility.DockerImageName;

/** An engine that runs, and what its images say of it. */
class EngineTest {

  /** With a registry's name: for others Testcontainers asks an engine, and there may be none. */
  private static final DockerImageName KAFKA = DockerImageName.parse("images.test/kafka:1");

  private static final DockerImageName REGISTRY = DockerImageName.parse("images.test/registry:2");
  private static final Duration LONG = Duration.ofMinutes(2);

  private final Set<String> images = ConcurrentHashMap.newKeySet();
  private final Queue<String> pulls = new ConcurrentLinkedQueue<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private volatile boolean hangs;
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  @AfterEach
  void stop() {
    end.countDown();
    server.stop(0);
    threads.shutdown();
  }

  @Test
  void shouldSayAtOnceThatAnImageCannotBePulled() throws Exception {
    assertThat(engine(LONG).fetch(List.of(KAFKA, REGISTRY)))
        .get()
        .asString()
        .startsWith("no image images.test/kafka:1 (")
        .contains("proxyconnect tcp: connection refused")
        .doesNotContain("\n");
    assertThat(pulls).as("tried once, and the other not at all").hasSize(1);
  }

  @Test
  void shouldGiveUpAPullOfWhichNothingIsHeard() throws Exception {
    hangs = true;

    assertThat(engine(Duration.ofSeconds(1)).fetch(List.of(KAFKA)))
        .hasValue("no image images.test/kafka:1 (nothing was pulled within 1 s)");
  }

  @Test
  void shouldPullNothingThatIsThere() throws Exception {
    images.addAll(List.of("images.test/kafka:1", "images.test/registry:2"));

    assertThat(engine(LONG).fetch(List.of(KAFKA, REGISTRY))).isEmpty();
    assertThat(pulls).isEmpty();
  }

  private Engine engine(Duration silence) {
    URI address = URI.create("tcp://127.0.0.1:" + server.getAddress().getPort());
    return new Engine(TransportConfig.builder().dockerHost(address).build(), silence);
  }

  /** As an engine behind a proxy that lets nothing through. */
  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath().replaceFirst("^/v\\d[^/]*", "");
    if (path.equals("/images/create")) {
      pulls.add(exchange.getRequestURI().getQuery());
      awaitEnd();
      reply(
          exchange,
          500,
          "{\"message\":\"Get https://registry/v2/: proxyconnect tcp: connection refused\"}");
    } else if (path.startsWith("/images/")
        && images.contains(path.substring("/images/".length(), path.length() - "/json".length()))) {
      reply(exchange, 200, "{\"Id\":\"sha256:1\"}");
    } else {
      reply(exchange, 404, "{\"message\":\"No such image\"}");
    }
  }

  private void awaitEnd() {
    try {
      if (hangs) {
        end.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void reply(HttpExchange exchange, int status, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
