// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.ChoiceDelta;
import io.completionworker.avro.ChoiceLogprobs;
import io.completionworker.avro.CompletionChunk;
import io.completionworker.avro.TokenLogprob;
import io.completionworker.avro.TokenUsage;
import io.completionworker.avro.ToolCallDelta;
import io.completionworker.completion.Chunk;
import io.completionworker.completion.Chunk.ChunkDelta;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Emission;
import io.completionworker.completion.port.EncodingResult;
import io.completionworker.serde.AvroSerde;
import io.completionworker.serde.AvroSerdes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChunkEncoderTest {

  private static final int MAX_BYTES = 4_096;
  private static final Instant NOW = Instant.ofEpochMilli(99);

  private final Serde<CompletionChunk> serde =
      new AvroSerdes(Map.of("schema.registry.url", "mock://chunks"), AvroSerde.class.getName())
          .forValues(CompletionChunk.class);
  private final ChunkEncoder encoder =
      new ChunkEncoder(serde, "completion-chunks", MAX_BYTES, () -> NOW);
  private final CompletionCall call = Fixtures.call(Fixtures.request().build());

  private CompletionChunk written(boolean last, ChunkDelta... deltas) {
    Emission emission = emission(last, deltas);
    assertThat(emission.chunks()).hasSize(1);
    assertThat(emission.ends()).isFalse();
    byte[] bytes = emission.chunks().get(0).bytes();
    assertThat(bytes).isNotNull().hasSizeLessThanOrEqualTo(MAX_BYTES);
    return serde.deserializer().deserialize("completion-chunks", bytes);
  }

  private Emission emission(boolean last, ChunkDelta... deltas) {
    Chunk chunk = new Chunk(call, "call-1", 2, 7, last, List.of(deltas), true);
    return ((EncodingResult.Encoded<Emission>) encoder.write(chunk)).value();
  }

  private static ChunkDelta delta(ChoiceDelta... choices) {
    return new ChunkDelta("cmpl-1", "gpt", 5, List.of(choices), null, 11, 10);
  }

  private static ChoiceDelta text(int index, @Nullable String content) {
    return ChoiceDelta.newBuilder().setIndex(index).setContent(content).build();
  }

  @Test
  void shouldSayWhichPieceOfWhichAttemptItIs() {
    CompletionChunk chunk = written(true, delta(text(0, "a")));

    assertThat(chunk.getRequestId()).isEqualTo(call.requestId());
    assertThat(chunk.getCallId()).isEqualTo("call-1");
    assertThat(chunk.getAttempt()).isEqualTo(2);
    assertThat(chunk.getChunkIndex()).isEqualTo(7);
    assertThat(chunk.getLastChunk()).isTrue();
    assertThat(chunk.getRecovered()).isTrue();
    assertThat(chunk.getId()).isEqualTo("cmpl-1");
    assertThat(chunk.getModel()).isEqualTo("gpt");
    assertThat(chunk.getCreated()).isEqualTo(5);
    assertThat(chunk.getReceivedAt()).isEqualTo(Instant.ofEpochMilli(11));
  }

  @Test
  void shouldHaveTheKeyTheHeadersAndThePartitionOfItsRequest() {
    Emission emission = emission(false, delta(text(0, "a")));

    assertThat(emission.key()).isEqualTo(call.source().key());
    assertThat(emission.headers()).containsAll(call.outputHeaders());
    assertThat(emission.chunks().get(0).partition())
        .isEqualTo(call.source().position().partition());
  }

  @Test
  void shouldJoinWhatComesForTheSameChoice() {
    CompletionChunk chunk =
        written(
            false,
            delta(ChoiceDelta.newBuilder(text(1, "B")).setRole("assistant").build()),
            delta(text(0, "a"), text(1, null)),
            delta(text(0, "b"), text(1, "C")),
            delta(ChoiceDelta.newBuilder(text(0, null)).setFinishReason("stop").build()));

    assertThat(chunk.getChoices())
        .extracting(ChoiceDelta::getIndex, ChoiceDelta::getContent, ChoiceDelta::getFinishReason)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(0, "ab", "stop"),
            org.assertj.core.groups.Tuple.tuple(1, "BC", null));
    assertThat(chunk.getChoices().get(1).getRole()).isEqualTo("assistant");
  }

  @Test
  void shouldJoinToolCallsByTheirIndex() {
    ToolCallDelta first =
        ToolCallDelta.newBuilder().setIndex(1).setId("t").setName("f").setArguments("{").build();
    ToolCallDelta next = ToolCallDelta.newBuilder().setIndex(1).setArguments("}").build();
    ToolCallDelta other = ToolCallDelta.newBuilder().setIndex(0).setId("u").build();
    CompletionChunk chunk =
        written(
            false,
            delta(ChoiceDelta.newBuilder().setIndex(0).setToolCalls(List.of(first)).build()),
            delta(ChoiceDelta.newBuilder().setIndex(0).setToolCalls(List.of(next, other)).build()));

    assertThat(chunk.getChoices().get(0).getToolCalls())
        .containsExactly(other, ToolCallDelta.newBuilder(first).setArguments("{}").build());
  }

  @Test
  void shouldKeepTheLogProbabilitiesInOrder() {
    CompletionChunk chunk = written(false, delta(probable("a")), delta(probable("b")));

    assertThat(chunk.getChoices().get(0).getLogprobs().getContent())
        .extracting(TokenLogprob::getToken)
        .containsExactly("a", "b");
  }

  private static ChoiceDelta probable(String token) {
    TokenLogprob logprob = TokenLogprob.newBuilder().setToken(token).setLogprob(-1).build();
    return ChoiceDelta.newBuilder()
        .setIndex(0)
        .setLogprobs(ChoiceLogprobs.newBuilder().setContent(List.of(logprob)).build())
        .build();
  }

  @Test
  void shouldTakeTheLastUsageAndNeverASum() {
    CompletionChunk chunk = written(false, usage(3), usage(5));

    assertThat(chunk.getUsage().getTotalTokens()).isEqualTo(5);
    assertThat(chunk.getChoices()).isEmpty();
  }

  private static ChunkDelta usage(long total) {
    TokenUsage usage =
        TokenUsage.newBuilder()
            .setPromptTokens(1)
            .setCompletionTokens(total - 1)
            .setTotalTokens(total)
            .build();
    return new ChunkDelta(null, null, 0, List.of(), usage, 12, 10);
  }

  @Test
  void shouldMarkTheEndWithoutAnyDelta() {
    CompletionChunk chunk = written(true);

    assertThat(chunk.getLastChunk()).isTrue();
    assertThat(chunk.getReceivedAt()).isEqualTo(NOW);
  }

  @Test
  void shouldLeaveOutWhatDoesNotFit() {
    CompletionChunk chunk = written(false, delta(text(0, "x".repeat(2 * MAX_BYTES))));

    assertThat(chunk.getChoices()).isEmpty();
    assertThat(chunk.getChunkIndex()).isEqualTo(7);
  }

  @Test
  void shouldJoinThePiecesOfTheReasoning() {
    CompletionChunk chunk = written(false, delta(reasoning("think ")), delta(reasoning("hard")));

    assertThat(chunk.getChoices().get(0).getReasoningContent()).isEqualTo("think hard");
  }

  private static ChoiceDelta reasoning(String piece) {
    return ChoiceDelta.newBuilder().setIndex(0).setReasoningContent(piece).build();
  }

  @Test
  void shouldCutNamesThatAreLongerThanARecord() {
    ChunkDelta delta =
        new ChunkDelta(
            "i".repeat(MAX_BYTES), "m".repeat(MAX_BYTES), 5, List.of(text(0, "a")), null, 11, 10);

    CompletionChunk chunk = written(false, delta);

    assertThat(chunk.getId()).startsWith("iii").hasSizeLessThan(MAX_BYTES);
    assertThat(chunk.getModel()).startsWith("mmm").hasSizeLessThan(MAX_BYTES);
  }
}
