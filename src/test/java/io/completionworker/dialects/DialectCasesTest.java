// SPDX-License-Identifier: Apache-2.0
package io.completionworker.dialects;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.port.CompletionClient.DeltaSink;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each case means what it says, however its bytes come. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DialectCasesTest {

  private final PlayedCases played;

  DialectCasesTest() throws IOException {
    played = new PlayedCases();
  }

  @AfterAll
  void close() throws IOException {
    played.close();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldReadWhatTheEndpointSends(DialectCase each) throws Exception {
    Expectation.of(each).check(played.play(each, each.first()));
    for (Reply later : each.answers().subList(1, each.answers().size())) {
      assertThat(played.play(each, later)).isInstanceOf(AttemptResult.Answered.class);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldReadTheSameByteByByte(DialectCase each) throws Exception {
    Expectation.of(each).check(played.play(each, each.first(), Framing.CHUNKED, 1, DeltaSink.NONE));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldReadTheSameHoweverTheServerSaysWhereItEnds(DialectCase each) throws Exception {
    for (Framing framing : List.of(Framing.CHUNKED, Framing.LENGTH)) {
      Expectation.of(each).check(played.play(each, each.first(), framing, 1 << 20, DeltaSink.NONE));
    }
  }

  @ParameterizedTest
  @MethodSource("streamedAnswers")
  void shouldSendChunksThatAddUpToTheAnswer(DialectCase each) throws Exception {
    ChunkSum chunks = new ChunkSum();
    AttemptResult result =
        played.play(each, each.first(), Framing.CHUNKED, PlayedEndpoint.AS_IT_IS, chunks);

    assertThat(result).as(each.what()).isInstanceOf(AttemptResult.Answered.class);
    chunks.assertAddsUpTo(((AttemptResult.Answered) result).answer());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ends-without-done", "calls-share-index-and-have-no-ids", "byte-order-mark"})
  void shouldReadTheSameInPacketsOfEverySize(String id) throws Exception {
    DialectCase each = CaseFile.of(id);
    for (int size = 1; size <= each.first().body().length; size++) {
      Expectation.of(each)
          .check(played.play(each, each.first(), Framing.CHUNKED, size, DeltaSink.NONE));
    }
  }

  @Test
  void shouldHaveAnIdForEachCase() {
    assertThat(cases()).extracting(DialectCase::id).doesNotHaveDuplicates();
  }

  static Stream<DialectCase> cases() {
    return CaseFile.all().stream();
  }

  static Stream<DialectCase> streamedAnswers() {
    return cases().filter(each -> each.isAnswered() && each.comesInDeltas());
  }
}
