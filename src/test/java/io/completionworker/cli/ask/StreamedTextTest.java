// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.ask;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.ChoiceDelta;
import io.completionworker.avro.CompletionChunk;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamedTextTest {

  private final StringBuilder printed = new StringBuilder();
  private final StreamedText text = new StreamedText(printed::append);

  @Test
  void shouldPrintEachChunkAtOnceInItsOrderAndOnce() {
    text.take(chunk("a", 0, "The "));
    text.take(chunk("a", 2, "is "));
    assertThat(printed).hasToString("The ");

    text.take(chunk("a", 1, "sky "));
    text.take(chunk("a", 1, "sky "));
    assertThat(printed).hasToString("The sky is ");

    text.end("The sky is blue.");
    assertThat(printed).hasToString("The sky is blue.\n");
  }

  @Test
  void shouldBeginAnewOnALineOfItsOwnWhenTheRequestIsCalledAgain() {
    text.take(chunk("a", 0, "The sky"));
    text.take(chunk("b", 0, "Because"));
    text.end("Because it is.\n");

    assertThat(printed).hasToString("The sky\nBecause it is.\n");
  }

  @Test
  void shouldPrintTheAnswerThatCountsWhenTheChunksWereOthers() {
    text.take(chunk("a", 0, "The sea"));
    text.end("The sky.");

    assertThat(printed).hasToString("The sea\nThe sky.\n");
  }

  @Test
  void shouldPrintTheWholeAnswerWithoutChunks() {
    text.end("Yes.");

    assertThat(printed).hasToString("Yes.\n");
  }

  @Test
  void shouldPrintTheFirstChoiceOnly() {
    CompletionChunk chunk =
        CompletionChunk.newBuilder(chunk("a", 0, "one"))
            .setChoices(List.of(delta(0, "one"), delta(1, "two")))
            .build();
    text.take(chunk);

    assertThat(printed).hasToString("one");
  }

  private static CompletionChunk chunk(String call, int index, String content) {
    return CompletionChunk.newBuilder()
        .setRequestId("ask-1")
        .setCallId(call)
        .setAttempt(1)
        .setChunkIndex(index)
        .setLastChunk(false)
        .setCreated(1)
        .setChoices(List.of(delta(0, content)))
        .setReceivedAt(Instant.EPOCH)
        .setRecovered(false)
        .build();
  }

  private static ChoiceDelta delta(int index, String content) {
    return ChoiceDelta.newBuilder().setIndex(index).setContent(content).build();
  }
}
