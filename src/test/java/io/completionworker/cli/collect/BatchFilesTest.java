// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.completionworker.cli.batch.LineFaults.InputFaultsException;
import io.completionworker.cli.collect.PreparedCollect.CollectOptions;
import io.completionworker.cli.records.RecordsException;
import io.completionworker.cli.records.StartAt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchFilesTest {

  private static final Map<TopicPartition, Long> REACHED = Map.of(new TopicPartition("t", 0), 9L);

  private static final Path OPEN_FILES = Path.of("/proc/self/fd");

  @TempDir Path directory;
  private Path out = Path.of("");
  private Path errors = Path.of("");

  @BeforeEach
  void name() {
    out = directory.resolve("a.jsonl");
    errors = CollectOptions.errorsBeside(out);
  }

  @Test
  void shouldForgetWhatWasWrittenBehindTheLastCheckpoint() throws IOException {
    for (boolean ordered : new boolean[] {false, true}) {
      out = directory.resolve("a-" + ordered);
      errors = CollectOptions.errorsBeside(out);
      try (BatchFiles files = open(ordered)) {
        answer(files, 1);
        files.checkpoint(REACHED);
        answer(files, 2);
        error(files, 3, "LATE");
      }
      try (BatchFiles files = open(ordered)) {
        assertThat(files.state().offsets()).isEqualTo(REACHED);
        assertThat(files.state().ledger().seen()).isEqualTo(1);
        answer(files, 3);
        answer(files, 2);
        files.checkpoint(REACHED);
        files.publish();
        files.writeErrors();
      }
      assertThat(out).hasContent(ordered ? "1\n2\n3" : "1\n3\n2");
      assertThat(errors).isEmptyFile();
    }
  }

  @Test
  void shouldPutALateAnswerInItsPlace() throws IOException {
    try (BatchFiles files = open(true)) {
      answer(files, 3);
      answer(files, 1);
      error(files, 2, "RATE_LIMITED");
      files.checkpoint(REACHED);
      files.publish();
      assertThat(files.writeErrors()).containsExactly(Map.entry("RATE_LIMITED", 1L));
    }
    assertThat(out).hasContent("1\n3");
    assertThat(errors).hasContent("2");
    try (BatchFiles files = open(true)) {
      answer(files, 2);
      files.checkpoint(REACHED);
      files.publish();
      assertThat(files.writeErrors()).isEmpty();
    }
    assertThat(out).hasContent("1\n2\n3");
    assertThat(errors).isEmptyFile();
  }

  @Test
  void shouldEndWhatAKillHasLeftHalfway() throws IOException {
    Path state = directory.resolve("a.jsonl.collect/state");
    Path inOrder = directory.resolve("a.jsonl.collect/in-order");
    try (BatchFiles files = open(true)) {
      answer(files, 1);
      files.checkpoint(REACHED);
      State before = files.state();
      files.publish();
      // as if killed after the state was noted and before the file was moved
      Files.move(out, inOrder);
      before.published(before.ledger().answers(), true).save(state);
    }
    try (BatchFiles files = open(true)) {
      assertThat(out).hasContent("1");
      answer(files, 2);
      files.checkpoint(REACHED);
      files.publish();
    }
    assertThat(out).hasContent("1\n2");
    assertThat(inOrder).doesNotExist();
  }

  @Test
  void shouldRefuseFilesOfSomethingElse() throws IOException {
    open(false).close();
    assertThatThrownBy(() -> open(true))
        .isInstanceOf(InputFaultsException.class)
        .hasMessageContaining("was begun without --ordered");
    CollectOptions other =
        new CollectOptions(
            "other",
            out,
            errors,
            false,
            false,
            StartAt.EARLIEST,
            Optional.empty(),
            Optional.empty());
    assertThatThrownBy(() -> BatchFiles.open(other))
        .isInstanceOf(InputFaultsException.class)
        .hasMessageContaining("has answers of batch b");
    try (BatchFiles files = open(false)) {
      assertThat(files.state().batch()).isEqualTo("b");
      assertThatThrownBy(() -> open(false))
          .isInstanceOf(RecordsException.class)
          .hasMessageContaining("Another collect");
    }
  }

  @Test
  void shouldSayThatItsFileWasCutOff() throws IOException {
    try (BatchFiles files = open(false)) {
      answer(files, 1);
      files.checkpoint(REACHED);
    }
    Files.writeString(out, "");

    assertThatThrownBy(() -> open(false))
        .isInstanceOf(RecordsException.class)
        .hasMessageContaining("is shorter than it was");
  }

  @Test
  void shouldLeaveNoFileOpenWhenItCannotOpenAll() throws IOException {
    assumeTrue(Files.isDirectory(OPEN_FILES), "open files are not listed here");
    for (String name : List.of("errors", "errors.places")) {
      for (boolean ordered : new boolean[] {false, true}) {
        out = directory.resolve(name + "-" + ordered);
        errors = CollectOptions.errorsBeside(out);
        Files.createDirectories(directory.resolve(out + ".collect").resolve(name));

        assertThatThrownBy(() -> open(ordered)).isInstanceOf(InputFaultsException.class);

        assertThat(openFiles()).isEmpty();
      }
    }
  }

  /** The open files of the test. */
  private List<Path> openFiles() throws IOException {
    List<Path> open = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(OPEN_FILES)) {
      for (Path one : all) {
        try {
          open.add(Files.readSymbolicLink(one));
        } catch (NoSuchFileException e) {
          // was closed in the meantime
        }
      }
    }
    Path here = directory.toRealPath();
    return open.stream().filter(file -> file.startsWith(here)).toList();
  }

  @Test
  void shouldTakeTheLastWordOnALine() throws IOException {
    try (BatchFiles files = open(false)) {
      error(files, 5, "OVERLOADED");
      error(files, 4, "RATE_LIMITED");
      error(files, 5, "RATE_LIMITED");
      files.checkpoint(REACHED);
      assertThat(files.writeErrors()).containsExactly(Map.entry("RATE_LIMITED", 2L));
    }
    assertThat(errors).hasContent("4\n5");
  }

  private BatchFiles open(boolean ordered) throws IOException {
    return BatchFiles.open(
        new CollectOptions(
            "b",
            out,
            errors,
            ordered,
            false,
            StartAt.EARLIEST,
            Optional.empty(),
            Optional.empty()));
  }

  private static void answer(BatchFiles files, long line) throws IOException {
    files.state().ledger().answered(line);
    files.answer(line, row(line));
  }

  private static void error(BatchFiles files, long line, String reason) throws IOException {
    files.state().ledger().failed(line);
    files.error(line, reason, row(line));
  }

  private static byte[] row(long line) {
    return (line + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
