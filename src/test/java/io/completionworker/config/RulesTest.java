// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RulesTest {

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "async.max.pending.records, 199",
    "async.max.pending.bytes, 8388607",
    "retry.max.backoff.ms, 999",
    "hold.probe.max.ms, 4999",
    "gateway.request.timeout.ms, 9999",
    "async.changelog.segment.bytes, 8454143",
    "topics.responses, completion-requests",
    "topics.dead.letters, completion-failures",
    "topics.controls, completion-requests"
  })
  void shouldRefuseWhatContradictsAnotherKey(String key, String value) {
    assertThat(ConfigFixture.faults(directory, key, value))
        .singleElement()
        .asString()
        .contains(key);
  }

  @ParameterizedTest
  @CsvSource({
    "async.max.pending.records, 200",
    "async.max.pending.bytes, 8388608",
    "retry.max.backoff.ms, 1000",
    "hold.probe.max.ms, 5000",
    "gateway.request.timeout.ms, 10000",
    "async.changelog.segment.bytes, 8454144"
  })
  void shouldTakeTheBound(String key, String value) {
    assertThat(ConfigFixture.faults(directory, key, value)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "classes=urgent,bulk"
            + " | classes.default: standard is no class; allowed: a name in classes, urgent, bulk",
        "classes=urgent,standard classes.least.share=bulk=5"
            + " | classes.least.share: bulk is no class",
        "classes=urgent,standard,bulk classes.least.share=standard=60,bulk=31"
            + " | classes.least.share: the shares of all classes but the most urgent add up to 91",
        "classes.least.share=bulk=5"
            + " | classes.least.share: needs classes, which names no classes",
        "classes=urgent,standard classes.least.share=urgent=5"
            + " | classes.least.share: urgent is the most urgent class, which needs no share",
        "classes=urgent,standard topics.failures=completion-requests-urgent"
            + " | topics.failures: completion-requests-urgent is the request topic of class urgent",
        "classes=urgent,standard async.max.pending.bytes=16777215"
            + " | async.max.pending.bytes: 16777215 is too small for 2 classes",
      })
  void shouldRefuseClassesThatContradictEachOther(String settings, String fault) {
    String[] pairs =
        Stream.of(settings.split(" "))
            .flatMap(pair -> Stream.of(pair.split("=", 2)))
            .toArray(String[]::new);

    assertThat(ConfigFixture.faults(directory, pairs)).singleElement().asString().startsWith(fault);
  }

  @Test
  void shouldTakeClassesUpToTheBounds() {
    assertThat(
            ConfigFixture.faults(
                directory,
                "classes",
                "urgent,standard,bulk",
                "classes.least.share",
                "standard=60,bulk=30",
                "async.max.pending.bytes",
                "25165824",
                "topics.failures",
                "completion-requests-standard"))
        .as("the most urgent class needs no share, and the default class has no topic of its name")
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tls.trust.store.password=p | tls.trust.store.password: needs gateway.tls.trust.store.path",
        "tls.key.store.password=p | tls.key.store.password: needs gateway.tls.key.store.path",
        "tls.key.store.path=/k | tls.key.store.password: is required",
        "tls.key.store.path=/k tls.key.store.type=jks | tls.key.store.password: is required",
        "tls.trust.store.path=/t tls.trust.store.type=pem tls.trust.store.password=p"
            + " | tls.trust.store.password: has no use",
        "tls.trust.store.path=/t url=http://h | tls.trust.store.path: has no use",
        "tls.key.store.path=/k tls.key.store.password=p url=http://h"
            + " | tls.key.store.path: has no use",
        "tls.trust.store.path=/t tls.trust.store.type=DER | tls.trust.store.type: 'DER'",
        "proxy.host=h | proxy.host: needs gateway.proxy.port",
        "proxy.port=1 | proxy.port: needs gateway.proxy.host",
        "proxy.host=h proxy.port=1 proxy.username=u | proxy.username: needs gateway.proxy.password",
        "proxy.host=h proxy.port=1 proxy.password=p | proxy.password: needs gateway.proxy.username",
        "proxy.host=h:1 proxy.port=1 | proxy.host: 'h:1'",
        "proxy.host=http://h proxy.port=1 | proxy.host: 'http://h'",
        "proxy.host=h proxy.port=0 | proxy.port: '0'",
        "proxy.host=h proxy.port=1 proxy.type=https | proxy.type: 'https'",
        "proxy.host=h proxy.port=1 proxy.username=u:v proxy.password=p | proxy.username: 'u:v'",
      })
  void shouldRefuseAConnectionThatIsHalfDescribed(String settings, String fault) {
    assertThat(ConfigFixture.faults(directory, gateway(settings)))
        .singleElement()
        .asString()
        .startsWith("gateway." + fault);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tls.trust.store.path=/t",
        "tls.trust.store.path=/t tls.trust.store.type=Pem",
        "tls.key.store.path=/k tls.key.store.type=PEM",
        "tls.key.store.path=/k tls.key.store.type=PEM tls.key.store.password=p",
        "tls.key.store.path=/k tls.key.store.password=p",
        "tls.verify.host=false url=http://h",
        "proxy.host=h proxy.port=65535 url=http://h",
        "proxy.host=fe80::1 proxy.port=1 proxy.username=u proxy.password=p:q"
      })
  void shouldTakeAConnectionThatIsWhollyDescribed(String settings) {
    assertThat(ConfigFixture.faults(directory, gateway(settings))).isEmpty();
  }

  private static String[] gateway(String settings) {
    return Stream.of(settings.split(" "))
        .flatMap(setting -> Stream.of(("gateway." + setting).split("=", 2)))
        .toArray(String[]::new);
  }

  @Test
  void shouldNotJudgeByAValueThatIsWrongItself() {
    assertThat(ConfigFixture.faults(directory, "async.max.in.flight", "200000")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "processing.guarantee",
        "deserialization.exception.handler",
        "default.deserialization.exception.handler",
        "processing.exception.handler",
        "production.exception.handler",
        "default.production.exception.handler",
        "max.request.size",
        "producer.max.request.size",
        "main.consumer.isolation.level",
        "consumer.enable.auto.commit",
        "state.cleanup.dir.max.age.ms"
      })
  void shouldKeepSettingsOfKafkaThatAreOurs(String name) {
    assertThat(ConfigFixture.faults(directory, "kafka." + name, "any"))
        .singleElement()
        .asString()
        .startsWith("kafka." + name + ": may not be set: ");
  }

  @ParameterizedTest
  @CsvSource({
    "x-portkey-api-key, gateway.api.key",
    "X-Portkey-Virtual-Key, gateway.virtual.key",
    "x-portkey-provider, gateway.provider",
    "x-portkey-config, gateway.config",
    "Authorization, gateway.authorization"
  })
  void shouldNameTheProperKeyOfAHeader(String header, String key) {
    assertThat(ConfigFixture.faults(directory, "gateway.headers." + header, "value"))
        .containsExactly("gateway.headers." + header + ": has a key of its own: " + key);
  }

  @ParameterizedTest
  @CsvSource({
    "content-length, 1",
    "host, other",
    "traceparent, 00-1",
    "x-team, tëam",
    "x(team), a",
    "'', a"
  })
  void shouldRefuseAHeaderThatIsIllegalOrOurs(String header, String value) {
    assertThat(ConfigFixture.faults(directory, "gateway.headers." + header, value)).hasSize(1);
  }

  @Test
  void shouldRefuseAHeaderThatIsGivenTwice() {
    assertThat(
            ConfigFixture.faults(
                directory, "gateway.headers.X-Team", "a", "gateway.headers.x-team", "b"))
        .containsExactly("gateway.headers.x-team: is given twice, in upper and in lower case");
  }

  @ParameterizedTest
  @CsvSource({
    "topics.request, topics.requests",
    "gateway.apikey, gateway.api.key",
    "async.max.inflight, async.max.in.flight",
    "retry.attempts, retry.max.attempts",
    "hold.probe.max, hold.probe.max.ms",
    "shutdown.drain, shutdown.drain.ms",
    "validation.mode, validation",
    "responses.bodies, responses.body",
    "managment.port, management.port",
    "bootstrap.servers, kafka.bootstrap.servers"
  })
  void shouldNameTheNearestKey(String unknown, String nearest) {
    assertThat(ConfigFixture.faults(directory, unknown, "1"))
        .containsExactly(unknown + ": unknown key; the nearest known key is " + nearest);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rate.limit.scope", "breaker.window", "usage.window"})
  void shouldRefuseAKeyThatDoesNothing(String key) {
    assertThat(ConfigFixture.faults(directory, key, "1")).hasSize(1);
  }
}
