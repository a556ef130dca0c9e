// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.FailureReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** "What happened to this request?" and "What did this tenant cost?", by one command each. */
class OperatorQuestionsIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static BatchStand stand;
  private static String unread = "";
  private static String deadLetter = "";

  @BeforeAll
  static void start() throws Exception {
    stand = new BatchStand(2);
    for (long line = 1; line <= 3; line++) {
      CompletionRequest request = BatchRecords.request("q", line);
      RecordMetadata source = BatchStand.done(stand.request(request, Map.of()));
      switch ((int) line) {
        case 1 -> stand.response(BatchRecords.answer(request.getRequestId(), false));
        case 2 ->
            stand.failure(
                BatchRecords.failure(request, FailureReason.RATE_LIMITED, true, 429, source),
                Map.of());
        default -> unread = request.getRequestId();
      }
    }
    Instant now = Instant.now();
    usage(1, "acme", "0.5", now);
    usage(2, "acme", "0.25", now);
    usage(3, "umbrella", "2", now);
    usage(4, "umbrella", "100", now.minus(Duration.ofDays(2)));
    stand.send(BatchStand.USAGE, "odd", new byte[] {1, 2, 3}, Map.of());
    RecordMetadata odd =
        BatchStand.done(stand.send(BatchStand.REQUESTS, "odd", new byte[] {1, 2, 3}, Map.of()));
    stand.send(
        BatchStand.DEAD_LETTERS,
        "odd",
        new byte[] {1, 2, 3},
        Map.of(
            "__streams.errors.topic", odd.topic(),
            "__streams.errors.partition", String.valueOf(odd.partition()),
            "__streams.errors.offset", String.valueOf(odd.offset()),
            "__streams.errors.message", "not Avro"));
    deadLetter = odd.topic() + "-" + odd.partition() + "-" + odd.offset();
    stand.flush();
  }

  private static void usage(long line, String tenant, String cost, Instant ended) {
    CompletionUsage row =
        CompletionUsage.newBuilder(BatchRecords.usage(BatchRecords.id("q", line), "gpt-4o"))
            .setMetadata("{\"tenant\":\"" + tenant + "\"}")
            .setCost(new BigDecimal(cost).setScale(10))
            .setCompletedAt(ended)
            .build();
    stand.usage(row);
  }

  @AfterAll
  static void stop() {
    stand.close();
  }

  @Test
  void shouldSayWhatATenantCostSinceATime() throws Exception {
    RunningCommand usage =
        stand.command("usage", "--by", "metadata.tenant", "--from", "1h", "--output", "json");

    assertThat(usage.await()).as("rows are lacking").isEqualTo(1);
    assertThat(usage.err()).contains("The sums lack 1 row that cannot be decoded; the first is");
    List<JsonNode> lines = usage.out().lines().map(OperatorQuestionsIT::json).toList();
    assertThat(lines)
        .extracting(line -> line.path("metadata.tenant").asText())
        .containsExactly("umbrella", "acme");
    assertThat(lines.get(0).at("/cost/USD").asText()).isEqualTo("2");
    assertThat(lines.get(1).at("/cost/USD").asText()).isEqualTo("0.75");
    assertThat(lines.get(1).path("calls").asInt()).isEqualTo(2);
  }

  @Test
  void shouldShowATableOfWhatIsAskedFor() throws Exception {
    RunningCommand usage =
        stand.command(
            "usage",
            "--by",
            "metadata.tenant,model",
            "--where",
            "metadata.tenant=umbrella",
            "--from",
            "earliest");

    usage.await();
    assertThat(usage.out().lines())
        .hasSize(2)
        .first()
        .satisfies(head -> assertThat(head).matches("METADATA.TENANT +MODEL +CALLS .* COST"));
    assertThat(usage.out()).containsPattern("umbrella +gpt-4o +2 +20 +10 .* 102 USD");
  }

  @Test
  void shouldExpectAnswersAsLongAsThoseOnTheUsageTopic() throws Exception {
    Path file = stand.directory.resolve("estimated.jsonl");
    String line =
        "{\"model\":\"gpt-4o\",\"max_tokens\":%d,"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"Say hello.\"}]}";
    Files.write(file, List.of(line.formatted(100), line.formatted(3)));

    RunningCommand estimate =
        stand.command(
            "submit", "--dry-run", "--learn-from", "earliest", "--output", "json", file.toString());

    assertThat(estimate.await()).as(estimate.err()).isZero();
    JsonNode expected = json(estimate.out().lines().toList().get(1)).path("estimate").path(0);
    assertThat(expected.path("expected_completion_tokens").asInt())
        .as("5 as in the rows, and the 3 that the second allows")
        .isEqualTo(8);
    assertThat(expected.path("most_completion_tokens").asInt()).isEqualTo(103);
  }

  @Test
  void shouldSayWhichModelsHaveNoPrice() throws Exception {
    RunningCommand priced = stand.command("prices", "--from", "earliest", "--output", "json");
    assertThat(priced.await()).isEqualTo(2);
    assertThat(priced.err()).contains("There is no price file: set usage.prices.file");

    Path prices = stand.directory.resolve("prices.json");
    String entry = "{\"model\": \"%s\", \"input\": 1, \"output\": 1}";
    String file =
        "{\"header\": {\"source\": \"t\", \"as_of\": \"2026-01-01\", \"currency\": \"USD\"},"
            + " \"prices\": [%s]}";
    for (String model : List.of("gpt-4o", "other-*")) {
      Files.writeString(prices, file.formatted(entry.formatted(model)));
      Path settings = stand.directory.resolve("priced.properties");
      Files.writeString(
          settings,
          Files.readString(stand.directory.resolve("worker.properties"))
              + "\nusage.prices.file="
              + prices
              + "\n");
      RunningCommand compared =
          new CommandThread(
              stand.directory,
              List.of(
                  "prices",
                  "--from",
                  "earliest",
                  "--output",
                  "json",
                  "--config",
                  settings.toString()));

      boolean known = model.equals("gpt-4o");
      assertThat(compared.await()).as(compared.err()).isEqualTo(known ? 0 : 1);
      JsonNode line = json(compared.out());
      assertThat(line.path("model").asText()).isEqualTo("gpt-4o");
      assertThat(line.path("priced").asBoolean()).isEqualTo(known);
      assertThat(line.path("calls").asInt()).isEqualTo(4);
    }
  }

  @Test
  @Tag("long")
  void shouldSayWhatBecameOfARequest() throws Exception {
    assertThat(found(BatchRecords.id("q", 1), "answered"))
        .containsExactly("requests", "responses", "usage");
    assertThat(found(BatchRecords.id("q", 2), "failed"))
        .containsExactly("requests", "failures", "usage");
    assertThat(found(unread, "unread")).containsExactly("requests", "usage");
    assertThat(found(deadLetter, "dead_letter")).containsExactly("requests", "dead-letters");
  }

  @Test
  @Tag("long")
  void shouldTellInWordsWhatToDo() throws Exception {
    RunningCommand failed = stand.command("find", BatchRecords.id("q", 2));
    assertThat(failed.await()).as(failed.err()).isZero();
    assertThat(failed.out())
        .contains(
            "Failed: RATE_LIMITED, with 1 call in the usage topic; it may succeed later:"
                + " `completion-worker redrive --reason RATE_LIMITED`");

    RunningCommand none = stand.command("find", "no-such-request");
    assertThat(none.await()).isEqualTo(1);
    assertThat(none.out())
        .contains("There is no record of no-such-request: it was never published");
  }

  /** The kinds of the records that are found, in the order of their times. */
  private static List<String> found(String id, String state) throws Exception {
    RunningCommand find = stand.command("find", id, "--output", "json");
    assertThat(find.await()).as(find.err()).isZero();
    JsonNode history = json(find.out());
    assertThat(history.path("state").asText()).as(find.out()).isEqualTo(state);
    List<String> kinds = new ArrayList<>();
    history.path("records").forEach(record -> kinds.add(record.path("kind").asText()));
    return kinds;
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
