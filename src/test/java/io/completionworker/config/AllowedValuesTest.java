// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AllowedValuesTest {

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          topics.requests            | with blank
          topics.requests            | ..
          topics.requests            | ''
          gateway.url                | ftp://host/v1
          gateway.url                | https:///v1
          gateway.url                | https://user:pass@host/v1
          gateway.url                | https://host/v1?version=2
          gateway.url                | https://host/v1#part
          gateway.url                | not a url
          gateway.api.key            | kéy
          gateway.virtual.key        | ''
          gateway.forward.headers    | a b
          gateway.forward.headers    | Authorization
          gateway.forward.headers    | x-ok, content-length
          gateway.config.inline      | yes
          gateway.connect.timeout.ms | 0
          gateway.request.timeout.ms | 86400001
          gateway.idle.timeout.ms    | -1
          gateway.max.response.bytes | 1023
          async.max.in.flight        | 0
          async.max.in.flight        | many
          async.max.in.flight        | 1.5
          async.ordering             | keys
          async.ordering             | KEY
          async.store                | disk
          classes                    | urgent
          classes                    | urgent,urgent
          classes                    | Urgent,bulk
          classes                    | urgent,bulk-
          classes                    | urgent,,bulk
          classes                    | a,b,c,d,e,f,g,h,i
          classes.default            | my class
          classes.least.share        | bulk
          classes.least.share        | bulk=0
          classes.least.share        | bulk=91
          classes.least.share        | bulk=5,bulk=6
          dedupe.by                  | user
          dedupe.window.ms           | 0
          dedupe.max.ids             | 0
          prompt.cache.order         | yes
          prompt.cache.min.tokens    | 0
          prompt.cache.wait.max.ms   | 0
          prompt.cache.warm.ms       | 0
          prompt.cache.max.prefixes  | 0
          fairness.by                | team
          cache.ttl.ms               | -1
          cache.max.bytes            | 0
          cache.scope                | team
          fairness.by                | metadata.
          fairness.weights           | gold-*
          fairness.weights           | gold-*=0
          fairness.weights           | gold-*=4,*
          fairness.weights           | gold-*=1001
          async.lease.ms             | 99
          async.changelog.segment.bytes | 1048575
          async.changelog.min.cleanable.dirty.ratio | 1.1
          retry.max.attempts         | 0
          retry.multiplier           | 0.9
          retry.jitter               | 1.01
          retry.jitter               | NaN
          hold.action                | stop
          hold.brake.share           | 1.1
          rate.limit.scope           | key
          rate.limit.share           | half
          rate.limit.requests.per.minute | 0
          rate.limit.tokens.per.minute   | 1.5
          rate.limit.max.in.flight   | 0
          rate.limit.burst.ms        | -1
          rate.limit.override.a.requests.per.minute | many
          rate.limit.override.a.requests.per.hour   | 1
          rate.limit.override.a      | 1
          breaker.failure.rate       | 101
          async.scope.overflow       | drop
          validation                 | loose
          usage.prices.file          | ''
          usage.window.ms            | -1
          usage.group.by             | model, tenant
          usage.group.by             | metadata.
          management.port            | -2
          management.port            | 65536
          schema.registry.url        | registry:8081
          schema.registry.url        | ''
          kafka.bootstrap.servers    | broker
          kafka.bootstrap.servers    | ''
          kafka.application.id       | my app
          avro.serde                 | not/a/class
          """)
  void shouldRefuse(String key, String value) {
    assertThat(ConfigFixture.faults(directory, key, value))
        .singleElement()
        .asString()
        .startsWith(key + ": ")
        .contains("; allowed: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          gateway.url             | http://127.0.0.1:8787
          gateway.url             | https://gateway.example.com/openai/v1
          gateway.authorization   | Bearer sk-1
          gateway.config          | {"retry":{"attempts":3}}
          gateway.forward.headers | ''
          gateway.idle.timeout.ms | 0
          management.port         | 0
          retry.max.attempts      | 1
          rate.limit.scope        | virtual-key+model
          rate.limit.requests.per.second | 0.2
          retry.jitter            | 0
          schema.registry.url     | http://a:1, https://user:pass@b
          schema.registry.url     | mock://scope
          kafka.bootstrap.servers | a:9092,b:9092
          kafka.bootstrap.servers | [::1]:9092
          """)
  void shouldTake(String key, String value) {
    assertThat(ConfigFixture.faults(directory, key, value)).isEmpty();
  }

  @Test
  void shouldSayWhatIsAllowed() {
    assertThat(ConfigFixture.faults(directory, "hold.action", "stop"))
        .containsExactly("hold.action: 'stop' is not allowed; allowed: wait or fail");
  }
}
