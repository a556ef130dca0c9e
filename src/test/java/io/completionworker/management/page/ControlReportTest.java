// SPDX-License-Identifier: Apache-2.0
package io.completionworker.management.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.completionworker.config.Limits;
import io.completionworker.control.Control;
import io.completionworker.control.ControlsView;
import io.completionworker.control.Selector;
import io.completionworker.management.page.ControlReport.Entry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What people are told of controls. */
class ControlReportTest {

  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.5Z");
  private static final Selector GPT = selector(null, "gpt-*");

  @Test
  void shouldSayWhatIsWantedByWhomAndUntilWhen() {
    Control.Origin origin =
        new Control.Origin("pause-1", NOON, "ops", "too expensive", NOON.plusSeconds(60));

    ControlReport report =
        report(List.of(new Control.Pause(origin, GPT)), Map.of(), Map.of("pause-1", 7), Map.of());

    assertThat(report.entries())
        .containsExactly(
            new Entry(
                ControlReport.Kind.PAUSE,
                "pause-1",
                "model gpt-*",
                "",
                "ops",
                "too expensive",
                NOON,
                NOON.plusSeconds(60),
                7,
                ""));
  }

  @Test
  void shouldSayWhichLimitsReplaceTheOthersAndWhyTheyHaveNoEffect() {
    Limits limits = new Limits(0.5, 600.0, 90_000L, null, null, 3);
    ControlReport report =
        report(
            List.of(
                new Control.Limit(origin("limit-1"), GPT, limits),
                new Control.Limit(origin("limit-2"), Selector.ALL, Limits.NONE)),
            Map.of(),
            Map.of(),
            Map.of("limit-1", "it selects by model"));

    assertThat(report.entries())
        .extracting(Entry::what, Entry::detail, Entry::fault)
        .containsExactly(
            tuple(
                "model gpt-*",
                "requests per second 0.5, requests per minute 600, tokens per minute 90000,"
                    + " max in flight 3",
                "it selects by model"),
            tuple("everything", "no limit", ""));
  }

  @Test
  void shouldShowNoVirtualKey() {
    ControlReport report =
        report(
            List.of(
                new Control.Pause(origin("a"), selector("vk-secret", null)),
                new Control.Pause(origin("b"), selector("vk-secret-*", null)),
                new Control.Pause(origin("c"), selector("*", null))),
            Map.of(),
            Map.of(),
            Map.of());

    assertThat(report.json().toString()).doesNotContain("secret");
    assertThat(report.entries().get(0).what()).matches("virtual key [0-9a-f]{16}");
    assertThat(report.entries().get(1).what()).matches("virtual key pattern [0-9a-f]{16}");
    assertThat(report.entries().get(2).what()).isEqualTo("virtual key *");
  }

  @Test
  void shouldBeginWithWhatCannotBeReadAndEndWithCancellationsNewestFirst() {
    ControlReport report =
        report(
            List.of(
                new Control.Cancel(origin("cancel"), GPT, NOON),
                new Control.Limit(origin("limit"), GPT, Limits.NONE),
                new Control.Pause(origin("old"), GPT),
                new Control.Pause(
                    new Control.Origin("new", NOON.plusSeconds(1), "", "", null), GPT)),
            Map.of("odd", "kind: is not known"),
            Map.of(),
            Map.of());

    assertThat(report.entries())
        .extracting(Entry::id)
        .containsExactly("odd", "new", "old", "limit", "cancel");
    assertThat(report.entries().get(4).detail()).isEqualTo("published before 2026-03-01T12:00:00Z");
    assertThat(report.faults()).containsExactly("control odd cannot be read: kind: is not known");
  }

  @Test
  void shouldBeBoundedHoweverManyControlsThereAreAndHoweverLongTheirTextsAre() {
    String text = "x".repeat(100_000);
    List<Control> many =
        IntStream.range(0, 1_000)
            .<Control>mapToObj(
                i ->
                    new Control.Pause(
                        new Control.Origin(i + text, NOON, text, text, null), selector(null, text)))
            .toList();

    ControlReport report = report(many, Map.of(), Map.of(), Map.of());

    assertThat(report.entries()).hasSize(20);
    assertThat(report.more()).isEqualTo(980);
    assertThat(report.json().toString().length()).isLessThan(25_000);
  }

  private static ControlReport report(
      List<Control> active,
      Map<String, String> unreadable,
      Map<String, Integer> paused,
      Map<String, String> withoutEffect) {
    List<ControlsView.Unreadable> odd =
        unreadable.entrySet().stream()
            .map(entry -> new ControlsView.Unreadable(entry.getKey(), entry.getValue()))
            .toList();
    return ControlReport.of(new ControlsView(active, odd), paused, withoutEffect);
  }

  private static Control.Origin origin(String id) {
    return new Control.Origin(id, NOON, "", "", null);
  }

  private static Selector selector(@Nullable String virtualKey, @Nullable String model) {
    return new Selector(null, null, null, null, virtualKey, model, Map.of());
  }
}
