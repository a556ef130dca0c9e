// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.completionworker.avro.FailureReason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Answers of a batch on standard output. */
class CollectPrintedIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  @AutoClose private final BatchStand stand = new BatchStand(3);

  @Test
  @Tag("long")
  void shouldPrintNothingButAnswersOnStandardOutput() throws Exception {
    for (long line = 1; line <= 20; line++) {
      RecordMetadata source = published(line, line == 20 ? 20 : 0);
      if (line == 7) {
        stand.failure(
            BatchRecords.failure(
                BatchRecords.request("printed", 7),
                FailureReason.CONNECT_FAILED,
                true,
                null,
                source),
            Map.of());
      } else {
        stand.response(BatchRecords.answer(BatchRecords.id("printed", line), true));
      }
    }
    stand.flush();

    Path errors = stand.directory.resolve("printed-errors.jsonl");
    for (List<String> more : List.of(List.<String>of(), List.of("--ordered"))) {
      List<String> command =
          new ArrayList<>(List.of("collect", "--batch", "printed", "--out", "-"));
      command.addAll(more);
      command.addAll(List.of("--errors", errors.toString()));
      RunningCommand collect = stand.command(command.toArray(String[]::new));
      assertThat(collect.await()).as(collect.err()).isZero();

      assertThat(collect.out().lines())
          .hasSize(19)
          .allSatisfy(line -> assertThat(JSON.readTree(line).has("custom_id")).isTrue());
      assertThat(collect.err()).contains("answers   19 in standard output", "failures  1 in");
      assertThat(Files.readAllLines(errors)).hasSize(1);
      Files.delete(errors);
    }
    RunningCommand counting =
        stand.command("collect", "--batch", "printed", "--out", "-", "--output", "json");
    assertThat(counting.await()).isZero();
    assertThat(counting.out().lines()).hasSize(19);
    assertThat(counting.err()).contains("\"failures\":1", "--errors names none");
  }

  private RecordMetadata published(long line, long size) throws Exception {
    return BatchStand.done(
        stand.request(
            BatchRecords.request("printed", line),
            size == 0 ? Map.of() : Map.of("completion-batch-size", Long.toString(size))));
  }
}
