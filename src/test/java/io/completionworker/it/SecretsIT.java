package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.Worker;
import io.completionworker.config.WorkerConfig;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.Reply;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Secrets are planted wherever the worker takes some, and searched for wherever it writes: topics,
 * the internal ones too, pages, exceptions, print, and every line that is logged.
 */
class SecretsIT {

  private static final Duration LONG = Duration.ofMinutes(1);
  private static final String PLANTED = "canary-5ecret-";
  private static final String CHANGELOG = "completion-worker-pending-changelog";

  private final AtomicBoolean keyIsBad = new AtomicBoolean(true);
  private final Stand stand =
      new Stand(Behaviour.builder().respondWith(call -> reply(call.headers())).build(), 2);
  private final Outcomes outcomes = new Outcomes(stand);
  private final WatchedLog log = WatchedLog.open();

  @AfterEach
  void close() {
    log.close();
    outcomes.close();
    stand.close();
  }

  @Test
  void shouldWriteNoSecretAnywhere() throws Exception {
    Map<String, String> settings = planted(freePort());
    publish();

    Map<String, String> pages = new LinkedHashMap<>();
    try (Worker worker = Worker.start(stand.settings(settings))) {
      await().atMost(LONG).until(() -> worker.hindrances().toString().contains("UNAUTHORIZED"));
      pages.put("hindrances", worker.hindrances().toString());
      pages.putAll(pages(settings));
      keyIsBad.set(false);
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == 5);
      await().atMost(LONG).until(() -> outcomes.poll().deadLetters() == 1);
      pages.putAll(pages(settings));
      pages.put("meters", worker.meters().getMeters().toString());
    }

    assertThat(pages.get("/metrics")).contains("completion_worker");
    assertThat(pages).allSatisfy((page, text) -> assertThat(text).doesNotContain(PLANTED));
    assertThat(log.text()).contains("Kafka Streams is RUNNING").doesNotContain(PLANTED);
    assertThat(settings().toString()).doesNotContain(PLANTED);
    assertThat(kinds())
        .containsExactlyInAnyOrder(
            "response", "response", "INVALID_REQUEST", "INVALID_REQUEST", "BAD_REQUEST");
    topicsHoldNone();
  }

  /** Else the search proves nothing. */
  @Test
  void shouldSendTheSecretsToTheEndpointAlone() throws Exception {
    keyIsBad.set(false);
    stand.publish(0, 1, 1);
    try (Worker worker = Worker.start(stand.settings(planted(-1)))) {
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == 1);
      assertThat(worker.live()).isTrue();
    }
    Map<String, String> sent = stand.endpoint.calls().get(0).headers();

    assertThat(sent)
        .containsEntry("x-portkey-api-key", PLANTED + "api-key")
        .containsEntry("x-portkey-virtual-key", PLANTED + "virtual-key")
        .containsEntry("authorization", "Bearer " + PLANTED + "authorization");
  }

  @Test
  void shouldShowNoSecretWhenTheStartFails() {
    Map<String, String> settings = planted(-1);
    settings.put("gateway.url", "https://user:" + PLANTED + "@host");
    settings.put("gateway.api.key", "\u00e9" + PLANTED);
    settings.put("schema.registry.url", "ftp://user:" + PLANTED + "@registry");
    settings.put("gateway.tls.trust.store.path", "/nowhere/" + "store.p12");
    settings.put("gateway.tls.trust.store.password", PLANTED + "store");

    assertThatNoFailureShows(settings);
    assertThatNoFailureShows(
        changed("gateway.tls.trust.store.path", stand.file(Map.of()).toString()));
    assertThatNoFailureShows(changed("kafka.bootstrap.servers", "host-without-a-port"));
    assertThatNoFailureShows(changed("avro.serde", "no.such.Serde"));
    assertThat(log.text()).doesNotContain(PLANTED);
  }

  private void assertThatNoFailureShows(Map<String, String> settings) {
    try (Worker worker = Worker.start(stand.settings(settings))) {
      throw new AssertionError("The start should have failed, but is " + worker.state());
    } catch (RuntimeException e) {
      assertThat(WatchedLog.trace(e)).isNotBlank().doesNotContain(PLANTED);
    }
  }

  private Map<String, String> changed(String key, String value) {
    Map<String, String> settings = planted(-1);
    settings.put("gateway.tls.trust.store.password", PLANTED + "store");
    settings.put("gateway.tls.trust.store.path", stand.file(Map.of()).toString());
    settings.put(key, value);
    return settings;
  }

  /** As the settings are printed, by either way. */
  private List<String> settings() {
    Map<String, String> planted = planted(-1);
    return List.of(
        WorkerConfig.effective(Optional.of(stand.file(planted)), Map.of()).toString(),
        stand.settings(planted).toString());
  }

  private static Map<String, String> planted(int port) {
    Map<String, String> settings = new HashMap<>();
    settings.put("management.port", String.valueOf(port));
    settings.put("gateway.api.key", PLANTED + "api-key");
    settings.put("gateway.virtual.key", PLANTED + "virtual-key");
    settings.put("gateway.authorization", "Bearer " + PLANTED + "authorization");
    settings.put("basic.auth.credentials.source", "USER_INFO");
    settings.put("basic.auth.user.info", "user:" + PLANTED + "basic");
    settings.put("hold.probe.initial.ms", "200");
    settings.put("hold.probe.max.ms", "200");
    return settings;
  }

  /** The endpoint quotes what it was sent, as some do. */
  private Reply reply(Map<String, String> headers) {
    String quoted =
        headers.get("x-portkey-api-key")
            + " "
            + headers.get("x-portkey-virtual-key")
            + " "
            + headers.get("authorization");
    if (keyIsBad.get()) {
      return Reply.error(401, "invalid_request_error", "invalid_api_key", "bad key " + quoted);
    }
    return "refused".equals(headers.get("x-portkey-span-name"))
        ? Reply.error(400, "invalid_request_error", null, "not with " + quoted)
        : Reply.completion();
  }

  private void publish() {
    try (SecretRecords records = new SecretRecords(stand, PLANTED)) {
      records.plain("plain");
      records.withForbiddenHeaders("headers");
      records.withInlineConfigInItsValue("config-field");
      records.withInlineConfigInAHeader("config-header");
      records.refused("refused");
      records.garbageWithForbiddenHeaders("garbage");
    }
  }

  private List<String> kinds() {
    return outcomes.all().stream().map(Outcomes.Outcome::kind).toList();
  }

  /**
   * The input has them, or the search proves nothing. Accepted requests are stored as they came,
   * undecoded: so the changelog has inline configs as the input has them, and no other secret.
   */
  private void topicsHoldNone() {
    Map<String, Long> all = RawTopics.recordsWith(stand, Pattern.compile(PLANTED));
    Map<String, Long> others =
        RawTopics.recordsWith(stand, Pattern.compile(PLANTED + "(?!config)"));

    assertThat(all.keySet()).contains(CHANGELOG);
    assertThat(all.remove("completion-requests")).isPositive();
    all.put(CHANGELOG, others.get(CHANGELOG));
    assertThat(all).allSatisfy((topic, count) -> assertThat(count).as(topic).isZero());
  }

  private static Map<String, String> pages(Map<String, String> settings)
      throws IOException, InterruptedException {
    HttpClient http = HttpClient.newHttpClient();
    Map<String, String> pages = new LinkedHashMap<>();
    for (String path : List.of("/health/live", "/health/ready", "/metrics")) {
      URI page = URI.create("http://127.0.0.1:" + settings.get("management.port") + path);
      var answer = http.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString());
      pages.put(path, answer.body() + answer.headers());
    }
    return pages;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
