// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.completionworker.avro.FailureReason;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Collecting much, and being killed at it. */
class CollectKillIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int KILLS = Integer.getInteger("collect.kills", 6);

  /** As many as the memory is measured with; the default keeps the build short. */
  private static final int LINES = Integer.getInteger("collect.lines", 20_000);

  private static final long MOST_BYTES = 256L << 20;

  @AutoClose private static final BatchStand stand = new BatchStand(3);

  @Tag("long")
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldLeaveNoCopyAndNoGapWhenKilledAgainAndAgain(boolean ordered, TestReporter reporter)
      throws Exception {
    long seed = System.nanoTime();
    reporter.publishEntry("seed of the kills", Long.toString(seed));
    Random random = new Random(seed);
    String batch = ordered ? "killed-sorted" : "killed";
    int size = 4_000;
    Path out = stand.directory.resolve(batch + ".jsonl");
    List<String> command =
        new ArrayList<>(List.of("collect", "--batch", batch, "--out", out.toString()));
    if (ordered) {
      command.add("--ordered");
    }
    publish(batch, size);
    AtomicBoolean slow = new AtomicBoolean(true);
    Thread worker = new Thread(() -> answer(batch, size, slow), "outcomes");
    worker.start();
    int kills = 0;
    while (kills < KILLS) {
      CliProcess collect = stand.process("96m", command.toArray(String[]::new));
      Path state = Path.of(out + ".collect", "state");
      await().atMost(Duration.ofMinutes(2)).until(() -> !collect.alive() || Files.exists(state));
      if (collect.killAfter(random.nextInt(3_000))) {
        kills++;
      }
    }
    slow.set(false);
    worker.join();
    CliProcess last = stand.process("96m", command.toArray(String[]::new));
    assertThat(last.await()).as(last.err()).isZero();

    BitSet answered = lines(out, ordered);
    BitSet failed = lines(stand.directory.resolve(batch + ".errors.jsonl"), true);
    assertThat(failed.cardinality()).isEqualTo(size / 50);
    assertThat(answered.cardinality()).isEqualTo(size - size / 50);
    assertThat(answered.intersects(failed)).isFalse();
  }

  @Tag("long")
  @Test
  void shouldCollectMuchInOrderWithLittleMemory(TestReporter reporter) throws Exception {
    publish("much", LINES);
    answer("much", LINES, new AtomicBoolean());
    Path out = stand.directory.resolve("much.jsonl");
    long started = System.nanoTime();
    CliProcess collect =
        stand.process("96m", "collect", "--batch", "much", "--out", out.toString(), "--ordered");
    assertThat(collect.await()).as(collect.err()).isZero();

    reporter.publishEntry(
        "collect",
        "%d lines in %d ms, at most %d MiB"
            .formatted(
                LINES, (System.nanoTime() - started) / 1_000_000, collect.peakBytes() >> 20));
    assertThat(lines(out, true).cardinality()).isEqualTo(LINES - LINES / 50);
    assertThat(collect.peakBytes()).isBetween(1L << 20, MOST_BYTES);
  }

  private static void publish(String batch, int size) {
    for (int line = 1; line <= size; line++) {
      stand.request(
          BatchRecords.request(batch, line),
          line == size ? Map.of("completion-batch-size", Integer.toString(size)) : Map.of());
    }
    stand.flush();
  }

  /**
   * Outcomes in an order of their own, as calls end; every fiftieth is a failure. While it is slow,
   * the last ones do not come, so that a collect cannot be through before it is killed.
   */
  private static void answer(String batch, int size, AtomicBoolean slow) {
    RecordMetadata somewhere =
        new RecordMetadata(new TopicPartition(BatchStand.REQUESTS, 0), 0, 0, 0, 0, 0);
    for (int i = 0; i < size; i++) {
      int line = 1 + (i ^ 5) % size;
      if (size % 8 != 0) {
        throw new IllegalArgumentException("lines come in groups of eight");
      }
      if (line % 50 == 0) {
        stand.failure(
            BatchRecords.failure(
                BatchRecords.request(batch, line), FailureReason.OVERLOADED, true, 503, somewhere),
            Map.of());
      } else {
        String id = BatchRecords.id(batch, line);
        stand.response(BatchRecords.answer(id, true));
        stand.usage(BatchRecords.usage(id, "gpt-4o-mini"));
      }
      if (slow.get() && i % 20 == 0) {
        LockSupport.parkNanos(100_000_000);
      }
      while (slow.get() && i > size / 2) {
        LockSupport.parkNanos(10_000_000);
      }
    }
    stand.flush();
  }

  /** Lines of the input that stand in a file, each whole and only once. */
  private static BitSet lines(Path file, boolean inOrder) throws IOException {
    BitSet seen = new BitSet();
    int before = 0;
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      for (String text = reader.readLine(); text != null; text = reader.readLine()) {
        int line = Integer.parseInt(JSON.readTree(text).path("custom_id").asText().substring(2));
        assertThat(seen.get(line)).as("a copy of line %s in %s", line, file).isFalse();
        if (inOrder) {
          assertThat(line).isGreaterThan(before);
        }
        seen.set(line);
        before = line;
      }
    }
    return seen;
  }
}
