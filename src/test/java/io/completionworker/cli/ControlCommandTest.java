// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.docs.Page;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the commands that make controls would do, asked without a broker. */
class ControlCommandTest extends InProcessCli {

  private static final String TIME = "[0-9T:.-]+Z";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "control cancel --batch b-7 | Would cancel batch b-7: requests published before TIME end"
            + " without an answer, unless they have one (control cancel-ID)",
        "control cancel --request order-1 --user u --trace t | Would cancel request order-1, trace t,"
            + " user u: requests published before TIME end without an answer, unless they have one"
            + " (control cancel-ID)",
        "control pause --model gpt-4* --metadata tenant=acme --metadata team=a=b | Would pause model"
            + " gpt-4*, metadata team=a=b, metadata tenant=acme: no call starts, and open calls go"
            + " on (control pause-ID)",
        "control pause --everything --expires-in 2h | Would pause everything: no call starts, and"
            + " open calls go on, until TIME (control pause-ID)",
        "control limit --everything --requests-per-minute 60 --tokens-per-minute 20000"
            + " --max-in-flight 2 | Would limit everything: 60 requests a minute, 20000 tokens a"
            + " minute, 2 calls at once, and no other limit (control limit-ID)",
        "control limit --virtual-key * --requests-per-second 0.5 --input-tokens-per-minute 7"
            + " --output-tokens-per-minute 9 | Would limit virtual key *: 0.5 requests a"
            + " second, 7 input tokens a minute, 9 output tokens a minute, and no other limit"
            + " (control limit-ID)",
        "control budget acme --amount 12.50 --period month --metadata tenant=acme --action fail |"
            + " Would budget metadata tenant=acme: budget acme, 12.5 a month, then fail (control"
            + " budget-acme)",
        "control cancel --everything --id stop | Would cancel everything: requests published before"
            + " TIME end without an answer, unless they have one (control stop)",
      })
  void shouldSayWhatItWouldDo(String command, String line) {
    assertThat(execute((command + " --dry-run").split(" "))).as(err.toString()).isZero();

    assertThat(out.toString().strip())
        .matches(
            Pattern.quote(line)
                .replace("TIME", "\\E" + TIME + "\\Q")
                .replace("-ID", "-\\E[0-9a-f]{12}\\Q"));
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void shouldCancelWhatWasPublishedBeforeTheCommandUnlessAskedOtherwise() {
    Instant before = Instant.now().minusSeconds(1);
    execute("control", "cancel", "--batch", "b", "--dry-run");
    assertThat(publishedBefore()).isBetween(before, Instant.now());

    execute("control", "cancel", "--batch", "b", "--dry-run", "--published-before", "2h");
    assertThat(publishedBefore())
        .isBetween(before.minus(Duration.ofHours(2)), Instant.now().minus(Duration.ofMinutes(119)));

    String time = "2026-01-31T08:00:00Z";
    execute("control", "cancel", "--batch", "b", "--dry-run", "--published-before", time);
    assertThat(publishedBefore()).isEqualTo(time);
  }

  private Instant publishedBefore() {
    Matcher found = Pattern.compile("before (" + TIME + ")").matcher(out.toString());
    assertThat(found.find()).as(out.toString()).isTrue();
    String time = found.group(1);
    out.getBuffer().setLength(0);
    return Instant.parse(time);
  }

  /** So the same command again replaces its control, and does not make another one. */
  @Test
  void shouldGiveTheSameSelectorTheSameId() {
    String id = id("control cancel --metadata a=1 --batch b --metadata c=2");

    assertThat(id("control cancel --batch b --metadata c=2 --metadata a=1")).isEqualTo(id);
    assertThat(id("control cancel --batch b --metadata c=2 --metadata a=1 --reason again"))
        .isEqualTo(id);
    assertThat(id("control cancel --batch b --metadata c=2")).isNotEqualTo(id);
    assertThat(id("control pause --metadata a=1 --batch b --metadata c=2"))
        .isEqualTo(id.replace("cancel", "pause"));
    assertThat(id("batch cancel b")).isEqualTo(id("control cancel --batch b"));
  }

  private String id(String command) {
    out.getBuffer().setLength(0);
    assertThat(execute((command + " --dry-run").split(" "))).as(err.toString()).isZero();
    Matcher found = Pattern.compile("\\(control ([a-z0-9-]+)\\)").matcher(out.toString());
    assertThat(found.find()).as(out.toString()).isTrue();
    return found.group(1);
  }

  @Test
  void shouldShowTheHashOfAVirtualKey() {
    assertThat(execute("control", "pause", "--virtual-key", "vk-secret", "--dry-run")).isZero();

    assertThat(out.toString())
        .contains("Would pause virtual key 2638c7e14a126418: no call starts")
        .doesNotContain("vk-secret");
    assertThat(execute("control", "pause", "--virtual-key", "vk-secret*", "--dry-run")).isZero();
    assertThat(out.toString()).contains("virtual key pattern ").doesNotContain("vk-secret");
  }

  @Test
  void shouldRefuseTextsThatEveryFailureWouldRepeat() {
    assertThat(
            execute("control", "cancel", "--batch", "b", "--dry-run", "--reason", "x".repeat(201)))
        .isEqualTo(2);
    assertThat(execute("control", "cancel", "--batch", "b", "--dry-run", "--reason", "a\nb"))
        .isEqualTo(2);

    assertThat(err.toString().lines())
        .containsExactly(
            "--reason must have at most 200 characters; see `completion-worker control cancel"
                + " --help`",
            "--reason must be one line; see `completion-worker control cancel --help`");
  }

  @Test
  void shouldRefuseABudgetThatSaysNotForWhat() {
    assertThat(execute("control", "budget", "acme", "--amount", "5", "--dry-run")).isEqualTo(2);
    assertThat(execute("control", "budget", "acme", "--amount", "none", "--everything"))
        .isEqualTo(2);
    assertThat(execute("control", "budget", "a b", "--amount", "5", "--everything", "--dry-run"))
        .isEqualTo(2);

    assertThat(err.toString().lines())
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .startsWith(
                        "No budget acme is configured, so say what it is for: --batch, --user"),
            line -> assertThat(line).startsWith("--amount must be a number above 0"),
            line ->
                assertThat(line)
                    .contains("budget: must be 1 to 64 letters, digits, '.', '-' and '_'"));
  }

  /** As in {@code completion-worker batch --config FILE status ID}. */
  @Test
  void shouldTakeTheSettingsFileFromBeforeTheCommand() {
    String file = directory.resolve("none.properties").toString();

    assertThat(execute("batch", "--config", file, "cancel", "b", "--dry-run")).isEqualTo(2);

    assertThat(err.toString()).contains(file);
  }

  /** All that make a control, with the quotes that a shell takes away. */
  @Test
  void shouldTakeTheCommandsOfItsPage() {
    List<String> commands =
        Pattern.compile(
                "(?m)^ *completion-worker ((?:control (?:cancel|pause|limit)|batch cancel) .+)$")
            .matcher(Page.of("src/docs/control.md").text())
            .results()
            .map(found -> found.group(1))
            .toList();

    assertThat(commands).hasSizeGreaterThan(6);
    for (String command : commands) {
      String[] words =
          Pattern.compile("'([^']*)'|(\\S+)")
              .matcher(command + " --dry-run")
              .results()
              .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
              .toArray(String[]::new);
      assertThat(execute(words)).as("%s: %s", command, err).isZero();
    }
  }
}
