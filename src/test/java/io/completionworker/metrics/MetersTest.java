// SPDX-License-Identifier: Apache-2.0
package io.completionworker.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.config.MetricsConfig;
import io.completionworker.metrics.Meters.Tokens;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class MetersTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Tokens TOKENS = new Tokens(100, 20, 30, 7, 5);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Meters meters = new Meters(registry);

  private static Meters meters(SimpleMeterRegistry registry, int maxModels) {
    MetricsConfig config = new MetricsConfig(List.of("*"), maxModels, List.of(), 20, List.of("*"));
    return new Meters(registry, config, "bedrock", List.of());
  }

  private double sum(MeterSpec counter, String... tags) {
    return registry.get(counter.name()).tags(tags).counters().stream()
        .mapToDouble(c -> c.count())
        .sum();
  }

  private static Set<String> tag(SimpleMeterRegistry registry, String name, String key) {
    return registry.find(name).meters().stream()
        .map(meter -> String.valueOf(meter.getId().getTag(key)))
        .collect(Collectors.toSet());
  }

  @Test
  void shouldSortAttemptsByOutcomeAndCallsByModelAndError() {
    meters.attempt(null, "gpt", null, SECOND);
    meters.attempt("Mistral-AI", "mist", "RATE_LIMITED", SECOND);

    assertThat(tag(registry, CallMeters.ATTEMPTS.name(), "outcome"))
        .containsExactlyInAnyOrder("response", "RATE_LIMITED");
    Timer answered =
        registry
            .get("gen_ai.client.operation.duration")
            .tags("gen_ai.provider.name", "openai", "gen_ai.request.model", "gpt", "error.type", "")
            .timer();
    Timer refused =
        registry
            .get("gen_ai.client.operation.duration")
            .tags("gen_ai.provider.name", "mistral_ai", "error.type", "RATE_LIMITED")
            .timer();
    assertThat(answered.count()).isEqualTo(1);
    assertThat(refused.count()).isEqualTo(1);
  }

  @Test
  void shouldHaveCountersOfAlertsBeforeTheyHaveAnythingToCount() {
    meters.expect(List.of("OVERLOADED"), Set.of("authorization"));

    assertThat(sum(RequestMeters.OUTCOMES, "outcome", "dead-letter")).isZero();
    assertThat(sum(RequestMeters.OUTCOMES, "outcome", "OVERLOADED")).isZero();
    assertThat(sum(RequestMeters.HEADERS_REFUSED, "header", "authorization")).isZero();
    assertThat(tag(registry, CallMeters.UNPRICED.name(), "reason"))
        .containsExactlyInAnyOrder("unknown-model", "too-large", "no-counts", "no-prices");

    meters.outcome("OVERLOADED", SECOND);
    assertThat(sum(RequestMeters.OUTCOMES, "outcome", "OVERLOADED")).isOne();
  }

  @Test
  void shouldAddUpTokensAndCostByModel() {
    meters.used(null, "gpt", TOKENS);
    meters.used("other", "gpt", TOKENS);
    meters.cost("gpt", new BigDecimal("0.25"), "EUR");
    meters.cost("gpt", new BigDecimal("0.50"), "EUR");

    assertThat(sum(CallMeters.TOKENS, "type", "prompt", "model", "gpt")).isEqualTo(200);
    assertThat(sum(CallMeters.TOKENS, "type", "completion")).isEqualTo(40);
    assertThat(sum(CallMeters.TOKENS, "type", "cached")).isEqualTo(60);
    assertThat(sum(CallMeters.TOKENS, "type", "cache-write")).isEqualTo(14);
    assertThat(sum(CallMeters.TOKENS, "type", "reasoning")).isEqualTo(10);
    assertThat(sum(CallMeters.COST, "currency", "EUR", "model", "gpt")).isEqualTo(0.75);
    assertThat(
            registry
                .get("gen_ai.client.token.usage")
                .tags("gen_ai.token.type", "input", "gen_ai.provider.name", "openai")
                .summary()
                .totalAmount())
        .isEqualTo(100);
  }

  @Test
  void shouldTellFailedRequestsFromAnsweredAndUnreadableOnes() {
    meters.outcome("response", SECOND);
    meters.outcome("dead-letter", SECOND);
    meters.outcome("NOT_FOUND", SECOND);
    meters.outcome("FORBIDDEN", SECOND);

    assertThat(registry.get("completion.worker.request.duration").tag("outcome", "failure").timer())
        .satisfies(timer -> assertThat(timer.count()).isEqualTo(2));
    assertThat(tag(registry, "completion.worker.request.duration", "outcome"))
        .containsExactlyInAnyOrder("response", "dead-letter", "failure");
    assertThat(tag(registry, "completion.worker.outcomes", "outcome")).hasSize(4);
  }

  @Test
  void shouldTakeTheConfiguredProviderForCallsThatNameNone() {
    meters(registry, 20).attempt(null, "claude", null, SECOND);

    assertThat(tag(registry, CallMeters.OPERATION_DURATION.name(), "gen_ai.provider.name"))
        .containsExactly("aws.bedrock");
  }

  @Test
  void shouldKeepTheBucketsThatOpenTelemetryAdvises() {
    assertThat(CallMeters.OPERATION_DURATION.buckets())
        .startsWith(
            IntStream.range(0, 14).mapToObj(i -> Math.pow(2, i) / 100).toArray(Double[]::new));
    assertThat(CallMeters.TOKEN_USAGE.buckets())
        .isEqualTo(IntStream.range(0, 14).mapToObj(i -> Math.pow(4, i)).toList());
  }

  /** However many come: the first are named, and all others are one. */
  @Property(tries = 50)
  void shouldHaveNoMoreModelsThanAllowedAndOneForTheRest(
      @ForAll @IntRange(max = 30) int most,
      @ForAll @Size(min = 1, max = 2_000) List<String> models) {
    SimpleMeterRegistry bounded = new SimpleMeterRegistry();
    Meters several = meters(bounded, most);
    for (String model : models) {
      several.attempt(model, model, null, SECOND);
      several.used(null, model, TOKENS);
      several.cost(model, BigDecimal.ONE, "EUR");
    }

    assertThat(tag(bounded, "gen_ai.client.operation.duration", "gen_ai.request.model"))
        .hasSizeLessThanOrEqualTo(most + 1);
    assertThat(tag(bounded, "gen_ai.client.operation.duration", "gen_ai.provider.name"))
        .hasSizeLessThanOrEqualTo(22); // 20, the configured one, and all others
    assertThat(tag(bounded, "completion.worker.tokens", "model"))
        .hasSizeLessThanOrEqualTo(most + 1);
    assertThat(tag(bounded, "completion.worker.cost", "model")).hasSizeLessThanOrEqualTo(most + 1);
    double cost =
        bounded.find("completion.worker.cost").counters().stream()
            .mapToDouble(c -> c.count())
            .sum();
    assertThat(cost).as("nobody's is lost").isEqualTo(models.size());
  }

  @Test
  void shouldNameTheFirstModelsThatMatch() {
    BoundedNames names = new BoundedNames(List.of("gpt*", "exact"), 2);

    assertThat(names.of("claude")).isEqualTo("other");
    assertThat(names.of("exactly")).isEqualTo("other");
    assertThat(names.of("exact")).isEqualTo("exact");
    assertThat(names.of("")).isEqualTo("other");
    assertThat(names.of("gpt" + "x".repeat(100))).as("too long").isEqualTo("other");
    assertThat(names.of("gpt-4o")).isEqualTo("gpt-4o");
    assertThat(names.of("gpt-5")).as("one too many").isEqualTo("other");
    assertThat(names.of("exact")).isEqualTo("exact");
  }

  @Test
  void shouldDescribeMetersWithoutTheMarksOfThePage() {
    assertThat(MeterSpec.all())
        .allSatisfy(spec -> assertThat(spec.plainDescription()).doesNotContain("`", "](", ".md"));
  }

  @Test
  void shouldDescribeEveryMeterAndTakeNoTagThatItsTableLacks() {
    meters.attempt(null, "m", null, SECOND);
    meters.used(null, "m", TOKENS);
    for (Meter meter : registry.getMeters()) {
      if (meter.getId().getName().endsWith(".histogram")) {
        continue; // a bucket: this registry has each as a gauge
      }
      MeterSpec spec =
          MeterSpec.all().stream()
              .filter(one -> one.name().equals(meter.getId().getName()))
              .findFirst()
              .orElseThrow();
      assertThat(meter.getId().getDescription()).isEqualTo(spec.plainDescription());
      assertThat(meter.getId().getTags())
          .extracting(Tag::getKey)
          .containsExactlyInAnyOrderElementsOf(
              spec.tags().stream().map(MeterSpec.TagSpec::key).toList());
    }
  }
}
