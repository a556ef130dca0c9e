// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.fixtures.WorkerJvm;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a command does as a process of its own: to its locale, and when a signal ends it. */
class ChildProcessTest {

  private static final Duration LONG = Duration.ofMinutes(2);
  private static final String LETTERS = "Z\u00fcrich \u6771\u4eac \ud83d\ude00";

  @TempDir Path directory;
  private Path config;
  private Path temporary;

  @BeforeEach
  void write() throws IOException {
    temporary = Files.createDirectory(directory.resolve("tmp"));
    config =
        Files.writeString(
            directory.resolve("worker.properties"),
            "kafka.bootstrap.servers=b:9092\nschema.registry.url=http://r:8081\n"
                + ("kafka.client.tag.town=" + LETTERS + "\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-Dfile.encoding=US-ASCII", "-Dstdout.encoding=ISO-8859-1"})
  void shouldPrintUtf8WhateverTheLocaleIs(String option) throws Exception {
    Process shown = start(option, "config", "--config", config.toString());
    byte[] out = shown.getInputStream().readAllBytes();

    assertThat(shown.waitFor()).isZero();
    assertThat(new String(out, StandardCharsets.UTF_8))
        .contains("kafka.client.tag.town=" + LETTERS);
  }

  @Test
  void shouldPrintFaultsInUtf8() throws Exception {
    Files.writeString(config, "validation=" + LETTERS + "\n");

    Process refused = start("", "config", "--config", config.toString());
    byte[] err = refused.getErrorStream().readAllBytes();

    assertThat(refused.waitFor()).isEqualTo(2);
    assertThat(new String(err, StandardCharsets.UTF_8)).contains("'" + LETTERS + "'");
  }

  /** Prompts may be private, and a temporary directory is everybody's. */
  @Test
  void shouldKeepStandardInputToItsOwnerAndLeaveNothingBehindWhenItIsTerminated() throws Exception {
    Process submit = start("", "submit", "--dry-run", "--config", config.toString(), "-");
    OutputStream in = submit.getOutputStream();
    in.write("{\"model\":\"m\",\"messages\":[]}\n".repeat(10_000).getBytes(StandardCharsets.UTF_8));
    in.flush();
    await().atMost(LONG).until(() -> files().stream().anyMatch(ChildProcessTest::hasContent));
    assertThat(files())
        .allSatisfy(
            file ->
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------"));

    submit.destroy(); // as `kill` does, while it waits for more
    assertThat(submit.waitFor()).isEqualTo(128 + 15);
    assertThat(files()).isEmpty();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      return files.filter(file -> !file.toString().contains("hsperfdata")).toList();
    }
  }

  private static boolean hasContent(Path file) {
    try {
      return Files.size(file) > 0;
    } catch (IOException e) {
      return false; // it has just gone
    }
  }

  private Process start(String option, String... arguments) throws IOException {
    List<String> options = new ArrayList<>(List.of("-Djava.io.tmpdir=" + temporary));
    if (!option.isEmpty()) {
      options.add(option);
    }
    List<String> command = WorkerJvm.quickCommand(options, List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(Map.of("LANG", "C", "LC_ALL", "C"));
    return builder.start();
  }
}
