// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressTest {

  private final StringWriter printed = new StringWriter();
  private final AtomicLong nanos = new AtomicLong(Duration.ofDays(2).toNanos());

  @Test
  void shouldRedrawOneLineWithRateAndTimeLeft() {
    try (Progress progress = bar(Map.of("NO_COLOR", "1"), OptionalLong.of(2000))) {
      progress.at(0);
      pass(Duration.ofSeconds(10));
      progress.at(500);

      assertThat(drawn().get(drawn().size() - 1))
          .startsWith("submit 25% [==========------------------------------]")
          .endsWith("] 500/2000 50/s ETA 0:00:30\u001b[K");
    }

    assertThat(printed.toString()).endsWith("\n").containsOnlyOnce("\n");
  }

  @Test
  void shouldDrawNoMoreThanTenTimesASecond() {
    try (Progress progress = bar(Map.of(), OptionalLong.of(2000))) {
      for (int done = 0; done < 1000; done++) {
        progress.at(done);
        pass(Duration.ofMillis(1));
      }

      assertThat(drawn()).hasSize(10);
    }
  }

  @Test
  void shouldCountTheRateFromWhereEarlierWorkEnded() {
    try (Progress progress = bar(Map.of("NO_COLOR", "1"), OptionalLong.of(2000))) {
      pass(Duration.ofSeconds(10));
      progress.at(1000);
      pass(Duration.ofSeconds(10));
      progress.at(1100);

      assertThat(drawn().get(drawn().size() - 1)).contains("1100/2000 10/s ETA 0:01:30");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 12, 20, 30, 40, 60, 80, 200})
  void shouldFitTheTerminal(int columns) {
    Map<String, String> environment = Map.of("COLUMNS", String.valueOf(columns), "NO_COLOR", "1");
    try (Progress progress = bar(environment, OptionalLong.of(2_000_000))) {
      progress.at(0);
      pass(Duration.ofSeconds(1));
      progress.at(1_234_567);
    }

    assertThat(drawn())
        .allSatisfy(
            line -> assertThat(line.replace("\u001b[K", "").strip()).hasSizeLessThan(columns));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 20, 40, 80, 200})
  void shouldShowWhatHindersWithinTheTerminalOrInALineOfItsOwn(int columns) {
    Map<String, String> environment = Map.of("COLUMNS", String.valueOf(columns), "NO_COLOR", "1");
    String note = "waiting: no worker is in group completion-worker";
    try (Progress progress = bar(environment, OptionalLong.of(20))) {
      progress.at(0);
      progress.note(note);
      progress.note(note);
      progress.at(0);

      String shown = printed.toString();
      assertThat(shown).containsOnlyOnce(note);
      assertThat(shown.contains("\u001b[K" + note + System.lineSeparator()))
          .isEqualTo(columns < 70);
      assertThat(drawn())
          .filteredOn(line -> !line.contains("\n"))
          .allSatisfy(
              line -> assertThat(line.replace("\u001b[K", "").strip()).hasSizeLessThan(columns));

      progress.note("");
      assertThat(drawn().get(drawn().size() - 1)).doesNotContain("waiting");
    }
  }

  @Test
  void shouldAddWhatHindersToPlainLines() {
    PrintWriter err = new PrintWriter(printed, true);
    Drawing.Line line = new Drawing.Line("collect");
    try (Progress progress = new Progress(err, false, line, OptionalLong.of(2), nanos::get)) {
      progress.at(0);
      progress.note("waiting: no worker is in group g");
      pass(Duration.ofSeconds(10));
      progress.at(0);
      progress.note("");
    }

    assertThat(printed.toString().lines())
        .containsExactly(
            "collect: 0 of 2 (0 %), 0/s, 0:00:00 passed; waiting: no worker is in group g",
            "collect: 0 of 2 (0 %), 0/s, 0:00:10 passed; waiting: no worker is in group g",
            "collect: 0 of 2 (0 %), 0/s, 0:00:10 passed");
  }

  @Test
  void shouldColorNothingWhenAskedNotTo() {
    try (Progress progress = bar(Map.of("NO_COLOR", "1"), OptionalLong.of(10))) {
      progress.at(5);
    }
    assertThat(printed.toString()).doesNotContain("\u001b[3");

    try (Progress progress = bar(Map.of("NO_COLOR", ""), OptionalLong.of(10))) {
      progress.at(5);
    }
    assertThat(printed.toString()).contains("\u001b[32m");
  }

  @Test
  void shouldPrintPlainLinesWhereThereIsNoTerminal() {
    PrintWriter err = new PrintWriter(printed, true);
    Drawing.Line line = new Drawing.Line("submit");
    try (Progress progress = new Progress(err, false, line, OptionalLong.of(200), nanos::get)) {
      progress.at(0);
      pass(Duration.ofSeconds(9));
      progress.at(50);
      pass(Duration.ofSeconds(1));
      progress.at(100);
      progress.total(150);
      pass(Duration.ofSeconds(5));
      progress.at(150);
    }

    assertThat(printed.toString().lines())
        .containsExactly(
            "submit: 100 of 200 (50 %), 10/s, 0:00:10 passed, 0:00:10 left",
            "submit: 150 of 150 (100 %), 10/s, 0:00:15 passed");
    assertThat(printed.toString()).doesNotContain("\u001b", "\r");
  }

  @Test
  void shouldSayWhatIsDoneWithoutATotal() {
    try (Progress progress = bar(Map.of(), OptionalLong.empty())) {
      progress.at(0);
      pass(Duration.ofSeconds(2));
      progress.at(7);

      assertThat(drawn().get(drawn().size() - 1)).isEqualTo("submit 7 3.5/s in 0:00:02\u001b[K");
    }
  }

  @Test
  void shouldKeepOtherLinesApart() {
    try (Progress progress = bar(Map.of(), OptionalLong.empty())) {
      progress.at(0);
      progress.say("something");

      assertThat(printed.toString()).contains("\r\u001b[Ksomething\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/dev/pts/0", "/dev/tty1", "/dev/console"})
  void shouldKnowATerminal(String device) {
    assertThat(TerminalWidth.isTerminal(device)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/dev/null", "pipe:[123]", "/tmp/log", "socket:[7]"})
  void shouldTakeNothingElseForATerminal(String device) {
    assertThat(TerminalWidth.isTerminal(device)).isFalse();
  }

  @Test
  void shouldRedrawNothingOnATerminalThatCannot() {
    assertThat(CommandEnvironment.redraws(Map.of("TERM", "dumb"))).isFalse();
  }

  private Progress bar(Map<String, String> environment, OptionalLong total) {
    return new Progress(
        new PrintWriter(printed, true),
        true,
        Drawing.Bar.of(TerminalWidth.of(environment), environment, "submit"),
        total,
        nanos::get);
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private List<String> drawn() {
    return Arrays.stream(printed.toString().split("\r")).filter(line -> !line.isEmpty()).toList();
  }
}
