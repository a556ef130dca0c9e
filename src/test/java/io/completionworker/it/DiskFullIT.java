// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk that becomes full while answers are written. */
@Tag("long")
class DiskFullIT {

  private static final int LINES = 2_000;

  @AutoClose private static final BatchStand stand = new BatchStand(2);

  /** No file may be larger than this: what a write meets is what it meets on a full disk. */
  @ParameterizedTest
  @ValueSource(strings = {"text", "ordered"})
  void shouldNameTheFileAndGoOnWhenThereIsRoom(String how) throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "there is no bash");
    publish("limited-" + how);
    Path out = stand.directory.resolve("limited-" + how + ".jsonl");

    Ended full = run(List.of("/bin/bash", "-c", "ulimit -f 128; exec \"$@\"", "bash"), how, out);

    assertThat(full.exitCode()).as(full.text()).isEqualTo(1);
    assertThat(full.lastLine())
        .startsWith("Cannot write " + out)
        .endsWith(": File too large; mend that, and the same command goes on where it stopped");
    assertDone(run(List.of(), how, out), out);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "ordered"})
  void shouldGoOnWhenAFullDiskHasRoomAgain(String how) throws Exception {
    Path disk = Files.createDirectories(stand.directory.resolve("disk-" + how));
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/mount"))
            && execute(List.of("mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", disk.toString()))
                    .exitCode()
                == 0,
        "no file system can be mounted here");
    try {
      publish("mounted-" + how);
      Path out = disk.resolve("mounted-" + how + ".jsonl");
      Ended full = run(List.of(), how, out);

      assertThat(full.exitCode()).as(full.text()).isEqualTo(1);
      assertThat(full.lastLine())
          .startsWith("Cannot write " + out)
          .contains(": No space left on device; ");

      // what is full before it begins is known before it begins
      fill(disk.resolve("filler"));
      Ended again = run(List.of(), how, out);
      assertThat(again.exitCode()).as(again.text()).isEqualTo(2);
      assertThat(again.lastLine())
          .isEqualTo(
              "Cannot write "
                  + out
                  + ": No space left on device; mend that, or choose another file");

      Files.delete(disk.resolve("filler"));
      execute(List.of("mount", "-o", "remount,size=8m", disk.toString()));
      assertDone(run(List.of(), how, out), out);
    } finally {
      execute(List.of("umount", disk.toString()));
    }
  }

  private static void fill(Path file) throws IOException {
    try (var out = Files.newOutputStream(file)) {
      while (true) {
        out.write(0);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }

  private static void publish(String batch) {
    for (long line = 1; line <= LINES; line++) {
      stand.request(
          BatchRecords.request(batch, line),
          line == LINES ? Map.of("completion-batch-size", Long.toString(LINES)) : Map.of());
      stand.response(BatchRecords.answer(BatchRecords.id(batch, line), true));
    }
    stand.flush();
  }

  private static void assertDone(Ended ended, Path out) throws IOException {
    assertThat(ended.exitCode()).as(ended.text()).isZero();
    assertThat(
            Files.readAllLines(out).stream()
                .map(line -> line.replaceAll(".*\"custom_id\":\"([^\"]*)\".*", "$1")))
        .containsExactlyInAnyOrderElementsOf(
            LongStream.rangeClosed(1, LINES).mapToObj(line -> "c-" + line).toList());
  }

  private record Ended(int exitCode, String text) {
    String lastLine() {
      return text.strip().lines().reduce("", (before, line) -> line);
    }
  }

  private static Ended run(List<String> before, String how, Path out) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "collect",
                "--config",
                stand.config.toString(),
                "--batch",
                out.getFileName().toString().replace(".jsonl", ""),
                "--out",
                out.toString()));
    if (how.equals("ordered")) {
      arguments.add("--ordered");
    }
    List<String> command = new ArrayList<>(before);
    command.addAll(CliProcess.commandLine("96m", arguments));
    return execute(command);
  }

  private static Ended execute(List<String> command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), text);
  }
}
