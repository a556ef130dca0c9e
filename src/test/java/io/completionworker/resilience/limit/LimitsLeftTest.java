// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.RateSignals;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.CompletionCall.TokenEstimate;
import io.completionworker.config.Limits;
import io.completionworker.config.MetricsConfig;
import io.completionworker.config.RateLimitConfig.Scope;
import io.completionworker.resilience.limit.LimitUse.LimitsLeft;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What meters say of limits: right, and of a bounded number of scopes. */
class LimitsLeftTest extends ManualLimits {

  private static final AttemptResult ANSWERED = Calls.answered(RateSignals.NONE);

  private final List<String> announced = new ArrayList<>();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  /** Limiters that the meters of Resilience4j show. */
  private List<String> limiters() {
    return registry.find("resilience4j.ratelimiter.available.permissions").gauges().stream()
        .map(gauge -> gauge.getId().getTag("name"))
        .toList();
  }

  private RateLimits watched(RateLimits limits, int maxScopes, String... virtualKeys) {
    limits.watch(
        new MetricsConfig(List.of("*"), 20, List.of(virtualKeys), maxScopes, List.of("*")),
        registry,
        (kind, scope) -> announced.add(kind.text() + " of " + scope));
    return limits;
  }

  private static void start(RateLimits limits, CompletionCall call) {
    limits.wait(call);
    limits.started(call);
  }

  @Test
  void shouldTellWhatEachKindOfLimitHasLeft() {
    Limits both = new Limits(10.0, null, 6_000L, null, null, 5);
    RateLimits limits = watched(limits(Calls.config(both)), 20);
    assertThat(limits.left().of(LimitsLeft.Kind.REQUESTS, "worker")).isNaN();

    CompletionCall call = Calls.call(Calls.SCOPE, new TokenEstimate(30, 40));
    start(limits, call);

    assertThat(announced)
        .containsExactlyInAnyOrder("requests of worker", "tokens of worker", "in-flight of worker");
    assertThat(limits.left().scopes()).isEqualTo(1);
    assertThat(limits.left().of(LimitsLeft.Kind.IN_FLIGHT, "worker")).isEqualTo(4);
    assertThat(limits.left().of(LimitsLeft.Kind.REQUESTS, "worker")).isBetween(-0.01, 0.01);
    double tokens = limits.left().of(LimitsLeft.Kind.TOKENS, "worker");
    time.advance(Duration.ofSeconds(1).toNanos());
    assertThat(limits.left().of(LimitsLeft.Kind.REQUESTS, "worker")).isBetween(9.9, 10.1);
    assertThat(limits.left().of(LimitsLeft.Kind.TOKENS, "worker")).isGreaterThan(tokens);
    limits.ended(call, ANSWERED);
    assertThat(limits.left().of(LimitsLeft.Kind.IN_FLIGHT, "worker")).isEqualTo(5);
  }

  @Test
  void shouldTellVirtualKeysApartOnlyWhereThatIsAllowedAndNeverShowThem() {
    RateLimits limits =
        watched(limits(Calls.config(Scope.VIRTUAL_KEY, Calls.inFlight(5), true)), 20, "shown-*");
    start(limits, Calls.of("shown-secret", "m"));
    start(limits, Calls.of("hidden-secret", "m"));
    CompletionCall third = Calls.of("hidden-too", "m");
    start(limits, third);
    start(limits, Calls.of("hidden-too", "m"));

    assertThat(announced)
        .hasSize(2)
        .contains("in-flight of other")
        .noneMatch(line -> line.contains("secret"));
    assertThat(limits.left().of(LimitsLeft.Kind.IN_FLIGHT, "other"))
        .as("the least of them")
        .isEqualTo(3);
  }

  @Test
  void shouldShowRateLimitersOfNamedScopesAloneAndNeverAKey() {
    RateLimits limits =
        watched(
            limits(Calls.config(Scope.VIRTUAL_KEY, Calls.perMinute(600.0, null), true)),
            20,
            "shown-*");

    start(limits, Calls.of("shown-secret", "m"));
    start(limits, Calls.of("hidden-secret", "m"));

    assertThat(limiters())
        .singleElement()
        .asString()
        .matches("virtual key [0-9a-f]{16} requests.per.minute");
  }

  @Test
  void shouldShowWhatARateLimiterHasLeftWhateverTheShareIs() {
    Share share = Share.of(Calls.byPartitions(), time);
    share.owned(12, 12);
    time.advance(Duration.ofSeconds(3));
    RateLimits limits =
        watched(new RateLimits(Calls.config(Calls.perMinute(600.0, null)), share, time), 20);
    start(limits, Calls.call());
    assertThat(permissions()).as("of the burst, nothing").isEqualTo(-9);

    share.owned(6, 12);
    limits.wait(Calls.call());

    assertThat(limiters()).containsExactly("worker requests.per.minute");
    assertThat(permissions()).isEqualTo(-4);
    time.advance(Duration.ofMinutes(1));
    assertThat(permissions()).as("all").isEqualTo(1);
  }

  private double permissions() {
    return registry.get("resilience4j.ratelimiter.available.permissions").gauge().value();
  }

  @Test
  void shouldNotShowRateLimitersOfScopesThatAreForgotten() {
    RateLimits limits =
        watched(limits(Calls.config(Scope.MODEL, Calls.perMinute(600.0, null), true)), 20);
    for (int i = 0; i < 10_000; i++) {
      CompletionCall call = Calls.of(null, "model-" + i);
      start(limits, call);
      limits.ended(call, ANSWERED);
      time.advance(Duration.ofSeconds(1));
    }

    assertThat(limiters()).as("all that have a name are idle").isEmpty();
    start(limits, Calls.of(null, "model-7"));
    assertThat(limiters()).containsExactly("model model-7 requests.per.minute");
  }

  @Property(tries = 20)
  void shouldNameNoMoreScopesThanAllowed(@ForAll @IntRange(max = 30) int most) {
    announced.clear();
    RateLimits limits = watched(limits(Calls.config(Scope.MODEL, Calls.inFlight(5), true)), most);

    IntStream.range(0, 3_000).forEach(i -> start(limits, Calls.of(null, "model-" + i)));

    assertThat(announced).hasSize(most + 1).contains("in-flight of other");
  }
}
