// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** A submit that finds some of its batch on the topic, or another file under its name. */
class SubmitResumeIT {

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final SubmitStand stand = new SubmitStand();

  /** Not by JUnit, which closes fields after the search for secrets. */
  @AfterAll
  static void close() {
    stand.close();
  }

  @Tag("long")
  @Test
  void shouldPublishEveryLineOnceThoughItIsKilledTenTimes(TestReporter reporter) throws Exception {
    long seed = System.nanoTime();
    reporter.publishEntry("seed of the kills", Long.toString(seed));
    Random random = new Random(seed);
    int lines = 40_000;
    Path file = stand.file("killed", lines, 20);
    int killed = 0;
    for (int i = 0; i < 10; i++) {
      long until = stand.written() + random.nextInt(4_000);
      try (CliProcess submit = stand.submit("--batch", "killed", file.toString())) {
        Awaitility.await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(20))
            .until(() -> !submit.alive() || stand.written() >= until);
        killed += submit.alive() ? 1 : 0;
        submit.killAfter(0);
      }
    }

    try (CliProcess submit = stand.submit("--batch", "killed", file.toString())) {
      assertThat(submit.await()).as(submit.all()).isZero();
      assertThat(submit.all())
          .contains(lines + " of " + lines + " requests are on " + SubmitStand.TOPIC);
    }

    assertThat(killed).as("kills of a running submit, seed %d", seed).isGreaterThan(5);
    assertThat(stand.lines("killed"))
        .as("lines on the topic, seed %d", seed)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, lines).boxed().toList());
    assertThat(sizes("killed")).containsExactly(Integer.toString(lines));
  }

  /** Interrupted while the broker takes nothing, so that it cannot be through before. */
  @Test
  void shouldStopInGoodOrderWhenInterruptedAndGoOn() throws Exception {
    int lines = 20_000;
    Path file = stand.file("interrupted", lines, 20);
    stand.refuseWrites();
    try (CliProcess submit = stand.submit("--batch", "interrupted", file.toString())) {
      Awaitility.await()
          .atMost(PATIENCE)
          .until(() -> stand.isPublishing("completion-submit-interrupted") || !submit.alive());
      assertThat(submit.alive()).as(submit.all()).isTrue();
      submit.interrupt();
      Awaitility.await()
          .atMost(PATIENCE)
          .until(() -> submit.hasThread("interruption") || !submit.alive());
      stand.takeWrites();

      assertThat(submit.await()).as(submit.all()).isEqualTo(130);
      assertThat(submit.all().strip().lines().toList())
          .last()
          .asString()
          .startsWith("Stopped: ")
          .doesNotContain(lines + " of " + lines)
          .endsWith("the same command goes on with the rest");
    }

    try (CliProcess submit = stand.submit("--batch", "interrupted", file.toString())) {
      assertThat(submit.await()).as(submit.all()).isZero();
    }
    assertThat(stand.lines("interrupted"))
        .containsExactlyElementsOf(LongStream.rangeClosed(1, lines).boxed().toList());
  }

  @Test
  void shouldNotMissItsRecordsBehindAnotherOpenTransaction() throws Exception {
    Path file = stand.file("behind", 50, 20);
    try (KafkaProducer<byte[], byte[]> other = transactional("someone-else");
        KafkaProducer<byte[], byte[]> own = transactional("completion-submit-behind")) {
      other.beginTransaction();
      for (int partition = 0; partition < SubmitStand.PARTITIONS; partition++) {
        other.send(new ProducerRecord<>(SubmitStand.TOPIC, partition, null, new byte[] {1})).get();
      }
      own.beginTransaction();
      own.send(lastLine("behind", 50, file)).get();
      own.commitTransaction();
      try (CliProcess again = stand.submit("--batch", "behind", file.toString())) {
        Awaitility.await()
            .atMost(PATIENCE)
            .until(() -> again.all().contains("Waiting for a transaction"));
        other.abortTransaction();

        assertThat(again.await()).as(again.all()).isZero();
        assertThat(again.all()).contains("50 of 50 requests", "50 of them from before");
      }
    }
    assertThat(stand.lines("behind")).containsExactly(50L);
  }

  @Test
  @Tag("long")
  void shouldRefuseAnotherFileUnderTheSameId() throws Exception {
    Path one = stand.file("one", 10, 20);
    Path other = stand.file("other", 11, 20);
    try (CliProcess submit = stand.submit("--batch", "same", one.toString())) {
      assertThat(submit.await()).as(submit.all()).isZero();
    }

    try (CliProcess submit = stand.submit("--batch", "same", other.toString())) {
      assertThat(submit.await()).isEqualTo(2);
      assertThat(submit.all()).contains("another --batch").doesNotContain("\tat ");
    }
    assertThat(stand.lines("same")).hasSize(10);
  }

  /** A record as submit has it, of the last line of a file. */
  private static ProducerRecord<byte[], byte[]> lastLine(String batch, int line, Path file)
      throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    CompletionRequest request =
        CompletionRequest.newBuilder(Stand.request("batch:" + batch + ":" + line + ":c-" + line))
            .build();
    byte[] value =
        stand
            .serdes()
            .forValues(CompletionRequest.class)
            .serializer()
            .serialize(SubmitStand.TOPIC, request);
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(SubmitStand.TOPIC, 0, null, value);
    record
        .headers()
        .add(
            "completion-batch-digest",
            HexFormat.of().formatHex(digest).getBytes(StandardCharsets.UTF_8));
    return record;
  }

  private static List<String> sizes(String batch) {
    List<String> sizes = new ArrayList<>();
    stand.forEachRecord(
        record -> {
          Header size = record.headers().lastHeader("completion-batch-size");
          boolean ours =
              new String(record.value(), StandardCharsets.UTF_8).contains("batch:" + batch + ":");
          if (size != null && ours) {
            sizes.add(new String(size.value(), StandardCharsets.UTF_8));
          }
        });
    return sizes;
  }

  private static KafkaProducer<byte[], byte[]> transactional(String id) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", stand.brokers());
    settings.put("transactional.id", id);
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    producer.initTransactions();
    return producer;
  }
}
