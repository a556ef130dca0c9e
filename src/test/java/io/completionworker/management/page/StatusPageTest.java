// SPDX-License-Identifier: Apache-2.0
package io.completionworker.management.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusPageTest {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final PageFixture fixture = new PageFixture();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void shouldAllowItsOwnScriptAndStyleAndNothingElse() throws Exception {
    HttpResponse<String> page = get("/");

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(header(page, "content-type")).isEqualTo("text/html; charset=utf-8");
    assertThat(header(page, "content-security-policy"))
        .startsWith("default-src 'none'; ")
        .contains("script-src 'sha256-" + hash(between(page.body(), "<script>", "</script>")))
        .contains("style-src 'sha256-" + hash(between(page.body(), "<style>", "</style>")))
        .contains("connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'")
        .contains("require-trusted-types-for 'script'")
        .doesNotContain("unsafe", "*", "http");
    assertThat(header(page, "x-content-type-options")).isEqualTo("nosniff");
    assertThat(header(page, "referrer-policy")).isEqualTo("no-referrer");
    assertThat(header(page, "cache-control")).isEqualTo("no-store");
    assertThat(page.headers().firstValue("set-cookie")).isEmpty();
  }

  @Test
  void shouldHoldAllOfItselfInOnePage() throws Exception {
    String page = get("/").body();

    assertThat(page.split("<script", -1)).hasSize(2);
    assertThat(page.split("<style", -1)).hasSize(2);
    assertThat(page)
        .doesNotContainPattern("(src|href)=\"(?!data:|metrics\"|health/ready\"|#)")
        .doesNotContainPattern("\\son[a-z]+=|\\sstyle=|javascript:|@import|url\\(")
        .doesNotContain("EventSource(\"/", "fetch(\"/")
        .doesNotContain("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(");
  }

  @ParameterizedTest
  @CsvSource({
    "HEAD, /, 200",
    "POST, /, 405",
    "PUT, /, 405",
    "DELETE, /, 405",
    "OPTIONS, /, 405",
    "HEAD, /events, 405",
    "HEAD, /instance, 405",
    "POST, /instance, 405",
    "POST, /events, 405",
    "GET, /other, 404",
    "GET, /index.html, 404"
  })
  void shouldOnlyBeRead(String method, String path, int status) throws Exception {
    HttpResponse<String> answer = send(request(path).method(method, BodyPublishers.noBody()));

    assertThat(answer.statusCode()).isEqualTo(status);
    if (status == 405) {
      assertThat(header(answer, "allow")).startsWith("GET");
    }
  }

  @ParameterizedTest
  @CsvSource({"/", "/events", "/instance", "/metrics", "/health/ready"})
  void shouldNotAnswerToANameThatWasMadeToLeadHere(String path) throws Exception {
    assertThat(raw(path, "Host: evil.example:" + fixture.port())).startsWith("HTTP/1.1 421");
  }

  @Test
  void shouldGiveTheLatestSampleToOtherInstances() throws Exception {
    fixture.work("TIMEOUT");
    await().atMost(PATIENCE).until(() -> get("/instance").statusCode() == 200);

    HttpResponse<String> answer = get("/instance");
    JsonNode sample = JSON.readTree(answer.body());

    assertThat(header(answer, "content-type")).isEqualTo("application/json");
    assertThat(sample.at("/instance/name").asText()).isEqualTo("worker-0");
    assertThat(sample.at("/tables/endpoints/0/names/0").asText()).isEqualTo("api.example");
    assertThat(raw("/instance", "Host: localhost\r\nSec-Fetch-Site: cross-site"))
        .startsWith("HTTP/1.1 403");
  }

  @ParameterizedTest
  @CsvSource({"cross-site, 403", "same-site, 403", "same-origin, 200", "none, 200"})
  void shouldGiveNoStreamToPagesOfOthers(String site, int status) throws Exception {
    assertThat(raw("/events", "Host: localhost\r\nSec-Fetch-Site: " + site))
        .startsWith("HTTP/1.1 " + status);
  }

  @Test
  void shouldTellTheHistoryFirstAndThenEverySample() throws Exception {
    fixture.work("TIMEOUT");
    await().atMost(PATIENCE).until(() -> fixture.samples.get() >= 2);

    try (Stream<String> lines = stream()) {
      Iterator<String> events = lines.iterator();
      JsonNode history = next(events, "history");
      JsonNode known = next(events, "sample");
      JsonNode fresh = next(events, "sample");

      int points = history.path("times").size();
      assertThat(points).isGreaterThanOrEqualTo(2);
      assertThat(history.path("series").path("responses")).hasSize(points);
      assertThat(history.path("times").get(points - 1)).isEqualTo(known.path("time"));
      assertThat(fresh.path("time").asLong()).isGreaterThan(known.path("time").asLong());
      assertThat(fresh.path("values").path("call_p50").asDouble()).isBetween(0.6, 0.8);
      assertThat(fresh.at("/instance/partitions").asInt()).isEqualTo(3);
      assertThat(fresh.at("/tables/failures/0/names/0").asText()).isEqualTo("TIMEOUT");
    }
  }

  @Test
  void shouldKeepAHostileNameWithinItsEvent() throws Exception {
    fixture.work(PageFixture.HOSTILE);
    fixture.reasons = List.of(PageFixture.HOSTILE);
    await().atMost(PATIENCE).until(() -> fixture.samples.get() >= 2);

    try (Stream<String> lines = stream()) {
      Iterator<String> events = lines.iterator();
      next(events, "history");
      JsonNode sample = next(events, "sample");

      assertThat(sample.at("/instance/reasons/0").asText()).isEqualTo(PageFixture.HOSTILE);
      assertThat(sample.at("/tables/models/0/names/0").asText()).isEqualTo(PageFixture.HOSTILE);
    }
  }

  @Test
  void shouldOpenSoManyStreamsAndNoMoreUntilOneEnds() throws Exception {
    List<Stream<String>> open = new ArrayList<>();
    try {
      for (int i = 0; i < EventStreams.MOST; i++) {
        open.add(stream());
      }
      HttpResponse<String> refused = get("/events");
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(header(refused, "retry-after")).isEqualTo("5");
      assertThat(get("/").statusCode()).isEqualTo(200);

      open.remove(0).close();

      await().atMost(PATIENCE).untilAsserted(() -> open.add(stream()));
    } finally {
      open.forEach(Stream::close);
    }
  }

  @Test
  void shouldDropAReaderThatDoesNotKeepUp() throws Exception {
    fixture.reasons = List.of("x".repeat(8 << 20)); // more than a system keeps for a reader
    try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), fixture.port())) {
      ask(slow, "/events", "Host: localhost");
      int before = fixture.samples.get();
      await().atMost(PATIENCE).until(() -> fixture.samples.get() >= before + 4);
      fixture.reasons = List.of();

      slow.setSoTimeout((int) PATIENCE.toMillis());
      assertThat(readsToTheEnd(slow)).isTrue();
    }
    try (Stream<String> lines = stream()) {
      next(lines.iterator(), "history");
    }
  }

  @Test
  void shouldEndItsStreamsWhenTheServerEnds() throws Exception {
    try (Stream<String> lines = stream()) {
      Iterator<String> events = lines.iterator();
      next(events, "history");

      int port = fixture.port();
      fixture.stop();
      fixture.start(port);

      assertThatThrownBy(
              () -> {
                while (events.hasNext()) {
                  events.next();
                }
                throw new IOException("ended");
              })
          .isInstanceOfAny(IOException.class, java.io.UncheckedIOException.class);
    }
    assertThat(get("/").statusCode()).isEqualTo(200);
  }

  /** Whether the other side has ended it, in whatever way. */
  private static boolean readsToTheEnd(Socket socket) throws IOException {
    byte[] buffer = new byte[1 << 16];
    InputStream in = socket.getInputStream();
    try {
      while (in.read(buffer) >= 0) {
        // what had been sent before
      }
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true; // reset
    }
  }

  private Stream<String> stream() throws Exception {
    HttpResponse<Stream<String>> answer =
        client.send(request("/events").build(), BodyHandlers.ofLines());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).contains("text/event-stream");
    return answer.body();
  }

  private static JsonNode next(Iterator<String> lines, String type) throws IOException {
    while (!lines.next().equals("event: " + type)) {
      // retry, or the empty line behind an event
    }
    return JSON.readTree(lines.next().substring("data: ".length()));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(request(path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(fixture.url() + path)).timeout(PATIENCE);
  }

  /** The first line of an answer to headers that a client would not let pass. */
  private String raw(String path, String headers) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), fixture.port())) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      ask(socket, path, headers);
      return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
    }
  }

  private static void ask(Socket socket, String path, String headers) throws IOException {
    String request = "GET " + path + " HTTP/1.1\r\n" + headers + "\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
  }

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  private static String between(String text, String from, String to) {
    Matcher found = Pattern.compile(from + "(.*)" + to, Pattern.DOTALL).matcher(text);
    assertThat(found.find()).isTrue();
    return found.group(1);
  }

  private static String hash(String text) throws Exception {
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    return Base64.getEncoder().encodeToString(digest) + "'";
  }
}
