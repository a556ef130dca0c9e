// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.CompletionCall.CallScope;
import io.completionworker.config.Glob;
import io.completionworker.config.Limits;
import io.completionworker.config.RateLimitConfig;
import io.completionworker.config.RateLimitConfig.Scope;
import io.completionworker.config.RateLimitConfig.ScopeLimits;
import io.completionworker.resilience.ExpiringMap;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitScopesTest {

  private static final Limits DEFAULT = Calls.inFlight(1);

  @ParameterizedTest
  @CsvSource({
    "WORKER, key, m, worker",
    "WORKER, , m, worker",
    "VIRTUAL_KEY, key, m, virtual key 2c70e12b7a0646f9",
    "VIRTUAL_KEY, , m, no virtual key",
    "MODEL, key, m, model m",
    "VIRTUAL_KEY_MODEL, key, m, 'virtual key 2c70e12b7a0646f9, model m'",
    "VIRTUAL_KEY_MODEL, , m, 'no virtual key, model m'"
  })
  void shouldNameTheScopeWithoutTheSecret(
      Scope scope, @Nullable String key, String model, String name) {
    LimitScopes.Rule rule = scopes(scope).of(new CallScope("credential", key, model));

    assertThat(rule.name()).isEqualTo(name);
    assertThat(rule.limits()).isEqualTo(DEFAULT);
  }

  @ParameterizedTest
  @CsvSource({
    "gpt-4o, gpt-4o, true",
    "gpt-4o, gpt-4o-mini, false",
    "gpt-4o*, gpt-4o-mini, true",
    "gpt-4o*, gpt-4o, true",
    "*mini, gpt-4o-mini, true",
    "*mini, gpt-4o-mini-2, false",
    "gpt*mini, gptmini, true",
    "gpt*mini, gpt-mini-mini, true",
    "ab*ba, aba, false",
    "a*b*c, a-b-c, true",
    "a*b*c, a-c-b, false",
    "*b*b*, abb, true",
    "*b*b*, ab, false",
    "a*bc*c, abc, false",
    "**, '', true",
    "*, '', true",
    "'', x, false",
    "GPT*, gpt-4o, false",
    "gpt.4o, gpt-4o, false",
    "(gpt|o)*, gpt, false",
    "[a-z]*, gpt, false",
    "\\Qgpt*, gpt, false",
    "gpt?, gpt4, false"
  })
  void shouldTakeAStarForAnyCharactersAndTheRestAsItIs(
      String pattern, String text, boolean matches) {
    assertThat(new Glob(pattern).matches(text)).isEqualTo(matches);
  }

  @Test
  @Timeout(10)
  void shouldNotTakeLongForAnyPattern() {
    Glob glob = new Glob("*a".repeat(2_000) + "b");

    assertThat(glob.matches("a".repeat(100_000))).isFalse();
  }

  @Test
  void shouldTakeTheFirstOverrideThatMatches() {
    LimitScopes scopes =
        scopes(
            Scope.VIRTUAL_KEY_MODEL,
            override("a", "team-*", "gpt*", 2),
            override("b", "*", "gpt*", 3),
            override("c", "team-*", "*", 4));

    assertThat(most(scopes, "team-1", "gpt-4o")).isEqualTo(2);
    assertThat(most(scopes, "other", "gpt-4o")).isEqualTo(3);
    assertThat(most(scopes, "team-1", "o3")).isEqualTo(4);
    assertThat(most(scopes, null, "gpt-4o")).as("only * is for calls without one").isEqualTo(3);
    assertThat(most(scopes, "other", "o3")).isEqualTo(1);
  }

  @Test
  void shouldNameTheKeyOfALimit() {
    LimitScopes scopes = scopes(Scope.MODEL, override("mini", "*", "*-mini", 2));

    assertThat(scopes.of(new CallScope("c", null, "o3")).key(Limits.TOKENS_PER_MINUTE))
        .isEqualTo("rate.limit.tokens.per.minute");
    assertThat(scopes.of(new CallScope("c", null, "o3-mini")).key(Limits.TOKENS_PER_MINUTE))
        .isEqualTo("rate.limit.override.mini.tokens.per.minute");
  }

  @Test
  void shouldShowNeitherVirtualKeysNorTheirPatterns() {
    LimitScopes scopes = scopes(Scope.VIRTUAL_KEY, override("a", "vk-secret*", "*", 2));
    CallScope call = new CallScope("credential", "vk-secret-1", "model");

    assertThat(scopes.of(call).toString()).doesNotContain("secret");
  }

  @Test
  void shouldForgetScopesThatAreNotUsed() {
    ManualTime time = new ManualTime();
    RateLimitConfig config = Calls.config(Scope.VIRTUAL_KEY, Calls.perMinute(60.0, null), true);
    ExpiringMap<String, LimitScope> states = new ExpiringMap<>(LimitScope::forgettable);
    Share share = Share.of(config, time);
    for (int i = 0; i < 100_000; i++) {
      LimitScope state =
          new LimitScope("a", key -> key, config.limits(), config.burst(), share, time, null);
      state.wait(Calls.call());
      state.start(Calls.call());
      if (i > 0) {
        state.end(Calls.call().tokens(), Calls.call().tokens(), true);
      }
      states.put("scope " + i, state);
      time.advance(Duration.ofMillis(10));
    }

    assertThat(states.all().size()).isLessThan(2_000);
    assertThat(states.get("scope 0")).as("has a call in flight").isNotNull();
    assertThat(states.get("scope 99999")).as("is not full").isNotNull();
  }

  private static @Nullable Integer most(LimitScopes scopes, @Nullable String key, String model) {
    return scopes.of(new CallScope("credential", key, model)).limits().maxInFlight();
  }

  private static ScopeLimits override(String name, String key, String model, int most) {
    return new ScopeLimits(name, key, model, Calls.inFlight(most));
  }

  private static LimitScopes scopes(Scope scope, ScopeLimits... overrides) {
    return new LimitScopes(scope, DEFAULT, List.of(overrides));
  }
}
