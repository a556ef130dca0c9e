// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.completionworker.avro.CompletionFailure;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.FailureReason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

class RedriveIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  @AutoClose private static final BatchStand stand = new BatchStand(2);

  @Test
  @Tag("long")
  void shouldSendOnceWhatMaySucceedLaterAndKeepItsCount() throws Exception {
    fail("counted", 1, FailureReason.RATE_LIMITED, true, Map.of());
    fail("counted", 2, FailureReason.BAD_REQUEST, false, Map.of());
    fail(
        "counted",
        3,
        FailureReason.OVERLOADED,
        true,
        Map.of(
            "redrive_count", "2",
            "redrive_source", "completion-failures-0-999",
            "tenant", "acme",
            "x-portkey-trace-id", "my-trace",
            "x-portkey-span-id", "00000000000000aa",
            "x-portkey-parent-span-id", "00000000000000bb",
            "traceparent", "00-0000000000000000000000000000000a-00000000000000aa-01"));

    assertThat(redrive("--batch", "counted", "--dry-run"))
        .contains("would send 2", "RATE_LIMITED batch:counted:1:c-1 gpt-4o-mini")
        .contains("redriven 2 times");
    assertThat(copies("counted")).isEmpty();
    assertThat(redrive("--batch", "counted")).contains("sent 2").doesNotContain("left");
    assertThat(redrive("--batch", "counted")).contains("sent 0", "left 2 sent before");

    Map<String, ConsumerRecord<byte[], byte[]>> copies =
        copies("counted").stream()
            .collect(Collectors.toMap(one -> stand.decoded(one).getRequestId(), one -> one));
    assertThat(copies).containsOnlyKeys("batch:counted:1:c-1", "batch:counted:3:c-3");
    ConsumerRecord<byte[], byte[]> third =
        Objects.requireNonNull(copies.get("batch:counted:3:c-3"));
    assertThat(headers(third))
        .containsEntry("redrive_count", "3")
        .containsEntry("tenant", "acme")
        .containsEntry("x-portkey-trace-id", "my-trace")
        .containsEntry("traceparent", "00-0000000000000000000000000000000a-00000000000000bb-01");
    assertThat(headers(third).get("redrive_source"))
        .matches("completion-failures-[01]-\\d+")
        .isNotEqualTo("completion-failures-0-999");
    assertThat(third.key()).isEqualTo("batch:counted:3:c-3".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  @Tag("long")
  void shouldSendWhatTheFiltersLetPassAndLeaveTheRestForLater() throws Exception {
    fail("some", 1, FailureReason.RATE_LIMITED, true, Map.of("x-portkey-trace-id", "t-1"));
    fail("some", 2, FailureReason.NOT_FOUND, false, Map.of("x-portkey-trace-id", "t-2"));
    fail("some", 3, FailureReason.SERVER_ERROR, true, Map.of("x-portkey-trace-id", "t-3"));
    fail("some", 4, FailureReason.SERVER_ERROR, true, Map.of("x-portkey-trace-id", "t-4"));

    assertThat(redrive("--batch", "some", "--to", "1h")).contains("sent 0");
    assertThat(redrive("--batch", "some", "--model", "other")).contains("sent 0");
    assertThat(redrive("--batch", "some", "--reason", "not_found")).contains("sent 1");
    assertThat(redrive("--batch", "some", "--trace-id", "t-4", "--from", "1h")).contains("sent 1");
    JsonNode last = last(redrive("--batch", "some", "--output", "json"));
    assertThat(last.path("sent").asInt()).isEqualTo(2);
    assertThat(last.path("sent_before").asInt()).isEqualTo(1);
    assertThat(
            last(redrive("--batch", "some", "--retryable", "any", "--output", "json"))
                .path("sent")
                .asInt())
        .isZero();
    assertThat(copies("some")).hasSize(4);
  }

  @Test
  @Tag("long")
  void shouldSendADeadLetterByteForByteWithoutItsErrors() throws Exception {
    byte[] bytes = {7, 6, 5};
    RecordMetadata source =
        BatchStand.done(stand.send(BatchStand.REQUESTS, "dead", bytes, Map.of()));
    stand.send(
        BatchStand.DEAD_LETTERS,
        "dead",
        bytes,
        Map.of(
            "tenant", "acme",
            "__streams.errors.message", "no schema",
            "__streams.errors.topic", source.topic(),
            "__streams.errors.partition", Integer.toString(source.partition()),
            "__streams.errors.offset", Long.toString(source.offset())));
    stand.flush();

    assertThat(redrive("--dead-letters")).contains("sent 1");
    assertThat(redrive("--dead-letters")).contains("sent 0", "left 1 sent before");

    List<ConsumerRecord<byte[], byte[]>> copies =
        stand.read(BatchStand.REQUESTS).stream()
            .filter(one -> headers(one).getOrDefault("redrive_source", "").contains("dead-letters"))
            .toList();
    assertThat(copies).hasSize(1);
    assertThat(copies.get(0).value()).isEqualTo(bytes);
    assertThat(headers(copies.get(0)))
        .containsOnlyKeys("tenant", "redrive_count", "redrive_source");
  }

  @Test
  @Tag("long")
  void shouldFindARequestThatTheFailureDoesNotCarryAndSayWhenItIsGone() throws Exception {
    try (BatchStand other = new BatchStand(1)) {
      for (long line = 1; line <= 3; line++) {
        CompletionRequest request = BatchRecords.request("large", line);
        RecordMetadata source = BatchStand.done(other.request(request, Map.of("tenant", "acme")));
        CompletionFailure failure =
            BatchRecords.failure(request, FailureReason.SERVER_ERROR, true, 500, source);
        if (line < 3) {
          failure = CompletionFailure.newBuilder(failure).setRequest(null).build();
        }
        other.failure(failure, Map.of("x-portkey-trace-id", "t-" + line));
      }
      other.flush();
      // the first request is gone, and with it what could tell whether it was sent again
      other.delete(new TopicPartition(BatchStand.REQUESTS, 0), 1);
      RunningCommand redrive = other.command("redrive");
      assertThat(redrive.await()).as(redrive.err()).isZero();
      assertThat(redrive.out())
          .contains("gone completion-failures-0-0", "sent 2", "left 1 without their request");
      List<ConsumerRecord<byte[], byte[]>> copies = other.read(BatchStand.REQUESTS);
      copies.removeIf(one -> !headers(one).containsKey("redrive_source"));
      assertThat(copies).hasSize(2);
      assertThat(headers(copies.get(0)))
          .containsEntry("tenant", "acme")
          .containsEntry("x-portkey-trace-id", "t-2");
      assertThat(other.decoded(copies.get(0))).isEqualTo(BatchRecords.request("large", 2));

      // now nothing tells any more whether the third one was sent
      other.delete(new TopicPartition(BatchStand.REQUESTS, 0), copies.get(1).offset() + 1);
      RunningCommand unsure = other.command("redrive");
      assertThat(unsure.await()).isZero();
      assertThat(unsure.out()).contains("sent 0", "left 1 older than the request topic");
      RunningCommand sure = other.command("redrive", "--unproven");
      assertThat(sure.await()).isZero();
      assertThat(sure.out()).contains("sent 1");
    }
  }

  @Tag("long")
  @Test
  void shouldSendNothingTwiceWhenKilledOrOvertaken(TestReporter reporter) throws Exception {
    int failures = 600;
    for (long line = 1; line <= failures; line++) {
      fail("rerun", line, FailureReason.RATE_LIMITED, true, Map.of());
    }
    long seed = System.nanoTime();
    reporter.publishEntry("seed of the kills", String.valueOf(seed));
    Random random = new Random(seed);
    String[] slowly = {"redrive", "--batch", "rerun", "--rate", "60"};
    int kills = 0;
    for (int run = 0; run < 20 && kills < 3; run++) {
      int before = copies("rerun").size();
      CliProcess redrive = stand.process("96m", slowly);
      awaitMore(redrive, before);
      if (redrive.killAfter(random.nextInt(1_500))) {
        kills++;
      }
    }
    CliProcess first = stand.process("96m", slowly);
    int before = copies("rerun").size();
    awaitMore(first, before);
    RunningCommand second = stand.command("redrive", "--batch", "rerun");
    assertThat(second.await()).as(second.err()).isZero();
    if (first.await() != 0) { // unless it was through before
      assertThat(first.err())
          .contains("Another redrive has begun, and takes over from this one")
          .doesNotContain("\tat ");
    }

    List<String> sent =
        copies("rerun").stream().map(one -> stand.decoded(one).getRequestId()).toList();
    assertThat(kills).isPositive();
    assertThat(sent).doesNotHaveDuplicates().hasSize(failures);
  }

  private static void awaitMore(CliProcess redrive, int before) {
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> !redrive.alive() || copies("rerun").size() > before);
  }

  private static void fail(
      String batch, long line, FailureReason reason, boolean retryable, Map<String, String> headers)
      throws Exception {
    CompletionRequest request = BatchRecords.request(batch, line);
    RecordMetadata source = BatchStand.done(stand.request(request, Map.of()));
    BatchStand.done(
        stand.failure(BatchRecords.failure(request, reason, retryable, 429, source), headers));
  }

  private static String redrive(String... more) throws Exception {
    List<String> command = new ArrayList<>(List.of("redrive"));
    command.addAll(List.of(more));
    RunningCommand redrive = stand.command(command.toArray(String[]::new));
    assertThat(redrive.await()).as(redrive.err()).isZero();
    return redrive.out();
  }

  private static JsonNode last(String lines) throws Exception {
    return JSON.readTree(lines.lines().reduce("", (a, b) -> b));
  }

  private static List<ConsumerRecord<byte[], byte[]>> copies(String batch) {
    List<ConsumerRecord<byte[], byte[]>> all = stand.read(BatchStand.REQUESTS);
    all.removeIf(
        one ->
            !headers(one).getOrDefault("redrive_source", "").startsWith("completion-failures-")
                || !stand.decoded(one).getRequestId().startsWith("batch:" + batch + ":"));
    return all;
  }

  private static Map<String, String> headers(ConsumerRecord<byte[], byte[]> found) {
    Map<String, String> headers = new HashMap<>();
    for (Header header : found.headers()) {
      headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
    }
    return headers;
  }
}
