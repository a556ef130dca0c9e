// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Several files at once, and an input that does not end. */
class SubmitSeveralIT {

  private static final Pattern LOOKED = Pattern.compile("(?m)^look: ([0-9]+)");

  private static final SubmitStand stand = new SubmitStand();

  /** Not by JUnit, which closes fields after the search for secrets. */
  @AfterAll
  static void close() {
    stand.close();
  }

  /** What is on the topic is read once, and not for each of the files. */
  @Test
  @Tag("long")
  void shouldLookAtTheTopicOnceForAllFiles() throws Exception {
    int before = 3_000;
    try (CliProcess submit = stand.submit(stand.file("before", before, 20).toString())) {
      assertThat(submit.await()).as(submit.all()).isZero();
    }

    List<Path> files =
        List.of(stand.file("a", 10, 21), stand.file("b", 20, 22), stand.file("c", 30, 23));
    try (CliProcess submit =
        stand.submit(files.stream().map(Path::toString).toArray(String[]::new))) {
      assertThat(submit.await()).as(submit.all()).isZero();
      assertThat(LOOKED.matcher(submit.err()).results())
          .as(submit.err())
          .filteredOn(look -> Long.parseLong(look.group(1)) >= before)
          .hasSize(1);
      assertThat(submit.out().lines()).hasSize(3);
    }
  }

  /** Nothing was begun that it would have to end in good order. */
  @Test
  void shouldEndWhenItIsTerminatedWhileItWaitsForItsInput() throws Exception {
    Path pipe = Files.createTempDirectory("pipe").resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Process writer = new ProcessBuilder("sh", "-c", "exec sleep 600 > " + pipe).start();
    try (CliProcess submit = stand.submit(pipe.toString())) {
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> submit.alive() && isOpen(submit.pid(), pipe));
      assertThat(submit.stop()).isEqualTo(128 + 15);
      assertThat(submit.err()).contains("Nothing was published");
    } finally {
      writer.destroyForcibly();
    }
  }

  private static boolean isOpen(long pid, Path file) throws Exception {
    try (var open = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
      return open.anyMatch(link -> file.equals(target(link)));
    }
  }

  private static Path target(Path link) {
    try {
      return Files.readSymbolicLink(link);
    } catch (IOException e) {
      return link; // it was closed meanwhile
    }
  }
}
