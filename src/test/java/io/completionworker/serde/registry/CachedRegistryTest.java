// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.registry;

import static io.completionworker.serde.registry.RegistryServer.answer;
import static io.completionworker.serde.registry.RegistryServer.error;
import static io.completionworker.serde.registry.RegistryServer.id;
import static io.completionworker.serde.registry.RegistryServer.schema;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.completionworker.serde.registry.RegistryClient.RegistryUnavailableException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CachedRegistryTest {

  private static final Schema STRING = Schema.create(Schema.Type.STRING);

  private static final UUID GUID = new UUID(1, 2);

  private final ManualTime time = new ManualTime();
  private final RegistryServer server = new RegistryServer(id(7));
  private final CachedRegistry registry = registry(Map.of("max.retries", 0));

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void shouldAskOnceForWhatItKnows() {
    server.behave(id(1), id(2), schema("\"string\""), answer(200, "{\"id\":4,\"schema\":\"{}\"}"));
    for (int i = 0; i < 3; i++) {
      assertThat(registry.register("a", STRING).id()).isEqualTo(1);
      assertThat(registry.lookUp("a", STRING).id()).isEqualTo(2);
      assertThat(registry.schemaById(3, "a").schema()).isEqualTo(STRING);
    }

    assertThat(server.requests()).hasSize(3);
  }

  @Test
  void shouldAnswerOnlyWhatItKnowsWhereItMustNotWait() {
    server.behave(id(1), id(2));
    assertThat(registry.register("a", STRING).id()).isEqualTo(1);

    RegistryClient.withoutWaiting(
        () -> {
          assertThat(registry.register("a", STRING).id()).isEqualTo(1);
          assertThatThrownBy(() -> registry.register("b", STRING))
              .isInstanceOf(RegistryUnavailableException.class);
        });

    assertThat(server.requests()).as("without waiting").hasSize(1);
    assertThat(registry.register("b", STRING).id()).as("and no outage begins").isEqualTo(2);
  }

  @Test
  void shouldAskOnceForAllThreads() throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<Integer>> ids =
          IntStream.range(0, 8)
              .mapToObj(
                  i ->
                      threads.submit(
                          () -> {
                            start.await();
                            return registry.register("a", STRING).id();
                          }))
              .toList();
      start.countDown();
      for (Future<Integer> id : ids) {
        assertThat(id.get()).isEqualTo(7);
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void shouldRememberARefusalForAWhile() {
    server.behave(error(404, 40403, "Schema 9 not found"), schema("\"string\""));

    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> registry.schemaById(9, null))
          .isInstanceOf(SerializationException.class)
          .hasMessageContaining("40403");
    }
    assertThat(server.requests()).hasSize(1);

    time.advance(Duration.ofSeconds(10));

    assertThat(registry.schemaById(9, null).schema()).isEqualTo(STRING);
  }

  @Test
  void shouldNotGrowWithEveryIdThatGarbageNames() {
    server.behave(error(404, 40403, "not found"));

    for (int i = 0; i < 1_100; i++) {
      int id = i;
      assertThatThrownBy(() -> registry.schemaById(id, null))
          .isInstanceOf(SerializationException.class);
    }
    assertThat(registry.refusals()).isLessThanOrEqualTo(1_000);
  }

  @Test
  void shouldAskForTheLatestVersionAgainAfterItsTime() {
    CachedRegistry forgetful = registry(Map.of("latest.cache.ttl.sec", 30));
    server.behave(latest(1), latest(2));

    assertThat(forgetful.latest("a").id().id()).isEqualTo(1);
    time.advance(Duration.ofMillis(29_999));
    assertThat(forgetful.latest("a").id().id()).isEqualTo(1);
    time.advance(Duration.ofMillis(1));
    assertThat(forgetful.latest("a").id().id()).isEqualTo(2);
  }

  @Test
  void shouldKeepTheLatestVersionForEverByDefault() {
    server.behave(latest(1), latest(2));

    registry.latest("a");
    time.advance(Duration.ofDays(365));

    assertThat(registry.latest("a").id().id()).isEqualTo(1);
  }

  @Test
  void shouldNotExpireWhatCannotChange() {
    CachedRegistry forgetful = registry(Map.of("latest.cache.ttl.sec", 0));
    server.behave(id(1), schema("\"string\""), schema("\"string\""));

    for (int i = 0; i < 3; i++) {
      forgetful.register("a", STRING);
      forgetful.schemaById(9, null);
      forgetful.schemaByGuid(GUID, null);
    }

    assertThat(server.requests()).hasSize(3);
  }

  @Test
  void shouldForgetTheOldestWhenThereIsTooMuch() {
    CachedRegistry small = registry(Map.of("max.schemas.per.subject", 2));
    server.behave(schema("\"string\""));
    for (int id : new int[] {1, 2, 3, 2, 3, 1}) {
      small.schemaById(id, null);
    }

    assertThat(server.lines())
        .extracting(line -> line.replaceAll("[^0-9]", ""))
        .containsExactly("1", "2", "3", "1");
  }

  @Test
  void shouldRememberEachKindOfRefusalForItsOwnTime() {
    CachedRegistry patient =
        registry(
            Map.of(
                "missing.id.cache.ttl.sec", 1,
                "missing.version.cache.ttl.sec", 2,
                "missing.schema.cache.ttl.sec", 3));
    server.behave(error(404, 40403, "not found"));
    List<Runnable> questions =
        List.of(
            () -> patient.schemaById(9, null),
            () -> patient.schemaByGuid(GUID, null),
            () -> patient.latest("a"),
            () -> patient.lookUp("a", STRING));
    for (int asked : new int[] {4, 6, 9, 12}) {
      for (Runnable question : questions) {
        assertThatThrownBy(question::run).isInstanceOf(SerializationException.class);
      }
      assertThat(server.requests()).hasSize(asked);
      time.advance(Duration.ofSeconds(1));
    }
  }

  private static RegistryServer.Behaviour latest(int id) {
    return answer(200, "{\"id\":" + id + ",\"schema\":\"\\\"string\\\"\"}");
  }

  @Test
  void shouldFailAtOnceDuringAnOutageAndThenRecover() {
    server.behave(answer(503, ""), id(1));
    assertUnavailable("HTTP 503");

    time.advance(Duration.ofMillis(999));
    assertUnavailable("not asked for another 1 ms");
    assertThat(server.requests()).hasSize(1);

    time.advance(Duration.ofMillis(1));
    assertThat(registry.register("a", STRING).id()).isEqualTo(1);
  }

  @Test
  void shouldAnswerFromTheCacheDuringAnOutage() {
    server.behave(id(1), answer(503, ""));
    registry.register("a", STRING);
    assertThatThrownBy(() -> registry.register("b", STRING))
        .isInstanceOf(RegistryUnavailableException.class);

    assertThat(registry.register("a", STRING).id()).isEqualTo(1);
  }

  @Test
  void shouldStayAwayForAsLongAsTheFailedCallTook() {
    server.behave(
        exchange -> {
          time.advance(Duration.ofSeconds(12));
          answer(503, "").handle(exchange);
        });
    assertUnavailable("HTTP 503");

    time.advance(Duration.ofMillis(11_999));
    assertUnavailable("not asked");
    time.advance(Duration.ofMillis(1));
    assertUnavailable("HTTP 503");
  }

  @Test
  void shouldStayAwayForHalfAMinuteAtMost() {
    server.behave(
        exchange -> {
          time.advance(Duration.ofMinutes(5));
          answer(503, "").handle(exchange);
        });
    assertUnavailable("HTTP 503");

    time.advance(Duration.ofSeconds(30));
    assertUnavailable("HTTP 503");
  }

  @Test
  void shouldRetryOnlyTheFirstCallOfAnOutage() {
    CachedRegistry patient = registry(Map.of("max.retries", 2));
    server.behave(answer(503, ""));

    assertThatThrownBy(() -> patient.register("a", STRING))
        .isInstanceOf(RegistryUnavailableException.class);
    assertThat(server.requests()).hasSize(3);

    time.advance(Duration.ofMinutes(1));
    assertThatThrownBy(() -> patient.register("a", STRING))
        .isInstanceOf(RegistryUnavailableException.class);
    assertThat(server.requests()).hasSize(4);

    server.behave(id(1), answer(503, ""), id(2));
    time.advance(Duration.ofMinutes(1));
    assertThat(patient.register("a", STRING).id()).isEqualTo(1);
    assertThat(patient.register("b", STRING).id()).as("patient again").isEqualTo(2);
  }

  @Test
  void shouldTakeARefusalAsTheEndOfAnOutage() {
    server.behave(answer(503, ""), error(404, 40403, "not found"), id(3));
    assertUnavailable("HTTP 503");
    time.advance(Duration.ofSeconds(1));

    assertThatThrownBy(() -> registry.schemaById(9, null))
        .isInstanceOf(SerializationException.class);
    assertThat(registry.register("a", STRING).id()).isEqualTo(3);
  }

  private void assertUnavailable(String message) {
    assertThatThrownBy(() -> registry.register("a", STRING))
        .isInstanceOf(RegistryUnavailableException.class)
        .hasMessageContaining(message);
  }

  private CachedRegistry registry(Map<String, ?> more) {
    Map<String, Object> settings = new HashMap<>(more);
    settings.put("schema.registry.url", server.url());
    settings.put("http.read.timeout.ms", 600_000);
    RegistrySettings read = RegistrySettings.from(new Settings(settings));
    return new CachedRegistry(
        new HttpRegistry(new RegistryTransport(read, time), false), read.caching(), time);
  }
}
