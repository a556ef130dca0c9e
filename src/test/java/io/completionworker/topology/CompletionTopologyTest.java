// SPDX-License-Identifier: Apache-2.0
package io.completionworker.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.Chunk.ChunkDelta;
import io.completionworker.fixtures.Results;
import io.completionworker.fixtures.TextCodec;
import io.completionworker.metrics.RequestMeters;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

class CompletionTopologyTest extends DrivenTopology {

  private final TestOutputTopic<String, String> chunks = output(WorkerTopology.TOPICS.chunks());
  private final TestOutputTopic<String, String> deadLetters =
      output(WorkerTopology.TOPICS.deadLetters());
  private final TestOutputTopic<String, String> usage = output(WorkerTopology.TOPICS.usage());

  CompletionTopologyTest() {
    super(new WorkerTopology(3, 4_096));
  }

  @Test
  void shouldBeTheTopologyThatIsWrittenDown() throws IOException {
    try (var golden = getClass().getResourceAsStream("topology.txt")) {
      String written =
          golden == null ? "" : new String(golden.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(worker.topology().describe().toString())
          .as("src/test/resources/io/completionworker/topology/topology.txt; names are state")
          .isEqualToNormalizingNewlines(written);
    }
  }

  @Test
  void shouldForwardTheOutcomeUnderTheRequestsKeyAndHeaders() {
    requests.pipeInput(
        new TestRecord<>("key", "a", new RecordHeaders().add("mine", new byte[] {1})));
    worker.loop.run();
    worker.client.answer("a");
    tick();

    TestRecord<String, String> response = responses.readRecord();
    assertThat(response.key()).isEqualTo("key");
    assertThat(response.value()).isEqualTo("a attempts 1");
    assertThat(response.headers().lastHeader("mine").value()).containsExactly(1);
    assertThat(worker.capacity.records()).isZero();
    assertThat(worker.capacity.bytes()).isZero();
  }

  @Test
  void shouldMoveTheChangelogWhileARequestWaits() {
    requests.pipeInput("a");
    tick();
    var changelog =
        output(
            driver.producedTopicNames().stream()
                .filter(topic -> topic.endsWith("-pending-changelog"))
                .findFirst()
                .orElseThrow());
    String accepted = changelog.readValue();

    worker.loop.freeze(Duration.ofSeconds(9));
    tick();
    assertThat(changelog.isEmpty()).isTrue();
    worker.loop.freeze(Duration.ofSeconds(1));
    tick();
    assertThat(changelog.readValuesToList()).containsExactly(accepted);

    worker.client.answer("a");
    tick();
    assertThat(changelog.readValuesToList()).containsOnlyNulls();
    worker.loop.freeze(Duration.ofSeconds(20));
    tick();
    assertThat(changelog.isEmpty()).as("nothing waits").isTrue();
  }

  @Test
  void shouldSendEachKindOfOutcomeToItsTopic() {
    requests.pipeInput("a");
    requests.pipeInput("b");
    requests.pipeInput("garbage");
    worker.loop.run();
    worker.client.answer("a");
    worker.client.end("b", Results.badRequest());
    tick();

    assertThat(responses.readValuesToList()).containsExactly("a attempts 1");
    assertThat(failures.readValuesToList()).containsExactly("b BAD_REQUEST");
    assertThat(deadLetters.readValuesToList()).containsExactly("SerializationException");
  }

  @Test
  void shouldForwardChunksWhileTheRequestIsStillPending() {
    requests.pipeInput("key", "a~");
    worker.loop.run();
    worker.client.delta("a", new ChunkDelta("hello", null, 0, List.of(), null, 1, 1_000), () -> {});
    tick();

    TestRecord<String, String> chunk = chunks.readRecord();
    assertThat(chunk.key()).isEqualTo("key");
    assertThat(chunk.value()).isEqualTo("a attempt 1 chunk 0: hello");
    assertThat(worker.capacity.records()).isEqualTo(1);

    worker.client.answer("a");
    tick();

    assertThat(chunks.readValuesToList()).containsExactly("a attempt 1 chunk 1: last");
    assertThat(responses.readValuesToList()).containsExactly("a attempts 1");
    assertThat(worker.capacity.records()).isZero();
  }

  @Test
  void shouldForwardSumsOfUsageOnAQuietPartitionWithNothingOfSingleRequests() {
    requests.pipeInput(
        new TestRecord<>("key", "a", new RecordHeaders().add("mine", new byte[] {1})));
    requests.pipeInput("b");
    worker.loop.run();
    worker.client.answer("a");
    worker.client.answer("b");
    tick(); // these outcomes are so old that the oldest window takes them, which has ended
    for (int second = 0; second < 3; second++) {
      driver.advanceWallClockTime(Duration.ofSeconds(1));
      worker.loop.run();
    }

    TestRecord<String, String> window = usageWindows.readRecord();
    assertThat(window.key()).endsWith("/PT1M/requests/0?model=model");
    assertThat(window.value()).isEqualTo("{model=model} 2");
    assertThat(window.headers()).isEmpty();
    assertThat(usageWindows.isEmpty()).isTrue();
  }

  @Test
  void shouldGiveUsageRowsTheTimeAtWhichTheirAttemptEnded() {
    requests.pipeInput("key", "a");
    worker.loop.run();
    worker.client.answer("a");
    tick();

    TestRecord<String, String> row = usage.readRecord();
    assertThat(row.key()).isEqualTo("key");
    assertThat(row.timestamp()).isEqualTo(TextCodec.COMPLETED_AT);
    assertThat(responses.readRecord().timestamp()).isEqualTo(1);
    assertThat(usage.isEmpty()).isTrue();
  }

  @Test
  void shouldKeepARequestInTheStoreUntilItsOutcomeIsForwarded() {
    requests.pipeInput("a");
    worker.loop.run();
    assertThat(driver.getKeyValueStore("pending").approximateNumEntries()).isEqualTo(1);

    worker.client.answer("a");
    tick();

    assertThat(driver.getKeyValueStore("pending").approximateNumEntries()).isZero();
  }

  @Test
  void shouldDropAnAnswerWhoseRequestIsNoLongerInTheStore() {
    requests.pipeInput("a");
    worker.loop.run();
    var store = driver.<Object, byte[]>getKeyValueStore("pending");
    try (var entries = store.all()) {
      store.delete(entries.next().key);
    }

    worker.client.answer("a");
    tick();

    assertThat(responses.isEmpty()).isTrue();
    assertThat(worker.count(RequestMeters.STALE.name())).isEqualTo(1);
  }

  @Test
  void shouldTakeOneMoreRecordRatherThanKeepTheThreadFromItsPoll() {
    for (String request : List.of("a", "b", "c", "d")) {
      requests.pipeInput(request);
    }
    worker.loop.run();

    assertThat(worker.client.open()).containsExactly("a", "b", "c", "d");
  }

  @Test
  void shouldMakeAFailureOfARecordThatIsTooLargeToBeStored() {
    requests.pipeInput("x".repeat(5_000));
    worker.loop.run();

    assertThat(worker.capacity.bytes()).isLessThan(200);
    tick();
    assertThat(deadLetters.readValuesToList())
        .as("the text codec takes a record without a value for garbage")
        .containsExactly("SerializationException");
  }

  @Test
  void shouldNeitherStoreNorForwardForbiddenHeaders() {
    requests.pipeInput(
        new TestRecord<>(
            "key",
            "a",
            new RecordHeaders()
                .add("Authorization", "canary".getBytes(StandardCharsets.UTF_8))
                .add("x-portkey-api-key", "canary".getBytes(StandardCharsets.UTF_8))));
    worker.loop.run();
    assertThat(stored(driver)).doesNotContain("canary");
    worker.client.answer("a");
    tick();

    assertThat(responses.readRecord().headers()).isEmpty();
    assertThat(worker.count(RequestMeters.HEADERS_REFUSED.name())).isEqualTo(2);
  }

  @Test
  void shouldNeitherStoreNorCopyWhatCommandsNoteAboutTheirBatch() {
    requests.pipeInput(
        new TestRecord<>(
            "key",
            "a",
            new RecordHeaders()
                .add("completion-batch-size", "7-noted".getBytes(StandardCharsets.UTF_8))
                .add("Completion-Batch-Digest", "noted".getBytes(StandardCharsets.UTF_8))));
    worker.loop.run();
    assertThat(stored(driver)).doesNotContain("noted");
    worker.client.answer("a");
    tick();

    assertThat(responses.readRecord().headers()).isEmpty();
    assertThat(worker.count(RequestMeters.HEADERS_REFUSED.name())).isZero();
  }

  @Test
  void shouldStoreNoInlineConfigOfAHeaderWhereNoneIsTaken() {
    requests.pipeInput(withInlineConfig());
    worker.loop.run();

    assertThat(stored(driver)).contains("X-Portkey-Config").doesNotContain("canary");
  }

  @Test
  void shouldStoreAnInlineConfigWhereItIsTaken() {
    WorkerTopology taking = new WorkerTopology(3, 4_096, true);
    try (TopologyTestDriver other = new TopologyTestDriver(taking.topology(), new Properties())) {
      requests(other).pipeInput(withInlineConfig());
      taking.loop.run();

      assertThat(stored(other)).contains("canary");
    }
  }

  private static TestRecord<String, String> withInlineConfig() {
    byte[] config = "{\"api_key\":\"canary\"}".getBytes(StandardCharsets.UTF_8);
    return new TestRecord<>("key", "a", new RecordHeaders().add("X-Portkey-Config", config));
  }

  /** The first record of the store. */
  private static String stored(TopologyTestDriver driver) {
    try (var entries = driver.<Object, byte[]>getKeyValueStore("pending").all()) {
      return new String(entries.next().value, StandardCharsets.ISO_8859_1);
    }
  }
}
