// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.Reply;
import io.completionworker.secrets.Canaries;
import io.completionworker.secrets.RawTopics;
import io.completionworker.secrets.SearchedWorker;
import io.completionworker.secrets.SecretSearchExtension;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Secrets in every place that the worker takes some from, at once. Wherever it writes they are
 * searched for by {@link SecretSearchExtension}, as in every test that has a {@link Stand}; here is
 * shown that they were there to be written.
 */
class SecretsIT {

  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Map<String, String> QUICK =
      Map.of("hold.probe.initial.ms", "200", "hold.probe.max.ms", "200");

  private final AtomicBoolean keyIsBad = new AtomicBoolean();
  private final Stand stand =
      new Stand(Behaviour.builder().respondWith(call -> reply(call.headers())).build(), 2);
  private final Outcomes outcomes = new Outcomes(stand);

  @AfterEach
  void close() {
    outcomes.close();
    stand.close();
  }

  @Test
  void shouldWriteNoSecretAnywhere() {
    keyIsBad.set(true);
    publish();

    try (SearchedWorker worker = stand.start(QUICK)) {
      await()
          .atMost(LONG)
          .until(() -> worker.notReadyReasons().toString().contains("UNAUTHORIZED"));
      assertThat(worker.pages()).contains("UNAUTHORIZED").contains("completion_worker");
      keyIsBad.set(false);
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == 5);
      await().atMost(LONG).until(() -> outcomes.poll().deadLetters() == 1);
    }

    assertThat(stand.log())
        .anyMatch(line -> line.contains("Kafka Streams is RUNNING"))
        .anyMatch(line -> line.contains("ssl.truststore.password = [hidden]"));
    assertThat(outcomes.all())
        .extracting(Outcomes.Outcome::kind)
        .containsExactlyInAnyOrder(
            "response", "response", "INVALID_REQUEST", "INVALID_REQUEST", "BAD_REQUEST");
    assertThat(RawTopics.search(stand.broker.bootstrapServers()))
        .contains(
            new RawTopics.Hit("completion-requests", "header", "header"),
            new RawTopics.Hit("completion-requests", "header", Canaries.CONFIG_HEADER),
            new RawTopics.Hit("completion-requests", "value", Canaries.CONFIG_FIELD),
            // the one exception: it was stored before anybody had decoded it
            new RawTopics.Hit(
                "completion-worker-pending-changelog", "value", Canaries.CONFIG_FIELD));
  }

  /** Else the search proves nothing. */
  @Test
  void shouldSendTheSecretsToTheEndpointAlone() {
    stand.publish(0, 1, 1);
    try (SearchedWorker worker = stand.start(Map.of())) {
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == 1);
      assertThat(worker.live()).isTrue();
    }
    Map<String, String> sent = stand.endpoint.calls().get(0).headers();

    assertThat(sent)
        .containsEntry("x-portkey-api-key", Canaries.PLANTED + "api-key")
        .containsEntry("x-portkey-virtual-key", Canaries.PLANTED + "virtual-key")
        .containsEntry("x-provider-token", Canaries.PLANTED + "fixed-header")
        .containsEntry("authorization", "Bearer " + Canaries.PLANTED + "authorization");
    assertThat(Canaries.in(stand.registry.authorizations().toString())).contains("basic, encoded");
  }

  @Test
  void shouldShowNoSecretWhenTheStartFails() {
    startThatFails(
        Map.of(
            "gateway.url", "https://user:" + Canaries.PLANTED + "url@host",
            "gateway.api.key", "\u00e9" + Canaries.PLANTED + "api-key",
            "schema.registry.url", "ftp://user:" + Canaries.PLANTED + "url@registry",
            "gateway.tls.trust.store.path", "/nowhere/store.p12",
            "gateway.tls.trust.store.password", Canaries.STORE_PASSWORD));
    startThatFails(withStore("gateway.tls.trust.store.path", noStore()));
    startThatFails(withStore("kafka.bootstrap.servers", "host-without-a-port"));
    startThatFails(withStore("avro.serde", "no.such.Serde"));
    startThatFails(Map.of("schema.registry.ssl.truststore.location", noStore()));
  }

  /** What it throws is searched like all else. */
  private void startThatFails(Map<String, String> settings) {
    assertThatThrownBy(() -> stand.start(settings).close()).isInstanceOf(RuntimeException.class);
  }

  private Map<String, String> withStore(String key, String value) {
    Map<String, String> settings = new HashMap<>();
    settings.put("gateway.url", "https://127.0.0.1:1/v1");
    settings.put("gateway.tls.trust.store.password", Canaries.STORE_PASSWORD);
    settings.put("gateway.tls.trust.store.path", noStore());
    settings.put(key, value);
    return settings;
  }

  private String noStore() {
    return stand.file(Map.of()).toString();
  }

  private Reply reply(Map<String, String> headers) {
    if (keyIsBad.get()) {
      return Reply.error(401, "invalid_request_error", "invalid_api_key", "bad key");
    }
    return "refused".equals(headers.get("x-portkey-span-name"))
        ? Reply.error(400, "invalid_request_error", null, "no")
        : Reply.completion();
  }

  private void publish() {
    try (SecretRecords records = new SecretRecords(stand)) {
      records.plain("plain");
      records.withForbiddenHeaders("headers");
      records.withInlineConfigInItsValue("config-field");
      records.withInlineConfigInAHeader("config-header");
      records.refused("refused");
      records.garbageWithForbiddenHeaders("garbage");
    }
  }
}
