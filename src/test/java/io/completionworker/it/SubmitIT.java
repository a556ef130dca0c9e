// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A submit that nothing disturbs. */
class SubmitIT {

  private static final SubmitStand stand = new SubmitStand();

  /** Not by JUnit, which closes fields after the search for secrets. */
  @AfterAll
  static void close() {
    stand.close();
  }

  @Tag("long")
  @Test
  void shouldPublishTwoHundredThousandLinesInLittleMemory() throws Exception {
    int lines = 200_000;
    Path file = stand.file("large", lines, 400);
    long peak;
    long began = System.nanoTime();
    try (CliProcess submit = stand.submitAsUsersDo("--batch", "large", file.toString())) {
      assertThat(submit.await()).as(submit.all()).isZero();
      peak = submit.peakBytes();
    }

    System.out.println(
        "SubmitIT: peak of submit "
            + (peak >> 20)
            + " MiB, "
            + Duration.ofNanos(System.nanoTime() - began).toSeconds()
            + " s");
    assertThat(peak).isBetween(1L, 256L << 20);
    assertThat(stand.lines("large")).hasSize(lines);
  }

  @Test
  void shouldDrawABarOnATerminal() throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/script")),
        "no pseudo-terminal: `script` of util-linux is not installed");
    Path file = stand.file("terminal", 3_000, 20);
    String command =
        String.join(
            " ",
            CliProcess.commandLine(
                "96m", List.of("submit", "--config", stand.config.toString(), file.toString())));
    ProcessBuilder script =
        new ProcessBuilder("/usr/bin/script", "-qfec", command, "/dev/null")
            .redirectErrorStream(true);
    script.environment().putAll(Map.of("COLUMNS", "70", "TERM", "xterm", "NO_COLOR", "1"));
    Process process = script.start();
    String screen = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(screen).isZero();
    assertThat(screen)
        .containsPattern("\rsubmit \\d+% \\[[=-]{8,40}\\] \\d+/3000")
        .containsPattern("\rsubmit 100% \\[=+\\] 3000/3000 [\\d.]+/s in 0:\\d\\d:\\d\\d\u001b\\[K")
        .doesNotContain("\u001b[3");
    for (String line : screen.split("[\r\n]+", -1)) {
      if (line.startsWith("submit ") || line.startsWith("check ")) {
        assertThat(line.replace("\u001b[K", "")).hasSizeLessThan(70);
      }
    }
  }
}
