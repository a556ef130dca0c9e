// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.completionworker.demo.endpoint.Behaviour;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** A file in, a file out, with a worker beside it. */
class BatchIT {

  private static final int LINES = 2_000;

  @Test
  void shouldAnswerAFileInItsOrderThoughItIsKilled(TestReporter reporter) throws Exception {
    long seed = System.nanoTime();
    reporter.publishEntry("seed of the kills", Long.toString(seed));
    Random random = new Random(seed);
    try (Stand stand = new Stand(Behaviour.instant(), 2);
        var worker = stand.start(Map.of())) {
      Path file = file(stand.directory.resolve("requests.jsonl"));
      Path out = stand.directory.resolve("answers.jsonl");
      List<String> batch =
          List.of(
              "batch",
              "--config",
              stand.file(Map.of()).toString(),
              "--out",
              out.toString(),
              "--ordered",
              file.toString());
      for (int i = 0; i < 3; i++) {
        try (CliProcess command = new CliProcess(stand.directory, "96m", batch)) {
          if (i == 0) { // on its way, however fast the machine is
            await().until(() -> stand.endpoint.total() > 0 || !command.alive());
          }
          command.killAfter(random.nextInt(3_000));
        }
      }
      try (CliProcess command = new CliProcess(stand.directory, "96m", batch)) {
        assertThat(command.await()).as(command.all()).isZero();
        assertThat(command.err()).contains(LINES + " of " + LINES + " requests");
        assertThat(command.all()).doesNotContain("\tat ");
      }

      assertThat(ids(out)).containsExactlyElementsOf(wanted());
      assertThat(worker).isNotNull();
    }
  }

  private static Path file(Path file) throws Exception {
    try (Writer out = Files.newBufferedWriter(file)) {
      for (String id : wanted()) {
        out.write(
            "{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\","
                    .formatted(id)
                + "\"body\":{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\","
                + "\"content\":\"Say %s\"}]}}\n".formatted(id));
      }
    }
    return file;
  }

  private static List<String> wanted() {
    List<String> ids = new ArrayList<>();
    for (int i = 1; i <= LINES; i++) {
      ids.add("c-" + i);
    }
    return ids;
  }

  private static List<String> ids(Path answers) throws Exception {
    ObjectMapper json = new ObjectMapper();
    List<String> ids = new ArrayList<>();
    for (String line : Files.readAllLines(answers)) {
      ids.add(json.readTree(line).get("custom_id").asText());
    }
    return ids;
  }
}
