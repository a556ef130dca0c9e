// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.avro.CompletionChunk;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.ErrorMix;
import io.completionworker.demo.endpoint.Latency;
import io.completionworker.demo.endpoint.Reply;
import io.completionworker.secrets.SearchedWorker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Streamed answers, from the endpoint's events to the topics. */
class StreamingIT {

  private static final int REQUESTS = 200;
  private static final Duration LONG = Duration.ofMinutes(2);

  @Test
  void shouldWriteChunksThatAddUpToTheResponse() {
    Behaviour cutting =
        Behaviour.builder()
            .latency(Latency.fixed(Duration.ofMillis(20)))
            .errors(new ErrorMix(0.05, 0, 0, 0.05, 0.15, Duration.ZERO))
            .build();
    Map<String, String> settings =
        Map.of("retry.max.attempts", "20", "retry.initial.backoff.ms", "20");
    try (Stand stand = new Stand(cutting, 3);
        ChunkLog log = new ChunkLog(stand)) {
      stand.publish(0, REQUESTS, 20, StreamingIT::streamed);
      try (SearchedWorker worker = stand.start(settings)) {
        await().atMost(LONG).until(() -> log.poll().answers().size() == REQUESTS);
        assertThat(worker.state()).isEqualTo("RUNNING");
      }
      log.answers().values().forEach(response -> check(log, response));
      assertThat(log.answers().values())
          .as("some were cut off and tried again")
          .anyMatch(response -> log.attempts(response.getRequestId()).size() > 1);
    }
  }

  /**
   * With a full store no task of a thread may keep another from its chunks. Each resume of the
   * intake for chunks takes a record of each task at most, and no more of them are needed than
   * there are streams: all that is within the tenth by which chunks may exceed the bound.
   */
  @Test
  @Tag("long")
  void shouldWriteChunksOfEveryTaskWhileTheStoreIsFull() {
    int streams = 20;
    int pending = 1_000;
    Behaviour cutOrSilent =
        Behaviour.builder()
            .respondWith(
                call ->
                    call.body().contains("\"stream\":true") ? Reply.truncated() : Reply.silence())
            .build();
    Map<String, String> settings =
        Map.of(
            "async.max.in.flight", "50",
            "async.max.pending.records", String.valueOf(pending),
            "retry.initial.backoff.ms", "600000",
            "retry.max.backoff.ms", "600000");
    try (Stand stand = new Stand(cutOrSilent, 3);
        ChunkLog log = new ChunkLog(stand)) {
      stand.endpoint.hang();
      stand.publish(0, streams, streams, StreamingIT::streamed);
      try (SearchedWorker worker = stand.start(settings)) {
        await().atMost(LONG).until(() -> stand.endpoint.open() == streams);
        stand.publish(streams, 2 * pending, 50);
        await().atMost(LONG).until(() -> stand.endpoint.open() == 50);
        await()
            .atMost(LONG)
            .until(() -> Stand.gauge(worker, "completion.worker.pending.records") >= pending);
        stand.endpoint.release();

        await()
            .atMost(LONG)
            .untilAsserted(
                () ->
                    assertThat(IntStream.range(0, streams))
                        .allMatch(number -> !log.poll().attempts("r-" + number).isEmpty()));
        assertThat(log.answers()).isEmpty();
        assertThat(Stand.gauge(worker, "completion.worker.pending.records"))
            .isLessThan(1.2 * pending);
      }
    }
  }

  private static void check(ChunkLog log, CompletionResponse response) {
    List<NavigableMap<Integer, CompletionChunk>> attempts = log.attempts(response.getRequestId());
    assertThat(attempts).as(response.getRequestId()).isNotEmpty();
    int number = 0;
    for (NavigableMap<Integer, CompletionChunk> attempt : attempts) {
      assertThat(attempt.keySet())
          .as("indexes without a gap")
          .containsExactlyElementsOf(IntStream.range(0, attempt.size()).boxed().toList());
      assertThat(attempt.lastEntry().getValue().getLastChunk()).isTrue();
      assertThat(attempt.headMap(attempt.lastKey()).values())
          .noneMatch(CompletionChunk::getLastChunk);
      assertThat(attempt.firstEntry().getValue().getAttempt())
          .as("later attempts replace")
          .isGreaterThan(number);
      number = attempt.firstEntry().getValue().getAttempt();
    }
    assertThat(ChunkLog.text(attempts.get(attempts.size() - 1)))
        .isNotEmpty()
        .isEqualTo(response.getChoices().get(0).getMessage().getContent());
  }

  private static CompletionRequest streamed(int number) {
    return CompletionRequest.newBuilder(Stand.request("r-" + number)).setStream(true).build();
  }
}
