// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.completionworker.avro.CompletionFailure;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.FailureReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class CollectIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  @AutoClose private static final BatchStand stand = new BatchStand(3);

  @Test
  void shouldWriteAnswersAndErrorsAndWhatTheyCost() throws Exception {
    // line 3 was not valid, and not published; the batch of someone else is not looked at
    RecordMetadata limited = publish("plain", 1, 0);
    RecordMetadata gone = publish("plain", 2, 0);
    RecordMetadata unread = publish("plain", 4, 0);
    publish("plain", 5, 0);
    RecordMetadata last = publish("plain", 6, 5);
    publish("other", 1, 1);
    stand.failure(
        BatchRecords.failure(
            BatchRecords.request("plain", 1), FailureReason.RATE_LIMITED, true, 429, limited),
        Map.of());
    stand.failure(
        BatchRecords.failure(
            BatchRecords.request("plain", 2), FailureReason.CONNECT_FAILED, true, null, gone),
        Map.of());
    deadLetter(unread, null);
    stand.response(BatchRecords.answer(BatchRecords.id("plain", 5), true));
    CompletionFailure unnamed =
        CompletionFailure.newBuilder(
                BatchRecords.failure(
                    BatchRecords.request("plain", 6),
                    FailureReason.REQUEST_TOO_LARGE,
                    false,
                    null,
                    last))
            .setRequestId(last.topic() + "-" + last.partition() + "-" + last.offset())
            .setRequest(null)
            .build();
    stand.failure(unnamed, Map.of());
    stand.response(BatchRecords.answer(BatchRecords.id("other", 1), true));
    stand.usage(BatchRecords.usage(BatchRecords.id("plain", 5), "gpt-4o-mini"));
    stand.usage(BatchRecords.usage(BatchRecords.id("other", 1), "gpt-4o-mini"));
    stand.flush();

    Path out = stand.directory.resolve("plain.jsonl");
    RunningCommand collect = stand.command("collect", "--batch", "plain", "--out", out.toString());
    assertThat(collect.await()).as(collect.err()).isZero();

    assertThat(lines(out)).hasSize(1);
    JsonNode answer = lines(out).get(0);
    assertThat(answer.path("id").asText()).isEqualTo("batch_req_plain_5");
    assertThat(answer.path("custom_id").asText()).isEqualTo("c-5");
    assertThat(answer.path("error").isNull()).isTrue();
    assertThat(answer.path("response").path("status_code").asInt()).isEqualTo(200);
    assertThat(answer.path("response").path("request_id").asText()).isEqualTo("req-1");
    assertThat(answer.at("/response/body/for").asText()).isEqualTo(BatchRecords.id("plain", 5));
    List<JsonNode> errors = lines(stand.directory.resolve("plain.errors.jsonl"));
    assertThat(errors.stream().map(error -> error.path("custom_id").asText()))
        .containsExactly("c-1", "c-2", "c-4", "c-6");
    assertThat(errors.get(0).at("/response/status_code").asInt()).isEqualTo(429);
    assertThat(errors.get(0).at("/response/body/error/code").asText()).isEqualTo("slow_down");
    assertThat(errors.get(0).path("error").isNull()).isTrue();
    assertThat(errors.get(1).path("response").isNull()).isTrue();
    assertThat(errors.get(1).at("/error/code").asText()).isEqualTo("CONNECT_FAILED");
    assertThat(errors.get(2).at("/error/code").asText()).isEqualTo("DEAD_LETTER");
    assertThat(errors.get(2).at("/error/message").asText()).isEqualTo("no schema");
    assertThat(errors.get(3).at("/error/code").asText()).isEqualTo("REQUEST_TOO_LARGE");
    assertThat(collect.out())
        .contains("answers   1 in", "failures  4 in", "  RATE_LIMITED 1", "0.00001 USD");
    assertThat(collect.out()).containsPattern("gpt-4o-mini +1 +10 +5 +0 +0 +0 ");
  }

  @Test
  @Tag("long")
  void shouldWriteAnswersInTheOrderOfTheInputAndMakeABodyThatIsNotThere() throws Exception {
    for (long line = 1; line <= 300; line++) {
      publish("sorted", line, line == 300 ? 300 : 0);
    }
    for (long line = 300; line >= 1; line--) {
      stand.response(BatchRecords.answer(BatchRecords.id("sorted", line), false));
    }
    stand.flush();

    Path out = stand.directory.resolve("sorted.jsonl");
    RunningCommand collect =
        stand.command(
            "collect",
            "--batch",
            "sorted",
            "--out",
            out.toString(),
            "--ordered",
            "--output",
            "json");
    assertThat(collect.await()).as(collect.err()).isZero();

    assertThat(lines(out).stream().map(line -> line.path("custom_id").asText()))
        .containsExactlyElementsOf(
            LongStream.rangeClosed(1, 300).mapToObj(line -> "c-" + line).toList());
    JsonNode body = lines(out).get(6).at("/response/body");
    assertThat(body.at("/choices/0/message/content").asText())
        .isEqualTo("hello " + BatchRecords.id("sorted", 7));
    assertThat(body.path("object").asText()).isEqualTo("chat.completion");
    assertThat(body.has("gateway") || body.has("call_details") || body.has("request_id")).isFalse();
    JsonNode report = JSON.readTree(collect.out());
    assertThat(report.path("complete").asBoolean()).isTrue();
    assertThat(report.path("requests").asLong()).isEqualTo(300);
    assertThat(report.path("answers").asLong()).isEqualTo(300);
  }

  @Test
  @Tag("long")
  void shouldSayWhatIsMissingWhenTheTimeIsUpAndGoOnWhenRunAgain() throws Exception {
    for (long line = 1; line <= 10; line++) {
      publish("late", line, 0);
      if (line <= 4) {
        stand.response(BatchRecords.answer(BatchRecords.id("late", line), true));
      }
    }
    stand.flush();
    Path out = stand.directory.resolve("late.jsonl");
    String[] command = {"collect", "--batch", "late", "--out", out.toString()};

    RunningCommand first =
        stand.command(plus(List.of(command), "--timeout", "5")); // of which it waits for most
    assertThat(first.await()).isEqualTo(1);
    assertThat(first.err()).contains("the submit of batch late has not ended, 10 requests so far");
    assertThat(first.err().lines().reduce("", (a, b) -> b))
        .startsWith("Batch late is not complete: 6 of 10 requests have no outcome");
    assertThat(lines(out)).hasSize(4);

    publish("late", 11, 11);
    for (long line = 5; line <= 11; line++) {
      stand.response(BatchRecords.answer(BatchRecords.id("late", line), true));
    }
    stand.flush();
    RunningCommand second = stand.command(command);
    assertThat(second.await()).as(second.err()).isZero();
    assertEachOnce(out, 11);
  }

  @Test
  @Tag("long")
  void shouldTakeTheAnswerOfARequestThatWasSentAgain() throws Exception {
    for (String batch : List.of("again", "again-sorted")) {
      List<String> more = batch.equals("again") ? List.of() : List.of("--ordered");
      for (long line = 1; line <= 5; line++) {
        RecordMetadata source = publish(batch, line, line == 5 ? 5 : 0);
        CompletionRequest request = BatchRecords.request(batch, line);
        if (line == 3) {
          stand.failure(
              BatchRecords.failure(request, FailureReason.OVERLOADED, true, 503, source), Map.of());
        } else {
          stand.response(BatchRecords.answer(request.getRequestId(), true));
        }
      }
      stand.flush();
      Path out = stand.directory.resolve(batch + ".jsonl");
      List<String> command =
          new ArrayList<>(List.of("collect", "--batch", batch, "--out", out.toString()));
      command.addAll(more);
      RunningCommand first = stand.command(command.toArray(String[]::new));
      assertThat(first.await()).as(first.err()).isZero();
      assertThat(lines(out)).hasSize(4);
      Path errors = stand.directory.resolve(batch + ".errors.jsonl");
      assertThat(lines(errors)).hasSize(1);

      RunningCommand redrive = stand.command("redrive", "--batch", batch);
      assertThat(redrive.await()).as(redrive.err()).isZero();
      assertThat(redrive.out()).contains("sent 1");
      RunningCommand waiting = stand.command(plus(command, "--timeout", "4"));
      assertThat(waiting.await()).isEqualTo(1);
      stand.response(BatchRecords.answer(BatchRecords.id(batch, 3), true));
      stand.flush();
      RunningCommand second = stand.command(command.toArray(String[]::new));
      assertThat(second.await()).as(second.err()).isZero();

      assertEachOnce(out, 5);
      assertThat(lines(errors)).isEmpty();
      if (!more.isEmpty()) {
        assertThat(lines(out).stream().map(line -> line.path("custom_id").asText()))
            .containsExactly("c-1", "c-2", "c-3", "c-4", "c-5");
      }
    }
  }

  @Test
  void shouldRefuseABatchThatNobodyKnowsAndAFileOfSomeoneElse() throws Exception {
    Path out = stand.directory.resolve("unknown.jsonl");
    RunningCommand unknown =
        stand.command("collect", "--batch", "unknown", "--out", out.toString());
    assertThat(unknown.await()).isEqualTo(1);
    assertThat(unknown.err().lines().reduce("", (a, b) -> b))
        .isEqualTo("No request of batch unknown is on the request topic");
    assertThat(out).doesNotExist();
    assertThat(stand.directory.resolve("unknown.jsonl.collect")).doesNotExist();

    Files.writeString(out, "precious\n");
    RunningCommand taken = stand.command("collect", "--batch", "plain", "--out", out.toString());
    assertThat(taken.await()).isEqualTo(2);
    assertThat(taken.err()).contains("exists, and no collect has begun it");
    assertThat(out).hasContent("precious");
  }

  private static String[] plus(List<String> command, String... more) {
    return Stream.concat(command.stream(), Arrays.stream(more)).toArray(String[]::new);
  }

  private static RecordMetadata publish(String batch, long line, long size) throws Exception {
    return BatchStand.done(
        stand.request(
            BatchRecords.request(batch, line),
            size == 0 ? Map.of() : Map.of("completion-batch-size", Long.toString(size))));
  }

  private static void deadLetter(RecordMetadata source, byte @Nullable [] value) {
    stand.send(
        BatchStand.DEAD_LETTERS,
        "k",
        value,
        Map.of(
            "__streams.errors.message", "no schema",
            "__streams.errors.topic", source.topic(),
            "__streams.errors.partition", Integer.toString(source.partition()),
            "__streams.errors.offset", Long.toString(source.offset())));
  }

  private static void assertEachOnce(Path out, long size) throws IOException {
    assertThat(lines(out).stream().map(line -> line.path("custom_id").asText()))
        .containsExactlyInAnyOrderElementsOf(
            LongStream.rangeClosed(1, size).mapToObj(line -> "c-" + line).toList());
  }

  private static List<JsonNode> lines(Path file) throws IOException {
    return Files.readAllLines(file).stream().map(CollectIT::json).toList();
  }

  private static JsonNode json(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new AssertionError("no JSON: " + line, e);
    }
  }
}
