// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command line says of itself, and to whom does not know it. */
class CliUsageTest extends InProcessCli {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "walk",
        "run --cofnig x",
        "run --config",
        "topics --partitions many",
        "topics --partitions 0",
        "topics --replication-factor 0",
        "topics --timeout 0",
        "check --timeout 0",
        "config --refrence",
        "submit",
        "submit --format yaml f",
        "submit --batch a/b f",
        "submit --batch b f g",
        "submit --max-errors 0 f",
        "submit --deadline soon f",
        "submit --since noon f",
        "submit --on-invalid fix f",
        "submit --class bulk f",
        "submit - -",
        "batch f",
        "batch f --out g --timeout 0",
        "collect --batch b",
        "collect --out f",
        "collect --batch b/c --out f",
        "collect --batch b --out f --timeout 0",
        "collect --batch b --out f --errors ./f",
        "bacth seven.jsonl --config w.properties",
        "redrive --from 1h --to 2h",
        "topics --partitions x",
        "find",
        "find --from noon r",
        "find --from latest r",
        "usage --by modle",
        "usage --where tenant=acme",
        "usage --from noon",
        "usage --from latest",
        "usage --from today --to yesterday",
        "usage --time-zone Berlin",
        "collect --batch b --out f --since noon",
        "collect --batch b --out f --output xml",
        "redrive --rate 0",
        "redrive --reason BORED",
        "redrive --from later",
        "redrive --dead-letters --reason NOT_FOUND",
        "redrive --dead-letters --retryable any",
        "tail answers",
        "tail failures --class bulk",
        "tail requests --class bulk",
        "ask --model m --class bulk why",
        "topics repartition --class bulk",
        "tail -n 0",
        "tail -n 99999999999999999999",
        "tail --from 999999999d",
        "tail --from +999999999-01-01",
        "redrive --to 1969-12-31",
        "collect --batch b --out f --since 999999999d",
        "collect --batch b --out f --timeout 9223372036854775807",
        "collect --batch b --out - --errors -",
        "batch f --out g --timeout 99999999999999999999",
        "topics --timeout 2147484",
        "topics --timeout 99999999999",
        "check --timeout 2147483647",
        "run --from 999999999d",
        "tail --from soon",
        "control",
        "control stop",
        "control cancel",
        "control cancel --everything --batch b",
        "control cancel --batch=",
        "control cancel --batch a/b",
        "control cancel --metadata team --dry-run",
        "control cancel --metadata a=1 --metadata a=2",
        "control cancel --batch b --published-before noon",
        "control cancel --batch b --expires-in 0d",
        "control cancel --batch b --id a/b",
        "control pause --batch b --published-before 1h",
        "control pause",
        "control resume",
        "control resume --id p --batch b",
        "control limit --requests-per-minute 5",
        "control limit --everything",
        "control limit --everything --model m --max-in-flight 1",
        "control limit --batch b --max-in-flight 1",
        "control limit --everything --max-in-flight 0",
        "control limit --model m --tokens-per-minute many",
        "control list --output xml",
        "control withdraw",
        "batch --out f",
        "batch status",
        "batch status a/b",
        "batch status b --from latest",
        "batch cancel",
        "batch cancel a/b",
        "batch list --from soon"
      })
  void shouldRefuseWrongUsage(String arguments) {
    assertThat(execute(arguments.isEmpty() ? new String[0] : arguments.split(" "))).isEqualTo(2);

    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).matches("(?s).*[;?] [sS]ee `completion-worker.* --help`\n");
    assertThat(out.toString()).isEmpty();
    assertThat(runs).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "walk | There is no command walk; see `completion-worker --help`",
        "tial | There is no command tial; did you mean tail?" + " See `completion-worker --help`",
        "tail --form 1h | Unknown option: '--form'; did you mean --from?"
            + " See `completion-worker tail --help`",
        "collect --out f | Missing required option: '--batch=ID';"
            + " see `completion-worker collect --help`",
        "redrive --rate 2e9 | --rate must be more than 0 and at most 1000000000, and is 2.0E9;"
            + " see `completion-worker redrive --help`",
        "redrive --retryable so | Invalid value for option '--retryable':"
            + " must be one of yes, no, any, and is so; see `completion-worker redrive --help`",
        "topics --timeout 99999999999999999999 | Invalid value for option '--timeout': is too large:"
            + " 99999999999999999999; see `completion-worker topics --help`",
        "collect --batch b --out f --timeout 9223372036854775807 | --timeout must be at most"
            + " 315360000 seconds, and is 9223372036854775807;"
            + " see `completion-worker collect --help`",
        "tail --from 999999999d | --from: '999999999d' is not between 1970 and 9999, and no record"
            + " can be of that time; see `completion-worker tail --help`",
        "tail answers | Invalid value for positional parameter at index 0 (TOPIC): expected one of"
            + " requests, responses, usage, failures, chunks, usage-windows, dead-letters, controls,"
            + " but was 'answers'; see `completion-worker tail --help`",
        "control cancel | Nothing is selected; give --request, --batch, --trace, --user,"
            + " --virtual-key, --model, --metadata or --everything;"
            + " see `completion-worker control cancel --help`",
        "control cancel --batch= | --batch is empty; see `completion-worker control cancel --help`",
        "control limit --everything --requests-per-minute 0 --max-in-flight 0 |"
            + " --requests-per-minute: '0.0' is not allowed; allowed: a number from 0.001 to 1.0E9;"
            + " --max-in-flight: '0' is not allowed; allowed: a whole number from 1 to 100000;"
            + " see `completion-worker control limit --help`",
        "control limit --model m | No limit is given, such as --requests-per-minute or"
            + " --max-in-flight; see `completion-worker control limit --help`",
        "batch f | Missing required option: '--out=FILE'; see `completion-worker batch --help`",
        "batch --out f | Missing required parameter: 'FILE'; see `completion-worker batch --help`",
        "batch | Missing required options and parameters: '--out=FILE', 'FILE';"
            + " see `completion-worker batch --help`",
        "collect --batch b --out f --output xml | Invalid value for option '--output':"
            + " must be one of text, json, and is xml; see `completion-worker collect --help`"
      })
  void shouldSayWhatIsWrongInOneLine(String arguments, String line) {
    assertThat(execute(arguments.split(" "))).isEqualTo(2);

    assertThat(err.toString().strip()).isEqualTo(line);
  }

  @Test
  void shouldNameReasonsByTheirSymbols() {
    assertThat(execute("redrive", "--reason", "rate-limited")).isEqualTo(2);

    assertThat(err.toString())
        .contains("must be one of UNKNOWN, INVALID_REQUEST, ", ", RATE_LIMITED, ")
        .contains(", and is rate-limited;");
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 55, 60, 80, 132})
  void shouldFitItsPagesToTheTerminalAndBreakNoDate(int columns) {
    environment.put("COLUMNS", Integer.toString(columns));
    for (String command :
        List.of("submit", "collect", "batch", "ask", "redrive", "tail", "topics", "run", "check")) {
      assertThat(execute("help", command)).isZero();
    }
    for (String command :
        List.of("control cancel", "control pause", "control limit", "batch status", "batch list")) {
      assertThat(execute((command + " --help").split(" "))).isZero();
    }
    assertThat(execute("--help")).isZero();

    assertThat(out.toString().lines())
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(columns))
        .filteredOn(line -> line.contains("2026"))
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).matches(".*2026-01-31(T08:00:00Z.*|[^-T0-9].*|)"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "run --help",
        "topics --help",
        "check --help",
        "config --help",
        "submit --help",
        "batch --help",
        "help submit",
        "completion --help",
        "collect --help",
        "redrive --help",
        "tail --help",
        "control --help",
        "control cancel --help",
        "help control",
        "batch status --help",
        "--version"
      })
  void shouldHelp(String arguments) {
    assertThat(execute(arguments.split(" "))).isZero();

    assertThat(out.toString()).contains("completion-worker");
    assertThat(err.toString()).isEmpty();
    assertThat(runs).isEmpty();
  }

  @Test
  void shouldHaveTheSectionsOfAManualPage() {
    assertThat(execute("help", "submit")).isZero();

    assertThat(out.toString())
        .containsSubsequence(
            "Synopsis:",
            "completion-worker submit",
            "Description:",
            "Arguments:",
            "Options:",
            "--on-invalid",
            "Exit codes:",
            "Environment:",
            "NO_COLOR",
            "Examples:");
  }

  @Test
  void shouldPrintAScriptThatABashTakes() throws Exception {
    assertThat(execute("completion")).isZero();
    assertThat(out.toString())
        .contains("completion-worker", "--on-invalid", "redrive", "--published-before", "withdraw");

    Path script = Files.writeString(directory.resolve("completion"), out.toString());
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "there is no bash");
    Process bash = new ProcessBuilder("/bin/bash", "-n", script.toString()).start();
    assertThat(bash.waitFor()).isZero();
  }
}
