package io.completionworker.resilience.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.RateSignals;
import io.completionworker.completion.TokenEstimate;
import io.completionworker.config.Limits;
import io.completionworker.config.MetricsConfig;
import io.completionworker.config.RateLimitConfig.Scope;
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

  private RateLimits watched(RateLimits limits, int maxScopes, String... virtualKeys) {
    limits.watch(
        new MetricsConfig(List.of("*"), 20, List.of(virtualKeys), maxScopes, List.of("*")),
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

  @Property(tries = 20)
  void shouldNameNoMoreScopesThanAllowed(@ForAll @IntRange(max = 30) int most) {
    announced.clear();
    RateLimits limits = watched(limits(Calls.config(Scope.MODEL, Calls.inFlight(5), true)), most);

    IntStream.range(0, 3_000).forEach(i -> start(limits, Calls.of(null, "model-" + i)));

    assertThat(announced).hasSize(most + 1).contains("in-flight of other");
  }
}
