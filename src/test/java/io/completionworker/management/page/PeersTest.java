// SPDX-License-Identifier: Apache-2.0
package io.completionworker.management.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An instance that adds up what the others say. */
class PeersTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<AutoCloseable> open = new ArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void close() throws Exception {
    end.countDown();
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  @Test
  void shouldAddUpThoseThatAnswerAndNameThoseThatDoNot() throws Exception {
    int closed = freePort();
    PageFixture other = instance("worker-1", 0);
    PageFixture fixture = instance("worker-0", 0, at(other.port()), at(closed));
    other.work("TIMEOUT");
    fixture.work("TIMEOUT");

    JsonNode all = together(fixture, 2);

    assertThat(all.path("partitions").asInt()).isEqualTo(6);
    assertThat(all.path("maxInFlight").asInt()).isEqualTo(480_000);
    assertThat(all.at("/tables/failures/0/names/0").asText()).isEqualTo("TIMEOUT");
    assertThat(all.at("/tables/failures/0/values/2").asInt()).isEqualTo(10);
    assertThat(names(all)).containsExactly("worker-0", "worker-1", "");
    JsonNode silent = all.at("/instances/2");
    assertThat(silent.path("address").asText()).isEqualTo(at(closed));
    assertThat(silent.path("problem").asText()).isEqualTo("No connection");
    assertThat(silent.has("values")).isFalse();
  }

  @Test
  void shouldCountItselfOnceThoughItIsAmongItsPeers() throws Exception {
    int port = freePort();
    PageFixture other = instance("worker-1", 0);
    PageFixture fixture = instance("worker-0", port, at(port), at(other.port()), at(other.port()));

    assertThat(names(together(fixture, 2))).containsExactly("worker-0", "worker-1");
  }

  @Test
  void shouldBelieveNothingButSamplesAndFollowNobodyElsewhere() throws Exception {
    AtomicInteger elsewhere = new AtomicInteger();
    String target = "http://127.0.0.1:" + server(to(200, "{}", elsewhere)) + "/instance";
    int redirect =
        server(
            exchange -> {
              exchange.getResponseHeaders().add("location", target);
              exchange.sendResponseHeaders(302, -1);
              exchange.close();
            });
    int endless = server(to(200, " ".repeat(1 << 20), new AtomicInteger()));
    int stranger = server(to(200, "{\"a\":1}", new AtomicInteger()));
    int silent = server(exchange -> awaitEnd());
    PageFixture fixture =
        instance("worker-0", 0, at(redirect), at(endless), at(stranger), at(silent));

    JsonNode all = together(fixture, 1);

    assertThat(all.path("instances"))
        .extracting(each -> each.path("problem").asText())
        .containsExactly(
            "",
            "Answers with status 302",
            "Its answer is too large",
            "Something else answers there",
            "No answer within 1.5 s");
    assertThat(elsewhere).hasValue(0);
  }

  @Test
  void shouldAskNobodyWhileNobodyLooks() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    PageFixture fixture = instance("worker-0", 0, at(server(to(200, "{}", asked))));
    await().atMost(PATIENCE).until(() -> fixture.samples.get() >= 3);

    assertThat(asked).hasValue(0);
    together(fixture, 1);
    assertThat(asked.get()).isPositive();
  }

  @Test
  void shouldShowNoSumWithoutPeers() throws Exception {
    PageFixture fixture = instance("worker-0", 0);
    List<String> events = new ArrayList<>();
    try (BufferedReader lines = lines(fixture)) {
      for (int samples = 0; samples < 3; ) {
        String line = lines.readLine();
        events.add(line);
        samples += line.equals("event: sample") ? 1 : 0;
      }
    }
    assertThat(events).doesNotContain("event: all");
  }

  private PageFixture instance(String name, int port, String... peers) {
    PageFixture fixture = new PageFixture(name, port, List.of(peers), null);
    open.add(fixture);
    return fixture;
  }

  /** What is said of all, once so many answer. */
  private static JsonNode together(PageFixture fixture, int answered) throws IOException {
    try (BufferedReader lines = lines(fixture)) {
      while (true) {
        if (lines.readLine().equals("event: all")) {
          JsonNode all = JSON.readTree(lines.readLine().substring("data: ".length()));
          if (all.path("answered").asInt() == answered
              && all.at("/tables/endpoints/0").isObject()) {
            return all;
          }
        }
      }
    }
  }

  private static BufferedReader lines(PageFixture fixture) throws IOException {
    return new BufferedReader(new InputStreamReader(fixture.stream(), StandardCharsets.UTF_8));
  }

  private static List<String> names(JsonNode all) {
    return StreamSupport.stream(all.path("instances").spliterator(), false)
        .map(each -> each.path("name").asText())
        .toList();
  }

  private int server(HttpHandler handler) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", handler);
    server.setExecutor(
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task);
              thread.setDaemon(true);
              return thread;
            }));
    server.start();
    open.add(() -> server.stop(0));
    return server.getAddress().getPort();
  }

  private static HttpHandler to(int status, String body, AtomicInteger count) {
    return (HttpExchange exchange) -> {
      count.incrementAndGet();
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
      exchange.close();
    };
  }

  private void awaitEnd() {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String at(int port) {
    return "127.0.0.1:" + port;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
