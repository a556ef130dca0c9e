// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TerminalWidthTest {

  private static final Path SCRIPT = Path.of("/usr/bin/script");

  @TempDir Path directory;

  @Test
  void shouldBelieveTheTerminalMoreThanTheEnvironment() {
    Map<String, String> environment = Map.of("COLUMNS", "200");

    assertThat(new TerminalWidth(() -> OptionalInt.of(40), environment).getAsInt()).isEqualTo(40);
    assertThat(TerminalWidth.of(environment).getAsInt()).isEqualTo(200);
    assertThat(TerminalWidth.of(Map.of("COLUMNS", "wide")).getAsInt()).isEqualTo(80);
    assertThat(TerminalWidth.of(Map.of()).getAsInt()).isEqualTo(80);
  }

  @Test
  void shouldKnowNoWidthOfWhatIsNoTerminal() {
    assertThat(TerminalWidth.measure(new File("/dev/null"))).isEmpty();
    assertThat(TerminalWidth.measure(directory.resolve("none").toFile())).isEmpty();
  }

  @Test
  void shouldPrintNoLineThatATerminalOf40ColumnsBreaks() throws Exception {
    assumeTrue(Files.isExecutable(SCRIPT), "there is no script(1) to make a terminal");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String command =
        "stty cols 40 rows 20; exec '%s' -cp '%s' io.completionworker.CompletionWorker help collect"
            .formatted(java, System.getProperty("java.class.path"));
    ProcessBuilder terminal =
        new ProcessBuilder(SCRIPT.toString(), "-qec", command, "/dev/null")
            .redirectErrorStream(true);
    terminal.environment().put("COLUMNS", "200");
    terminal.environment().put("TERM", "xterm-256color");
    Process help = terminal.start();
    help.getOutputStream().close();
    String page = new String(help.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(help.waitFor()).as(page).isZero();
    String shown = page.replaceAll("\u001b\\[[0-9;]*m", "").replace("\r", "");
    assertThat(shown.lines())
        .hasSizeGreaterThan(30)
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(40))
        .anyMatch(line -> line.contains("2026-01-31T08:00:00Z"))
        .anyMatch(line -> line.contains("[--debug] [--ordered]"));
  }
}
