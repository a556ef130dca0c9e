// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OverrideKeysTest {

  @TempDir Path directory;

  @Test
  void shouldReadOverridesInTheOrderOfTheirNames() {
    List<RateLimitConfig.ScopeLimits> overrides =
        ConfigFixture.settings(
                directory,
                "rate.limit.scope",
                "virtual-key+model",
                "rate.limit.override.b.model",
                "gpt-4o*",
                "rate.limit.override.b.requests.per.minute",
                "90.5",
                "rate.limit.override.a.virtual.key",
                "team-*",
                "rate.limit.override.a.max.in.flight",
                "3",
                "rate.limit.override.a.input.tokens.per.minute",
                "7000")
            .rateLimit()
            .overrides();

    assertThat(overrides)
        .containsExactly(
            new RateLimitConfig.ScopeLimits(
                "a", "team-*", "*", new Limits(null, null, null, 7000L, null, 3)),
            new RateLimitConfig.ScopeLimits(
                "b", "*", "gpt-4o*", new Limits(null, 90.5, null, null, null, null)));
  }

  @Test
  void shouldReadOverridesFromTheEnvironment() {
    WorkerSettings settings =
        WorkerConfig.load(
            ConfigFixture.file(directory),
            Map.of(
                "RATE_LIMIT_SCOPE", "model",
                "RATE_LIMIT_OVERRIDE_MINI_MODEL", "*-mini",
                "RATE_LIMIT_OVERRIDE_MINI_TOKENS_PER_MINUTE", "5"));

    assertThat(settings.rateLimit().overrides())
        .containsExactly(
            new RateLimitConfig.ScopeLimits(
                "mini", "*", "*-mini", new Limits(null, null, 5L, null, null, null)));
  }

  @Test
  void shouldRefuseAnOverrideWithoutALimit() {
    assertThat(ConfigFixture.faults(directory, "rate.limit.override.a.model", "gpt*"))
        .containsExactly("rate.limit.override.a: has no limit; add one, such as .max.in.flight");
  }

  @ParameterizedTest
  @CsvSource({
    "worker, max.in.flight, rate.limit.override.a",
    "worker, model, rate.limit.override.a",
    "virtual-key, model, rate.limit.override.a.model",
    "model, virtual.key, rate.limit.override.a.virtual.key"
  })
  void shouldRefuseAnOverrideOfWhatScopesAreNotToldApartBy(
      String scope, String setting, String key) {
    assertThat(
            ConfigFixture.faults(
                directory,
                "rate.limit.scope",
                scope,
                "rate.limit.override.a." + setting,
                "1",
                "rate.limit.override.a.requests.per.minute",
                "1"))
        .containsExactly(key + ": has no use, because rate.limit.scope is " + scope);
  }

  @Test
  void shouldNameTheSettingsOfAnOverride() {
    assertThat(
            ConfigFixture.faults(
                ConfigFixture.file(
                    directory,
                    "rate.limit.override.a.requests",
                    "1",
                    "rate.limit.override.a.max.in.flight",
                    "1"),
                Map.of()))
        .singleElement()
        .asString()
        .startsWith(
            "rate.limit.override.a.requests: unknown setting of an override; allowed: model")
        .contains("requests.per.minute");
    assertThat(ConfigFixture.faults(Optional.empty(), Map.of())).isNotEmpty();
  }
}
