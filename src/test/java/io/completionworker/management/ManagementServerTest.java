// SPDX-License-Identifier: Apache-2.0
package io.completionworker.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.RequestPlace;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.completion.Wait;
import io.completionworker.completion.Waits;
import io.completionworker.config.ManagementConfig;
import io.completionworker.control.Control;
import io.completionworker.control.ControlsView;
import io.completionworker.control.Selector;
import io.completionworker.management.ManagementServer.Probes;
import io.completionworker.management.page.ControlReport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManagementServerTest {

  private volatile Supplier<Health> live = () -> Health.UP;
  private volatile Supplier<Health> ready = () -> Health.UP;
  private volatile Supplier<Health> started = () -> Health.UP;
  private volatile Supplier<String> metrics = () -> "# HELP a metric\na 1.0\n";
  private volatile Function<String, CompletableFuture<Optional<RequestPlace>>> places =
      id -> CompletableFuture.completedFuture(Optional.empty());
  private final ManagementServer server = start(0);
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/health/live", "/health/ready", "/health/ready?verbose", "/health/started"})
  void shouldSayThatAllIsWell(String path) throws Exception {
    HttpResponse<String> answer = get(path);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    assertThat(answer.body()).isEqualTo("{\"status\":\"up\",\"reasons\":[]}\n");
  }

  @Test
  void shouldSayWhereAPendingRequestIs() throws Exception {
    RequestPlace place =
        new RequestPlace(
            new RecordPosition("completion-requests", 3, 42),
            "a/b +c",
            RequestPlace.State.WAITING,
            Waits.Kind.COOL_DOWN,
            Instant.parse("2026-01-31T08:00:00.250Z"),
            null,
            1,
            null);
    places =
        id ->
            CompletableFuture.completedFuture(
                Optional.of(place).filter(known -> id.equals(known.requestId())));

    HttpResponse<String> answer = get("/requests/a%2Fb%20+c");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    assertThat(answer.body())
        .isEqualTo(
            "{\"request_id\":\"a/b +c\",\"topic\":\"completion-requests\",\"partition\":3,"
                + "\"offset\":42,\"state\":\"waiting\",\"waits_for\":\"cool-down\","
                + "\"since\":\"2026-01-31T08:00:00.250Z\",\"until\":null,\"attempts\":1,"
                + "\"control\":null,\"text\":\"waits for the end of a cool-down since"
                + " 2026-01-31T08:00:00Z, after 1 attempt\"}\n");
    assertThat(get("/requests/other").statusCode()).isEqualTo(404);
    assertThat(send("POST", "/requests/other").statusCode()).isEqualTo(405);
  }

  @Test
  void shouldNotWaitLongForADispatcherThatDoesNotAnswer() throws Exception {
    places = id -> new CompletableFuture<>();

    assertThat(get("/requests/r-1").statusCode()).isEqualTo(503);
  }

  @Test
  void shouldSayWhyItIsNotReady() throws Exception {
    ready = () -> Health.down("credential 1a2b is on hold", "a \"quoted\" \\ é\n");

    HttpResponse<String> answer = get("/health/ready");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body())
        .isEqualTo(
            "{\"status\":\"down\",\"reasons\":[\"credential 1a2b is on hold\","
                + "\"a \\\"quoted\\\" \\\\ \\u00E9\\n\"]}\n");
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
  }

  @Test
  void shouldSayThatItHasNotStartedYet() throws Exception {
    started = () -> Health.down("Kafka Streams is REBALANCING");

    assertThat(get("/health/started").statusCode()).isEqualTo(503);
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
  }

  @Test
  void shouldGiveReasonsThoughItIsUp() throws Exception {
    ready = () -> new Health(true, List.of("intake is paused"));

    assertThat(get("/health/ready").body())
        .isEqualTo("{\"status\":\"up\",\"reasons\":[\"intake is paused\"]}\n");
  }

  @Test
  void shouldSayWhatRequestsWaitForInAFormForPrograms() throws Exception {
    Instant since = Instant.parse("2026-03-01T12:00:00Z");
    Wait wait =
        new Wait(
            Wait.Kind.HOLD,
            new Wait.Who("1a2b", "the configured API key", null, null),
            new Wait.Cause(FailureReason.UNAUTHORIZED, 401, "", "no é"),
            since,
            since.plusSeconds(5),
            12);
    ready = () -> new Health(false, List.of("a reason"), List.of(wait), ControlReport.NONE);

    assertThat(get("/health/ready").body())
        .isEqualTo(
            "{\"status\":\"down\",\"reasons\":[\"a reason\"],\"waits\":[{\"kind\":\"hold\","
                + "\"credential\":\"1a2b\",\"name\":\"the configured API key\",\"model\":null,"
                + "\"tier\":null,\"reason\":\"UNAUTHORIZED\",\"status\":401,\"detail\":\"\","
                + "\"said\":\"no \\u00E9\",\"since\":\"2026-03-01T12:00:00Z\","
                + "\"next_probe\":\"2026-03-01T12:00:05Z\",\"waiting\":12,\"action\":\"Fix the"
                + " key where it was issued, or set a new one and restart the worker."
                + " Its requests go on by themselves once a probe is let in.\"}]}\n");
  }

  @Test
  void shouldListControlsAndStayUp() throws Exception {
    Control.Origin origin =
        new Control.Origin("pause-1", Instant.parse("2026-03-01T12:00:00Z"), "ops", "too é", null);
    Control pause =
        new Control.Pause(origin, new Selector(null, "b-7", null, null, null, null, Map.of()));
    ControlReport controls =
        ControlReport.of(
            new ControlsView(
                List.of(pause), List.of(new ControlsView.Unreadable("odd", "kind: is not known"))),
            Map.of("pause-1", 12),
            Map.of());
    ready = () -> new Health(true, controls.faults(), List.of(), controls);

    assertThat(get("/health/ready").statusCode()).isEqualTo(200);
    assertThat(get("/health/ready").body())
        .isEqualTo(
            "{\"status\":\"up\",\"reasons\":[\"control odd cannot be read: kind: is not known\"],"
                + "\"controls\":[{\"kind\":\"unreadable\",\"id\":\"odd\",\"what\":\"\",\"detail\":\"\","
                + "\"by\":\"\",\"why\":\"\",\"since\":null,\"until\":null,\"waiting\":0,"
                + "\"fault\":\"kind: is not known\"},"
                + "{\"kind\":\"pause\",\"id\":\"pause-1\",\"what\":\"batch b-7\",\"detail\":\"\","
                + "\"by\":\"ops\",\"why\":\"too \\u00E9\",\"since\":\"2026-03-01T12:00:00Z\","
                + "\"until\":null,\"waiting\":12,\"fault\":\"\"}],\"more_controls\":0}\n");
  }

  @Test
  void shouldGiveTheScrapeAsPrometheusText() throws Exception {
    HttpResponse<String> answer = get("/metrics");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    assertThat(answer.body()).isEqualTo("# HELP a metric\na 1.0\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/health", "/metrics/", "/nothing"})
  void shouldNotFindAnythingElse(String path) throws Exception {
    assertThat(get(path).statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "HEAD"})
  void shouldOnlyBeRead(String method) throws Exception {
    HttpResponse<String> answer = send(method, "/health/live");

    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("allow")).contains("GET");
  }

  @Test
  void shouldSurviveASupplierThatFails() throws Exception {
    metrics =
        () -> {
          throw new IllegalStateException("planted");
        };

    HttpResponse<String> answer = get("/metrics");

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).doesNotContain("planted");
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
  }

  @Test
  void shouldAnswerProbesWhileAScrapeIsSlow() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch inScrape = new CountDownLatch(1);
    metrics =
        () -> {
          inScrape.countDown();
          awaited(go);
          return "slow";
        };
    CompletableFuture<HttpResponse<String>> scrape =
        client.sendAsync(request("GET", "/metrics"), BodyHandlers.ofString());
    inScrape.await();

    assertThat(get("/health/live").statusCode()).isEqualTo(200);

    go.countDown();
    assertThat(scrape.join().body()).isEqualTo("slow");
  }

  @Test
  void shouldNameHostPortAndKeyWhenThePortIsTaken() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> start(taken.getLocalPort()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContainingAll("127.0.0.1", "port " + taken.getLocalPort(), "management.port");
    }
  }

  @Test
  void shouldGiveThePortBackWhenItCloses() {
    int port = server.port();

    server.close();

    try (ManagementServer next = start(port)) {
      assertThat(next.port()).isEqualTo(port);
    }
  }

  @Test
  void shouldServeALargeScrapeWhateverTheVersionOfHttp() throws Exception {
    String scrape = "a_metric 1\n".repeat(50_000);
    metrics = () -> scrape;
    for (HttpClient.Version version : HttpClient.Version.values()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/metrics"))
              .version(version)
              .build();
      for (int i = 0; i < 3; i++) {
        assertThat(client.send(request, BodyHandlers.ofString()).body()).isEqualTo(scrape);
      }
    }
  }

  private ManagementServer start(int port) {
    return ManagementServer.start(
        new ManagementConfig("127.0.0.1", port, false),
        new Probes(() -> live.get(), () -> ready.get(), () -> started.get()),
        () -> metrics.get(),
        id -> places.apply(id),
        Optional.empty());
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send("GET", path);
  }

  private HttpResponse<String> send(String method, String path)
      throws IOException, InterruptedException {
    return client.send(request(method, path), BodyHandlers.ofString());
  }

  private HttpRequest request(String method, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
        .method(method, BodyPublishers.noBody())
        .build();
  }

  private static void awaited(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
