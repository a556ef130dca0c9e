// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A batch of which the topics have lost something, or the registry. */
@Tag("long")
class CollectRetentionIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  @AutoClose private final BatchStand stand = new BatchStand(1);
  private final Path out = stand.directory.resolve("answers.jsonl");

  @Test
  void shouldEndWhenTheRecordThatHasTheSizeIsGone() throws Exception {
    for (long line = 1; line <= 3; line++) {
      BatchStand.done(stand.response(BatchRecords.answer(BatchRecords.id("old", line), true)));
    }
    RecordMetadata last = published("old", 4, 4);
    stand.delete(new TopicPartition(BatchStand.REQUESTS, 0), last.offset() + 1);

    for (int run = 1; run <= 2; run++) {
      RunningCommand collect = collect("old");
      assertThat(collect.await()).as(collect.err()).isEqualTo(1);

      assertThat(collect.err().strip().lines().toList())
          .last()
          .asString()
          .contains("all 3 requests that are known have their outcome")
          .contains("was deleted by their retention");
      assertThat(Files.readAllLines(out)).hasSize(3);
    }
  }

  /** What others have published before is deleted all the time. */
  @Test
  void shouldFollowASubmitThatHasNotEndedThoughOlderRecordsAreGone() throws Exception {
    RecordMetadata other = published("other", 1, 1);
    published("new", 1, 0);
    BatchStand.done(stand.response(BatchRecords.answer(BatchRecords.id("new", 1), true)));
    stand.delete(new TopicPartition(BatchStand.REQUESTS, 0), other.offset() + 1);

    try (RunningCommand collect = collect("new", "--timeout", "12")) {
      assertThat(collect.await()).isEqualTo(1);
      assertThat(collect.err()).contains("its submit has not ended");
    }
    published("new", 2, 2);
    BatchStand.done(stand.response(BatchRecords.answer(BatchRecords.id("new", 2), true)));
    RunningCommand again = collect("new");
    assertThat(again.await()).as(again.err()).isZero();
    assertThat(Files.readAllLines(out)).hasSize(2);
  }

  @Test
  void shouldNotPassByAnAnswerThatItCannotDecode() throws Exception {
    for (long line = 1; line <= 3; line++) {
      published("unread", line, 3);
      stand.response(BatchRecords.answer(BatchRecords.id("unread", line), true));
    }
    stand.send(BatchStand.RESPONSES, "foreign", new byte[] {'h', 'i'}, Map.of());
    stand.flush();

    stand.registry.lose();
    RunningCommand refused = collect("unread", "--timeout", "60");
    assertThat(refused.await()).as(refused.err()).isEqualTo(1);
    assertThat(refused.err()).contains(" cannot be decoded: ", "give the registry its schemas");
    Path left = stand.directory.resolve("left.jsonl");
    RunningCommand leaving =
        stand.command(
            "collect",
            "--batch",
            "unread",
            "--out",
            left.toString(),
            "--timeout",
            "4",
            "--skip-undecodable");
    assertThat(leaving.await()).as(leaving.err()).isEqualTo(1);
    assertThat(leaving.err()).doesNotContain("give the registry its schemas");
    stand.registry.restore();

    RunningCommand again = collect("unread", "--timeout", "60");
    assertThat(again.await()).as(again.err()).isZero();
    assertThat(Files.readAllLines(out))
        .extracting(line -> JSON.readTree(line).path("custom_id").asText())
        .containsExactlyInAnyOrder("c-1", "c-2", "c-3");
  }

  private RunningCommand collect(String batch, String... more) {
    String[] command = new String[5 + more.length];
    System.arraycopy(
        new String[] {"collect", "--batch", batch, "--out", out.toString()}, 0, command, 0, 5);
    System.arraycopy(more, 0, command, 5, more.length);
    return stand.command(command);
  }

  private RecordMetadata published(String batch, long line, long size) throws Exception {
    Map<String, String> headers =
        size == 0 ? Map.of() : Map.of("completion-batch-size", Long.toString(size));
    return BatchStand.done(stand.request(BatchRecords.request(batch, line), headers));
  }
}
