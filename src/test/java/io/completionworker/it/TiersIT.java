// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.RecordedCall;
import io.completionworker.demo.endpoint.Reply;
import io.completionworker.metrics.HealthMeters;
import io.completionworker.metrics.TierMeters;
import io.completionworker.secrets.SearchedWorker;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests are served by the cheap tier while there is time, and by the other one in time. */
class TiersIT {

  private static final Duration LONG = Duration.ofMinutes(1);
  private static final int REQUESTS = 40;
  private static final String PRICES =
      """
      {"header": {"source": "test", "as_of": "2026-11-30", "currency": "USD"},
       "prices": [{"model": "*", "request": 0.02, "input": 0, "output": 0},
                  {"model": "*", "service_tier": "flex", "request": 0.01, "input": 0, "output": 0}]}
      """;

  private final Stand stand = new Stand(Behaviour.instant(), 2);
  private final Outcomes outcomes = new Outcomes(stand);

  /** How providers refuse calls of the cheap tier. */
  private enum Refusal {
    OPENAI(429, "resource_unavailable", "resource_unavailable", "No capacity."),
    GROQ(498, "capacity_exceeded", "capacity_exceeded", "Over capacity."),
    GEMINI(503, "unavailable", null, "The model is overloaded."),
    MODEL(400, "invalid_request_error", null, "Flex is not available for the model.");

    private final int status;
    private final String type;
    private final @Nullable String code;
    private final String message;

    Refusal(int status, String type, @Nullable String code, String message) {
      this.status = status;
      this.type = type;
      this.code = code;
      this.message = message;
    }

    Reply reply() {
      return Reply.error(status, type, code, message);
    }
  }

  @AfterEach
  void close() {
    outcomes.close();
    stand.close();
  }

  @Test
  void shouldBuyFromTheCheapTierAtItsPrice() throws IOException {
    stand.publish(0, REQUESTS, 4);
    try (SearchedWorker worker = stand.start(settings(Map.of()))) {
      await().atMost(LONG).until(() -> outcomes.poll().usage().size() == REQUESTS);
      assertThat(count(worker, TierMeters.TOKENS.name(), "tier", "flex")).isPositive();
    }
    assertThat(outcomes.usage())
        .allMatch(row -> "flex".equals(row.getServiceTier()))
        .allMatch(row -> "flex".equals(row.getServiceTierRequested()))
        .allMatch(row -> Objects.requireNonNull(row.getCost()).doubleValue() == 0.01);
  }

  @ParameterizedTest
  @EnumSource(Refusal.class)
  void shouldFallBackInTimeAndFailNothingWhenTheCheapTierRefuses(Refusal refusal)
      throws IOException {
    respond(call -> isFlex(call) ? refusal.reply() : Reply.completion());
    stand.publish(0, REQUESTS, 4, TiersIT::due);
    try (SearchedWorker worker = stand.start(settings(Map.of("tier.patience.ms", "2000")))) {
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == REQUESTS);
      await().atMost(LONG).until(() -> outcomes.poll().usage().size() == REQUESTS);
      assertThat(Stand.gauge(worker, HealthMeters.BREAKERS_OPEN.name())).isZero();
      assertThat(Stand.gauge(worker, HealthMeters.CREDENTIALS_ON_HOLD.name())).isZero();
    }
    assertThat(outcomes.all()).allMatch(outcome -> outcome.kind().equals("response"));
    assertThat(outcomes.repeated()).isEmpty();
    assertThat(calls(TiersIT::isFlex)).as("calls in vain").isBetween(1L, 20L);
    assertThat(calls(call -> !isFlex(call))).isEqualTo(REQUESTS);
    assertThat(outcomes.usage())
        .allMatch(row -> "default".equals(row.getServiceTier()))
        .allMatch(row -> row.getServiceTierRequested() == null)
        .allMatch(row -> row.getAttempt() == 1)
        .allMatch(row -> Objects.requireNonNull(row.getCost()).doubleValue() == 0.02);
  }

  @Test
  @Tag("long")
  void shouldGiveUpACallOfTheCheapTierForTheDeadline() throws IOException {
    respond(
        call ->
            isFlex(call)
                ? Reply.completion().after(Duration.ofMinutes(1))
                : Reply.completion().after(Duration.ofMillis(50)));
    try (SearchedWorker worker = stand.start(settings(Map.of()))) {
      stand.publish(0, 20, 4, number -> deadline(number, 5_000)); // teach the time of the last tier
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == 20);

      stand.publish(20, 22, 4, number -> deadline(number, 15_000));

      await().atMost(LONG).until(() -> outcomes.poll().distinct() == 22);
      await().atMost(LONG).until(() -> outcomes.poll().usage().size() == 24);
      assertThat(
              worker
                  .meters()
                  .get(TierMeters.MOVES.name())
                  .tag("reason", "cut-off")
                  .counter()
                  .count())
          .isEqualTo(2);
    }
    assertThat(outcomes.all()).allMatch(outcome -> outcome.kind().equals("response"));
    List<CompletionUsage> cut =
        outcomes.usage().stream().filter(row -> "CANCELLED".equals(row.getReason())).toList();
    assertThat(cut)
        .hasSize(2)
        .allMatch(CompletionUsage::getBillable)
        .allMatch(row -> "flex".equals(row.getServiceTierRequested()))
        .allMatch(row -> row.getLatencyMs() < 15_000);
  }

  private Map<String, String> settings(Map<String, String> more) throws IOException {
    Map<String, String> settings =
        new HashMap<>(
            Map.of(
                "tier.order",
                "flex,default",
                "usage.prices.file",
                Files.writeString(stand.directory.resolve("prices.json"), PRICES).toString()));
    settings.putAll(more);
    return settings;
  }

  /** Half of them have a deadline without time for the cheap tier. */
  private static CompletionRequest due(int number) {
    return number % 2 == 0 ? Stand.request("r-" + number) : deadline(number, 30_000);
  }

  private static CompletionRequest deadline(int number, long millis) {
    return CompletionRequest.newBuilder(Stand.request("r-" + number)).setDeadlineMs(millis).build();
  }

  private void respond(Function<RecordedCall, Reply> replies) {
    stand.endpoint.behave(Behaviour.builder().respondWith(replies).build());
  }

  private long calls(Predicate<RecordedCall> which) {
    return stand.endpoint.calls().stream().filter(which).count();
  }

  private static boolean isFlex(RecordedCall call) {
    return call.text("/service_tier").equals("flex");
  }

  private static double count(SearchedWorker worker, String meter, String tag, String value) {
    return worker.meters().get(meter).tag(tag, value).counter().count();
  }
}
