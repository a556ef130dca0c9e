// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.FailureReason;
import io.completionworker.avro.PortkeyOptions;
import java.io.BufferedReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TailIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static BatchStand stand;

  @BeforeAll
  static void start() throws Exception {
    stand = new BatchStand(2);
    for (long line = 1; line <= 5; line++) {
      CompletionRequest request =
          CompletionRequest.newBuilder(BatchRecords.request("t", line))
              .setPortkey(
                  PortkeyOptions.newBuilder()
                      .setConfig("{\"api_key\":\"sk-secret\"}")
                      .setVirtualKey("sk-secret")
                      .build())
              .build();
      RecordMetadata source =
          BatchStand.done(
              stand.request(
                  request,
                  Map.of(
                      "authorization",
                      "sk-secret",
                      "x-portkey-virtual-key",
                      "sk-secret",
                      "tenant",
                      "acme")));
      stand.failure(
          BatchRecords.failure(request, FailureReason.RATE_LIMITED, true, 429, source),
          Map.of("x-portkey-trace-id", "trace-" + line % 2));
      stand.response(BatchRecords.answer(request.getRequestId(), true));
    }
    stand.send(
        BatchStand.DEAD_LETTERS,
        "odd",
        new byte[] {1, 2, 3},
        Map.of("__streams.errors.message", "not Avro\u001b[2J"));
    stand.flush();
  }

  @AfterAll
  static void stop() {
    stand.close();
  }

  @Test
  @Tag("long")
  void shouldShowOneReadableLineForEachRecord() throws Exception {
    assertThat(tail("failures", "--from", "earliest", "--until-end").lines())
        .hasSize(5)
        .allSatisfy(
            line ->
                assertThat(line)
                    .contains(" completion-failures-", " id=batch:t:", " trace=trace-")
                    .endsWith(" reason=RATE_LIMITED retryable=true status=429 \"It went wrong\""));
    assertThat(tail("--from", "earliest", "-n", "2").lines())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).contains("finish=stop", "\"hello batch:"));
    assertThat(tail("dead-letters", "--from", "earliest", "--until-end"))
        .contains("key=odd 3 bytes \"not Avro\\u001b[2J\"");
  }

  /** As tail does: the last ones, in the order of their times, and then the prompt. */
  @Test
  @Tag("long")
  void shouldShowTheNewestRecordsAndEnd() throws Exception {
    List<String> all = tail("responses", "--from", "earliest", "--until-end").lines().toList();

    List<String> newest = tail("-n", "3").lines().toList();
    assertThat(all).containsAll(newest);
    assertThat(newest)
        .hasSize(3)
        .isSorted()
        .last()
        .isEqualTo(all.stream().sorted().toList().get(4));
    assertThat(tail("failures", "-n", "2", "--trace-id", "trace-1").lines())
        .hasSize(2)
        .allMatch(line -> line.contains(" trace=trace-1"));
    assertThat(tail("-n", "1000").lines()).hasSize(5);
    assertThat(tail("usage-windows", "-n", "1")).isEmpty();
  }

  @Test
  @Tag("long")
  void shouldShowOnlyWhatTheFiltersLetPass() throws Exception {
    assertThat(tail("failures", "--from", "1h", "--until-end", "--trace-id", "trace-1").lines())
        .hasSize(3);
    assertThat(
            tail("failures", "--from", "earliest", "--until-end", "--request-id", "batch:t:4:c-4"))
        .hasLineCount(1);
    assertThat(tail("responses", "--from", "earliest", "--until-end", "--key", "batch:t:2:c-2"))
        .hasLineCount(1);
    assertThat(tail("usage-windows", "--until-end")).isEmpty();
  }

  @Test
  @Tag("long")
  void shouldGiveScriptsOneObjectForEachRecordWithoutSecrets() throws Exception {
    String lines = tail("requests", "--from", "earliest", "-n", "1", "--output", "json");

    JsonNode seen = JSON.readTree(lines);
    assertThat(seen.path("topic").asText()).isEqualTo("completion-requests");
    assertThat(seen.path("key").asText()).startsWith("batch:t:");
    assertThat(seen.path("timestamp").asText()).endsWith("Z");
    assertThat(seen.has("partition") && seen.has("offset")).isTrue();
    assertThat(seen.path("headers").path("tenant").asText()).isEqualTo("acme");
    assertThat(seen.at("/value/model").asText()).isEqualTo("gpt-4o-mini");
    assertThat(lines).doesNotContain("sk-secret");
    assertThat(tail("failures", "--from", "earliest", "-n", "1", "--output", "json"))
        .contains("\"reason\":\"RATE_LIMITED\"")
        .doesNotContain("sk-secret");
    assertThat(tail("dead-letters", "--from", "earliest", "-n", "1", "--output", "json"))
        .contains("\"value_base64\":\"AQID\"");
  }

  /** The last one, since it adds records until the command has ended. */
  @Test
  @Order(Integer.MAX_VALUE)
  void shouldEndWithoutAWordWhenNobodyReadsOn() throws Exception {
    List<String> arguments =
        List.of("tail", "--config", stand.config.toString(), "--from", "earliest");
    Process tail =
        new ProcessBuilder(CliProcess.commandLine("64m", arguments))
            .redirectError(stand.directory.resolve("err-closed").toFile())
            .start();
    try (BufferedReader reader = tail.inputReader()) {
      assertThat(reader.readLine()).contains("completion-responses-");
    }
    await()
        .atMost(Duration.ofMinutes(2))
        .until(
            () -> {
              stand.response(BatchRecords.answer(BatchRecords.id("more", 1), true));
              return !tail.isAlive();
            });
    assertThat(tail.exitValue()).isZero();
    assertThat(stand.directory.resolve("err-closed")).isEmptyFile();
  }

  @Test
  void shouldEndInGoodOrderWhenItIsToldTo() throws Exception {
    CliProcess tail = stand.process("64m", "tail", "--from", "earliest");
    await().atMost(Duration.ofMinutes(2)).until(() -> !tail.out().isEmpty());

    assertThat(tail.stop()).isEqualTo(128 + 15);
    assertThat(tail.err()).isEqualTo("tail: stopped\n");
  }

  private static String tail(String... more) throws Exception {
    List<String> command = new ArrayList<>(List.of("tail"));
    command.addAll(List.of(more));
    RunningCommand tail = stand.command(command.toArray(String[]::new));
    assertThat(tail.await()).as(tail.err()).isZero();
    return tail.out();
  }
}
