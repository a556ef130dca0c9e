// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.CompletionCall.CallScope;
import io.completionworker.completion.CompletionCall.TokenEstimate;
import io.completionworker.config.Glob;
import io.completionworker.config.Limits;
import io.completionworker.config.RateLimitConfig;
import io.completionworker.config.RateLimitConfig.Scope;
import io.completionworker.config.RateLimitConfig.ScopeLimits;
import io.completionworker.control.Control;
import io.completionworker.resilience.ExpiringMap;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
  @Timeout(60)
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

    assertThat(scopes.of(new CallScope("c", null, "o3")).source(Limits.TOKENS_PER_MINUTE))
        .isEqualTo("rate.limit.tokens.per.minute");
    assertThat(scopes.of(new CallScope("c", null, "o3-mini")).source(Limits.TOKENS_PER_MINUTE))
        .isEqualTo("rate.limit.override.mini.tokens.per.minute");
  }

  @Test
  void shouldShowNeitherVirtualKeysNorTheirPatterns() {
    LimitScopes scopes = scopes(Scope.VIRTUAL_KEY, override("a", "vk-secret*", "*", 2));
    CallScope call = new CallScope("credential", "vk-secret-1", "model");
    assertThat(scopes.of(call).toString()).doesNotContain("secret");

    Control.Limit control = control("c", "vk-secret-1", null, 3);
    scopes.replace(List.of(control));

    assertThat(scopes.of(call).limits().maxInFlight()).isEqualTo(3);
    assertThat(scopes.of(call).toString() + control).doesNotContain("secret");
  }

  @Test
  void shouldTakeTheMostSpecificControlBeforeWhatIsConfigured() {
    LimitScopes scopes = scopes(Scope.VIRTUAL_KEY_MODEL, override("a", "team-1", "gpt-4o", 2));
    scopes.replace(
        List.of(
            control("everything", null, null, 10),
            control("model", null, "gpt*", 11),
            control("team", "team-*", null, 12),
            control("pair", "team-1", "gpt*", 13)));

    assertThat(most(scopes, "other", "o3")).isEqualTo(10);
    assertThat(most(scopes, null, "o3")).as("calls without a virtual key").isEqualTo(10);
    assertThat(most(scopes, "other", "gpt-4o")).isEqualTo(11);
    assertThat(most(scopes, "team-2", "o3")).isEqualTo(12);
    assertThat(most(scopes, "team-2", "gpt-4o")).as("team- is longer than gpt").isEqualTo(12);
    assertThat(most(scopes, "team-1", "gpt-4o")).isEqualTo(13);
    assertThat(most(scopes, "team-1", "o3")).isEqualTo(12);
  }

  @Test
  void shouldTakeFewerWildcardsAndThenTheNewerOfEqualControlsInWhateverOrderTheyAre() {
    LimitScopes scopes = scopes(Scope.MODEL);
    Control.Limit wildcards = control("wildcards", null, "*gpt*", 10);
    Control.Limit old = control("a", null, "gpt*", 11);
    Control.Limit newer = aged(control("b", null, "gpt*", 12), 1);
    Control.Limit twin = aged(control("c", null, "gpt*", 13), 1);

    for (List<Control.Limit> order :
        List.of(List.of(wildcards, old, newer, twin), List.of(twin, newer, old, wildcards))) {
      scopes.replace(order);
      assertThat(most(scopes, null, "gpt-4o")).isEqualTo(12);
    }
    scopes.replace(List.of(wildcards, old));
    assertThat(most(scopes, null, "gpt-4o")).isEqualTo(11);
    assertThat(most(scopes, null, "my-gpt")).isEqualTo(10);
  }

  @Test
  void shouldReplaceAllLimitsOfAScopeAndNameTheControlUntilItIsWithdrawn() {
    LimitScopes scopes = new LimitScopes(Scope.WORKER, Calls.perMinute(600.0, 1_000L), List.of());
    CallScope call = new CallScope("credential", null, "m");
    scopes.replace(List.of(control("limit-1", null, null, 3)));
    assertThat(scopes.of(call).limits()).as("what is null is lifted").isEqualTo(Calls.inFlight(3));
    assertThat(scopes.of(call).source(Limits.MAX_IN_FLIGHT)).isEqualTo("control limit-1");

    scopes.replace(List.of());

    assertThat(scopes.of(call).limits()).isEqualTo(Calls.perMinute(600.0, 1_000L));
    assertThat(scopes.of(call).source(Limits.REQUESTS_PER_MINUTE))
        .isEqualTo("rate.limit.requests.per.minute");
  }

  @ParameterizedTest
  @CsvSource({
    "WORKER, , gpt*, it selects by model, worker",
    "WORKER, key, , it selects by virtual key, worker",
    "VIRTUAL_KEY, key, gpt*, it selects by model, virtual-key",
    "MODEL, key, gpt*, it selects by virtual key, model",
    "WORKER, , ,,",
    "WORKER, *, *,,",
    "MODEL, *, gpt*,,",
    "VIRTUAL_KEY_MODEL, key, gpt*,,"
  })
  void shouldNotApplyAControlThatSelectsWhatScopesDoNotDistinguish(
      Scope scope,
      @Nullable String key,
      @Nullable String model,
      @Nullable String why,
      @Nullable String configured) {
    LimitScopes scopes = scopes(scope);

    Map<String, String> useless = scopes.replace(List.of(control("c", key, model, 9)));

    if (why == null) {
      assertThat(useless).isEmpty();
      assertThat(most(scopes, "key", "gpt-4o")).isEqualTo(9);
    } else {
      assertThat(useless)
          .containsOnly(Map.entry("c", why + ", and rate.limit.scope is " + configured));
      assertThat(most(scopes, "key", "gpt-4o")).as("as configured").isEqualTo(1);
    }
  }

  @Test
  void shouldForgetScopesThatAreNotUsed() {
    ManualTime time = new ManualTime();
    RateLimitConfig config = Calls.config(Scope.VIRTUAL_KEY, Calls.perMinute(60.0, null), true);
    ExpiringMap<String, LimitScope> states = new ExpiringMap<>(LimitScope::forgettable);
    Share share = Share.of(config, time);
    for (int i = 0; i < 100_000; i++) {
      LimitScope state =
          new LimitScope(
              "a",
              Calls.SCOPE,
              new LimitScopes.Rule("a", config.limits(), limit -> limit),
              config.burst(),
              share,
              time,
              null);
      state.wait(Calls.call());
      state.start(Calls.call());
      if (i > 0) {
        state.end(List.of(), TokenEstimate.NONE, new Settlement(TokenEstimate.NONE, true));
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

  private static Control.Limit control(
      String id, @Nullable String key, @Nullable String model, int most) {
    return Calls.control(id, key, model, Calls.inFlight(most));
  }

  private static Control.Limit aged(Control.Limit control, long seconds) {
    Control.Origin origin = control.origin();
    return new Control.Limit(
        new Control.Origin(origin.id(), origin.createdAt().plusSeconds(seconds), "", "", null),
        control.selector(),
        control.limits());
  }

  private static LimitScopes scopes(Scope scope, ScopeLimits... overrides) {
    return new LimitScopes(scope, DEFAULT, List.of(overrides));
  }
}
