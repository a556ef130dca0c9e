// SPDX-License-Identifier: Apache-2.0
package io.completionworker.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.deploy.Tool.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The alerts fire when they should, and say what to read then. */
class AlertsTest {

  static final Path RULES = Path.of("deploy", "prometheus", "alerts.yml");
  private static final Path TESTS = Path.of("deploy", "prometheus", "alerts-test.yml");
  private static final String LOSS = "the alerts are not checked";

  @Test
  void shouldBeRulesThatPrometheusTakes() {
    Result result = Tool.orSkip("promtool", LOSS).run("check", "rules", RULES.toString());

    assertThat(result.exitCode()).as(result.text()).isZero();
  }

  @Test
  void shouldFireWhenTheyHaveToAndKeepStillWhenNot() {
    Result result = Tool.orSkip("promtool", LOSS).run("test", "rules", TESTS.toString());

    assertThat(result.exitCode()).as(result.text()).isZero();
  }

  @Test
  void shouldEachHaveATestOfFiringAndOfKeepingStill() throws IOException {
    String tests = Files.readString(TESTS);

    assertThat(alerts())
        .isNotEmpty()
        .allSatisfy(
            alert ->
                assertThat(tests)
                    .contains("- name: " + alert + " fires\n")
                    .contains("- name: " + alert + " keeps still\n"));
  }

  @Test
  void shouldEachHaveItsPartOfTheOperationsPage() throws IOException {
    List<String> headings = Files.readAllLines(Path.of("src", "docs", "operations.md"));
    String rules = Files.readString(RULES);

    assertThat(alerts())
        .allSatisfy(
            alert -> {
              assertThat(headings.contains("### " + alert)).as("### %s", alert).isTrue();
              assertThat(rules)
                  .contains("src/docs/operations.md#" + alert.toLowerCase(Locale.ROOT) + "\n");
            });
  }

  private static List<String> alerts() throws IOException {
    return Pattern.compile("- alert: (\\w+)")
        .matcher(Files.readString(RULES))
        .results()
        .map((MatchResult hit) -> hit.group(1))
        .toList();
  }
}
