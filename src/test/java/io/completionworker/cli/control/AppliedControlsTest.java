// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.control;

import static io.completionworker.cli.control.ControlListTest.entry;
import static io.completionworker.cli.control.ControlListTest.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionControl;
import io.completionworker.avro.ControlKind;
import io.completionworker.cli.control.AppliedControls.RequestFacts;
import io.completionworker.cli.control.ControlTopic.Entry;
import io.completionworker.control.Control;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AppliedControlsTest {

  private static final Instant NOW = Instant.parse("2026-01-31T08:00:00Z");

  private static final RequestFacts REQUEST =
      new RequestFacts(
          "batch:b-7:3:c",
          "trace-1",
          "user-1",
          "vk-1",
          "gpt-4o",
          Map.of("tenant", "acme"),
          NOW.minusSeconds(10).toEpochMilli());

  @Test
  void shouldFindWhatSelectsTheRequestByAnyOfItsParts() {
    assertThat(
            holding(
                entry("p1", record(ControlKind.PAUSE).setRequestId("batch:b-7:3:c")),
                entry("p2", record(ControlKind.PAUSE).setBatchId("b-7")),
                entry("p3", record(ControlKind.PAUSE).setTraceId("trace-1")),
                entry("p4", record(ControlKind.PAUSE).setEndUser("user-1")),
                entry("p5", record(ControlKind.PAUSE).setVirtualKey("vk-*")),
                entry("p6", record(ControlKind.PAUSE).setModel("gpt-4*")),
                entry("p7", record(ControlKind.PAUSE).setMetadata(Map.of("tenant", "acme"))),
                entry("p8", record(ControlKind.PAUSE).setEverything(true))))
        .containsExactly("p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8");
  }

  @Test
  void shouldLeaveOutWhatSelectsOthers() {
    assertThat(
            holding(
                entry("p1", record(ControlKind.PAUSE).setRequestId("batch:b-7:4:c")),
                entry("p2", record(ControlKind.PAUSE).setBatchId("b-8")),
                entry("p3", record(ControlKind.PAUSE).setBatchId("b-7").setEndUser("user-2")),
                entry("p4", record(ControlKind.PAUSE).setMetadata(Map.of("tenant", "other"))),
                entry("p5", record(ControlKind.PAUSE).setBatchId("b-7").setExpiresAt(NOW)),
                entry("p6", record(ControlKind.LIMIT).setModel("gpt-4o").setMaxInFlight(1)),
                entry("p7", record(ControlKind.UNKNOWN).setEverything(true))))
        .isEmpty();
  }

  @Test
  void shouldCancelOnlyWhatWasPublishedBefore() {
    Instant published = Instant.ofEpochMilli(REQUEST.published());
    assertThat(
            holding(
                entry("early", cancel("b-7", published)),
                entry("late", cancel("b-7", published.plusMillis(1)))))
        .containsExactly("late");
  }

  @Test
  void shouldSayWhoCancelledAndPausedARequest() {
    AppliedControls applied =
        AppliedControls.to(
            REQUEST,
            List.of(
                entry("cancel-1", cancel("b-7", NOW).setReason("wrong\u001b[2Jfile")),
                entry("pause-1", record(ControlKind.PAUSE).setEverything(true))),
            NOW);

    assertThat(applied.openRequest())
        .containsExactly(
            "Cancelled at 2026-01-31T07:59:00Z by ops (wrong?[2Jfile) with control cancel-1: no"
                + " call starts for it, and it ends without an answer",
            "Paused at 2026-01-31T07:59:00Z by ops with control pause-1: no call starts for it"
                + " until `completion-worker control resume --id pause-1`");
    assertThat(applied.answeredRequest())
        .singleElement()
        .asString()
        .endsWith("with control cancel-1, which came after its answer");
  }

  @Test
  void shouldTellWhatHoldsForAllOfABatchFromWhatHoldsForSomeOfIt() {
    AppliedControls applied =
        AppliedControls.to(
            "b-7",
            List.of(
                entry("all", record(ControlKind.PAUSE).setEverything(true)),
                entry("cancel-1", cancel("b-7", NOW)),
                entry("model", record(ControlKind.PAUSE).setBatchId("b-7").setModel("gpt-4o")),
                entry("one", record(ControlKind.PAUSE).setRequestId("batch:b-7:3:c")),
                entry("other", record(ControlKind.PAUSE).setBatchId("b-8")),
                entry("another", record(ControlKind.PAUSE).setRequestId("batch:b-8:3:c")),
                entry("tenant", record(ControlKind.PAUSE).setMetadata(Map.of("tenant", "acme")))),
            NOW);

    assertThat(ids(applied.whole())).containsExactly("all", "cancel-1");
    assertThat(ids(applied.parts())).containsExactly("model", "one");
    assertThat(applied.others()).isEqualTo(1);
    assertThat(applied.word()).isEqualTo("cancelled");
    assertThat(applied.batch())
        .hasSize(5)
        .startsWith(
            "Paused at 2026-01-31T07:59:00Z by ops with control all, until `completion-worker"
                + " control resume --id all`")
        .endsWith("1 more control may hold for some requests: `completion-worker control list`");
  }

  private static CompletionControl.Builder cancel(String batch, Instant before) {
    return record(ControlKind.CANCEL).setBatchId(batch).setPublishedBefore(before);
  }

  private static List<String> holding(Entry... entries) {
    return ids(AppliedControls.to(REQUEST, List.of(entries), NOW).whole());
  }

  private static List<String> ids(List<Control> controls) {
    return controls.stream().map(control -> control.origin().id()).toList();
  }
}
