// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionFailure;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.FailureReason;
import io.completionworker.avro.Message;
import io.completionworker.cli.records.StartAt;
import io.completionworker.cli.records.ValueDecoder;
import io.completionworker.cli.view.SeenRecord.Role;
import io.completionworker.config.WorkerConfig;
import io.completionworker.config.WorkerSettings;
import io.completionworker.format.ValueSerdes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class RequestSearchTest {

  private static final String REQUESTS = "completion-requests";
  private static final String FAILURES = "completion-failures";
  private static final String DEAD_LETTERS = "completion-dead-letters";
  private static final long OFFSET = 17;

  /** So long that the smallest forms of a failure have only its beginning. */
  private static final String LONG_ID = "https://files.test/" + "folder/".repeat(30) + "row-4711";

  private final WorkerSettings settings =
      WorkerConfig.load(
          Optional.empty(),
          Map.of("KAFKA_BOOTSTRAP_SERVERS", "localhost:9092", "VALUE_FORMAT", "json"));
  private final ValueSerdes serdes = ValueSerdes.of(settings);

  /** As Go, Gson and .NET write it. */
  @Test
  void shouldFindARequestWhoseIdItsProducerHasEscaped() {
    for (String written :
        List.of(
            "a\\u003cb\\u003e\\u0026c=d'e+f`g",
            "a\\u003cb\\u003e\\u0026c\\u003dd\\u0027e+f`g",
            "a\\u003Cb\\u003E\\u0026c=d\\u0027e\\u002Bf\\u0060g",
            "a<b>&c=d'e+f`g")) {
      RequestSearch search = search("a<b>&c=d'e+f`g");
      String value =
          "{\"request_id\":\"%s\",\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";

      search.look(
          record(REQUESTS, OFFSET, value.formatted(written).getBytes(StandardCharsets.UTF_8)));

      assertThat(roles(search)).as(written).containsExactly(Role.REQUESTS);
    }
  }

  @Test
  void shouldFindAFailureThatHasOnlyTheBeginningOfTheId() {
    for (int length : new int[] {100, 200}) {
      RequestSearch search = search(LONG_ID);
      search.look(request(LONG_ID, OFFSET));

      search.look(failure(cut(length), OFFSET));

      assertThat(roles(search)).containsExactly(Role.REQUESTS, Role.FAILURES);
    }
  }

  @Test
  void shouldNotTakeTheFailureOfAnotherRequestWithTheSameBeginning() {
    RequestSearch search = search(LONG_ID);
    search.look(request(LONG_ID + "-2", OFFSET - 1));
    search.look(request(LONG_ID, OFFSET));

    search.look(failure(cut(100), OFFSET - 1));
    search.look(failure(LONG_ID + "-2", OFFSET));

    assertThat(roles(search)).containsExactly(Role.REQUESTS);
  }

  /** Such as one that was too large to be decoded by the worker. */
  @Test
  void shouldFindOutcomesThatNameOnlyThePositionOfTheRequest() {
    RequestSearch search = search("order-4711");
    search.look(request("order-4711", OFFSET));
    search.look(request("order-4712", OFFSET + 1));

    search.look(failure(REQUESTS + "-0-" + OFFSET, OFFSET));
    search.look(failure(REQUESTS + "-0-" + (OFFSET + 1), OFFSET + 1));
    search.look(deadLetter(OFFSET));
    search.look(deadLetter(OFFSET + 1));

    assertThat(roles(search)).containsExactly(Role.REQUESTS, Role.FAILURES, Role.DEAD_LETTERS);
  }

  @Test
  void shouldFollowTheFailureThatHasOnlyTheBeginningOfTheId() {
    assertThat(isShown(failure(LONG_ID, OFFSET))).isTrue();
    assertThat(isShown(failure(cut(100), OFFSET))).isTrue();
    assertThat(isShown(failure(cut(200), OFFSET))).isTrue();

    assertThat(isShown(failure(cut(99), OFFSET))).as("no id is cut so short").isFalse();
    assertThat(isShown(failure("x" + cut(150), OFFSET))).isFalse();
    assertThat(isShown(failure(LONG_ID + "-2", OFFSET))).isFalse();
  }

  private boolean isShown(ConsumerRecord<byte[], byte[]> failure) {
    var decoder =
        new ValueDecoder<>(FAILURES, serdes.forValues(CompletionFailure.class).deserializer());
    Tail.Options ofRequest =
        new Tail.Options(
            Role.FAILURES,
            List.of(),
            StartAt.EARLIEST,
            Optional.empty(),
            Optional.of(LONG_ID),
            Optional.empty(),
            OptionalLong.empty(),
            false,
            true,
            false);
    return SeenRecord.of(failure, decoder.answered(failure)).matches(ofRequest);
  }

  private static String cut(int length) {
    return LONG_ID.substring(0, length) + "...";
  }

  private RequestSearch search(String id) {
    return new RequestSearch(id, settings, serdes);
  }

  private static List<Role> roles(RequestSearch search) {
    return search.found().stream().map(RequestHistory.Found::role).toList();
  }

  private ConsumerRecord<byte[], byte[]> request(String id, long offset) {
    CompletionRequest request =
        CompletionRequest.newBuilder()
            .setRequestId(id)
            .setModel("m")
            .setMessages(List.of(Message.newBuilder().setRole("user").setContent("x").build()))
            .build();
    return record(
        REQUESTS,
        offset,
        serdes.forValues(CompletionRequest.class).serializer().serialize(REQUESTS, request));
  }

  private ConsumerRecord<byte[], byte[]> failure(String id, long source) {
    CompletionFailure failure =
        CompletionFailure.newBuilder()
            .setRequestId(id)
            .setReason(FailureReason.REQUEST_TOO_LARGE)
            .setRetryable(false)
            .setMessage("It is too large")
            .setViolations(List.of())
            .setAttempts(List.of())
            .setSourceTopic(REQUESTS)
            .setSourcePartition(0)
            .setSourceOffset(source)
            .setSourceTimestamp(Instant.EPOCH)
            .setFailedAt(Instant.EPOCH)
            .setRecovered(false)
            .build();
    return record(
        FAILURES,
        0,
        serdes.forValues(CompletionFailure.class).serializer().serialize(FAILURES, failure));
  }

  private static ConsumerRecord<byte[], byte[]> deadLetter(long source) {
    ConsumerRecord<byte[], byte[]> letter = record(DEAD_LETTERS, 0, new byte[] {1});
    Map.of("topic", REQUESTS, "partition", "0", "offset", Long.toString(source))
        .forEach(
            (name, text) ->
                letter
                    .headers()
                    .add("__streams.errors." + name, text.getBytes(StandardCharsets.UTF_8)));
    return letter;
  }

  private static ConsumerRecord<byte[], byte[]> record(String topic, long offset, byte[] value) {
    return new ConsumerRecord<>(topic, 0, offset, new byte[0], value);
  }
}
