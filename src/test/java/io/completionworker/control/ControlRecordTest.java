// SPDX-License-Identifier: Apache-2.0
package io.completionworker.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.completionworker.avro.CompletionControl;
import io.completionworker.avro.ControlKind;
import io.completionworker.config.Budget;
import io.completionworker.config.Limits;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ControlRecordTest {

  private static final Instant MADE = Instant.parse("2026-01-31T08:00:00Z");
  private static final Instant EARLIER = Instant.parse("2026-01-30T08:00:00Z");
  private static final Instant ENDS = Instant.parse("2026-02-01T08:00:00Z");

  @Test
  void shouldCancelWhatWasPublishedBeforeTheControlWasMade() {
    Control control =
        ControlRecord.control(
            "cancel-1",
            record(ControlKind.CANCEL)
                .setBatchId("b-7")
                .setCreatedBy("ops")
                .setReason("wrong file")
                .setExpiresAt(ENDS)
                .build());

    assertThat(control)
        .isEqualTo(
            new Control.Cancel(
                new Control.Origin("cancel-1", MADE, "ops", "wrong file", ENDS),
                new Selector(null, "b-7", null, null, null, null, Map.of()),
                MADE));
  }

  @Test
  void shouldCancelWhatWasPublishedBeforeAnotherTime() {
    Control control =
        ControlRecord.control(
            "c",
            record(ControlKind.CANCEL).setEverything(true).setPublishedBefore(EARLIER).build());

    assertThat(control)
        .isInstanceOfSatisfying(
            Control.Cancel.class,
            cancel -> assertThat(cancel.publishedBefore()).isEqualTo(EARLIER));
    assertThat(control.selector()).isEqualTo(Selector.ALL);
  }

  @Test
  void shouldPauseWhatAgreesWithEveryFieldThatIsSet() {
    Control control =
        ControlRecord.control(
            "p",
            record(ControlKind.PAUSE)
                .setRequestId("r")
                .setBatchId("b")
                .setTraceId("t")
                .setEndUser("u")
                .setVirtualKey("vk-*")
                .setModel("gpt-*")
                .setMetadata(Map.of("team", "x"))
                .build());

    assertThat(control)
        .isEqualTo(
            new Control.Pause(
                new Control.Origin("p", MADE, "", "", null),
                new Selector("r", "b", "t", "u", "vk-*", "gpt-*", Map.of("team", "x"))));
  }

  @Test
  void shouldLimitAScopeOrAll() {
    CompletionControl limit =
        record(ControlKind.LIMIT)
            .setVirtualKey("vk-1")
            .setModel("gpt-*")
            .setRequestsPerSecond(1.5)
            .setRequestsPerMinute(60.0)
            .setTokensPerMinute(3_000L)
            .setInputTokensPerMinute(2_000L)
            .setOutputTokensPerMinute(1_000L)
            .setMaxInFlight(4)
            .build();

    assertThat(ControlRecord.control("l", limit))
        .isInstanceOfSatisfying(
            Control.Limit.class,
            made ->
                assertThat(made.limits())
                    .isEqualTo(new Limits(1.5, 60.0, 3_000L, 2_000L, 1_000L, 4)));

    assertThat(ControlRecord.control("l", record(ControlKind.LIMIT).setEverything(true).build()))
        .isInstanceOfSatisfying(
            Control.Limit.class, lifted -> assertThat(lifted.limits()).isEqualTo(Limits.NONE));
  }

  @Test
  void shouldSetWhatRequestsMayCost() {
    CompletionControl record =
        record(ControlKind.BUDGET)
            .setBatchId("b-7")
            .setBudget("nightly")
            .setAmount(new BigDecimal("2.5000000000"))
            .setPeriod("day")
            .setTimeZone("Europe/Berlin")
            .setAction("fail")
            .build();

    assertThat(ControlRecord.control("b", record))
        .isInstanceOfSatisfying(
            Control.Allowance.class,
            made ->
                assertThat(made.budget())
                    .isEqualTo(
                        new Budget(
                            "nightly",
                            new BigDecimal("2.5000000000"),
                            Budget.Period.DAY,
                            ZoneId.of("Europe/Berlin"),
                            Budget.Action.FAIL,
                            new Budget.Scope(null, null, null, "b-7", Map.of()))));
  }

  /** One that is not built is as wrong as one that an older worker does not know. */
  @ParameterizedTest
  @EnumSource(ControlKind.class)
  void shouldNeverSelectEverythingUnlessToldSo(ControlKind kind) {
    assertThatThrownBy(() -> ControlRecord.control("c", record(kind).build()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Consumer<CompletionControl.Builder> budget(
      Consumer<CompletionControl.Builder> change) {
    return control ->
        change.accept(
            control.setEverything(true).setBudget("x").setAmount(BigDecimal.ONE.setScale(10)));
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        fault(ControlKind.UNKNOWN, c -> c.setBatchId("b"), "kind: is not known to this version"),
        fault(ControlKind.UNKNOWN, c -> {}, "kind: is not known to this version"),
        fault(
            ControlKind.PAUSE,
            c -> c.setBatchId("b").setBudget("x"),
            "budget, amount, period, time_zone, action: only a BUDGET has them"),
        fault(ControlKind.BUDGET, c -> c.setEverything(true), "budget: must be 1 to 64 letters"),
        fault(ControlKind.BUDGET, budget(c -> c.setAmount(null)), "amount: must be above 0"),
        fault(
            ControlKind.BUDGET,
            budget(c -> c.setPeriod("week")),
            "period: must be total or day or month"),
        fault(ControlKind.BUDGET, budget(c -> c.setAction("stop")), "action: must be hold or fail"),
        fault(ControlKind.BUDGET, budget(c -> c.setTimeZone("X/Y")), "time_zone: is not known"),
        fault(
            ControlKind.BUDGET,
            budget(c -> c.setEverything(false).setRequestId("r")),
            "request_id, trace_id: a BUDGET does not select by them"),
        fault(ControlKind.CANCEL, c -> {}, "nothing is selected: set a field such as batch_id"),
        fault(ControlKind.CANCEL, c -> c.setMetadata(Map.of()), "nothing is selected: set a field"),
        fault(
            ControlKind.PAUSE,
            c -> c.setEverything(true).setModel("m"),
            "everything: selects more than the other fields do"),
        fault(ControlKind.CANCEL, c -> c.setRequestId(""), "request_id: is blank"),
        fault(ControlKind.CANCEL, c -> c.setBatchId(" "), "batch_id: is blank"),
        fault(ControlKind.CANCEL, c -> c.setTraceId(""), "trace_id: is blank"),
        fault(ControlKind.CANCEL, c -> c.setEndUser(""), "end_user: is blank"),
        fault(ControlKind.CANCEL, c -> c.setVirtualKey(""), "virtual_key: is blank"),
        fault(ControlKind.LIMIT, c -> c.setModel("\t"), "model: is blank"),
        fault(
            ControlKind.PAUSE,
            c -> c.setBatchId("b").setPublishedBefore(EARLIER),
            "published_before: only a CANCEL has it"),
        fault(
            ControlKind.LIMIT,
            c -> c.setModel("m").setPublishedBefore(EARLIER),
            "published_before: only a CANCEL has it"),
        fault(
            ControlKind.CANCEL,
            c -> c.setBatchId("b").setMaxInFlight(1),
            "max_in_flight: only a LIMIT has them"),
        fault(
            ControlKind.PAUSE,
            c -> c.setBatchId("b").setTokensPerMinute(1L),
            "max_in_flight: only a LIMIT has them"),
        fault(
            ControlKind.LIMIT,
            c -> c.setBatchId("b").setMaxInFlight(1),
            "a LIMIT selects by virtual_key and model, or everything"),
        fault(
            ControlKind.LIMIT,
            c -> c.setModel("m").setEndUser("u"),
            "a LIMIT selects by virtual_key and model, or everything"),
        fault(
            ControlKind.LIMIT,
            c -> c.setModel("m").setRequestsPerSecond(0.0),
            "requests_per_second: '0.0' is not allowed; allowed: "),
        fault(
            ControlKind.LIMIT,
            c -> c.setModel("m").setRequestsPerMinute(Double.NaN),
            "requests_per_minute: 'NaN' is not allowed; allowed: "),
        fault(
            ControlKind.LIMIT,
            c -> c.setModel("m").setMaxInFlight(0).setInputTokensPerMinute(-1L),
            "input_tokens_per_minute: '-1' is not allowed; allowed: ",
            "; max_in_flight: '0' is not allowed"));
  }

  private static Arguments fault(
      ControlKind kind, Consumer<CompletionControl.Builder> change, String... said) {
    return Arguments.of(kind, change, said);
  }

  @ParameterizedTest
  @MethodSource("faults")
  void shouldSayWhatIsWrongAndInWhichField(
      ControlKind kind, Consumer<CompletionControl.Builder> change, String[] said) {
    CompletionControl.Builder record = record(kind);
    change.accept(record);

    assertThatThrownBy(() -> ControlRecord.control("c", record.build()))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .contains(said);
  }

  private static CompletionControl.Builder record(ControlKind kind) {
    return CompletionControl.newBuilder().setKind(kind).setCreatedAt(MADE);
  }
}
