// SPDX-License-Identifier: Apache-2.0
package io.completionworker.dialects;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.completionworker.completion.Answer;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.port.CompletionClient.DeltaSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * Whatever is changed in what endpoints send, an attempt ends, nothing that failed is an answer,
 * and no answer has lost a text. What is right is worked out from what was sent, by rules of its
 * own.
 */
class HostileDialectsPropertyTest {

  private static final Pattern FINISHED = Pattern.compile("\"finish_reason\":\"[^\"]+\"");
  private static final List<DialectCase> CASES = CaseFile.all();

  /** Those whose text can be written again as it was, and whose events end in the usual way. */
  private static final List<DialectCase> WRITABLE =
      CASES.stream()
          .filter(each -> Arrays.equals(bytes(text(each)), each.first().body()))
          .filter(each -> text(each).indexOf(0x0d) < 0)
          .filter(each -> !each.first().isCut())
          .toList();

  private static final PlayedCases PLAYED = played();

  @AfterContainer
  static void stop() throws IOException {
    PLAYED.close();
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void shouldEndAndLoseNothingWhateverIsChanged(
      @ForAll("writable") DialectCase each,
      @ForAll("mutations") List<Mutation> mutations,
      @ForAll("packets") int packet,
      @ForAll Framing framing)
      throws Exception {
    String sent = asSent(Mutation.apply(text(each), mutations));

    AttemptResult result =
        PLAYED.play(each, each.first().with(bytes(sent)), framing, packet, DeltaSink.NONE);

    if (result instanceof AttemptResult.Answered answered) {
      assertThat(each.first().status()).isBetween(200, 299);
      checkAnswer(answered.answer(), sent);
    } else {
      checkError((AttemptResult.Rejected) result);
    }
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void shouldNotTakeAPartForTheWhole(
      @ForAll("streamedAnswers") DialectCase each,
      @ForAll @IntRange(min = 0, max = 1_000_000) int place,
      @ForAll("packets") int packet,
      @ForAll boolean cut)
      throws Exception {
    byte[] body = each.first().body();
    byte[] part = Arrays.copyOf(body, (int) ((long) body.length * place / 1_000_001));
    Reply reply = each.first().with(part);

    AttemptResult result =
        PLAYED.play(each, cut ? reply.cut() : reply, Framing.CHUNKED, packet, DeltaSink.NONE);

    String sent = new String(part, StandardCharsets.UTF_8);
    long finished = FINISHED.matcher(sent).results().count();
    if (finished < each.choices() || (cut && !sent.contains("[DONE]"))) {
      checkError((AttemptResult.Rejected) result);
    }
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void shouldSeeAFaultWhateverElseIsChanged(
      @ForAll("answers") DialectCase each,
      @ForAll("mutations") List<Mutation> mutations,
      @ForAll("faults") Fault fault,
      @ForAll @IntRange(min = 0, max = 10_000) int where,
      @ForAll("packets") int packet)
      throws Exception {
    String sent = fault.put(Mutation.apply(text(each), mutations), where);

    if (fault.isIn(untilDone(sent))) {
      AttemptResult result =
          PLAYED.play(
              each, each.first().with(bytes(sent)), Framing.CHUNKED, packet, DeltaSink.NONE);
      assertThat(result).as(sent).isInstanceOf(AttemptResult.Rejected.class);
      checkError((AttemptResult.Rejected) result);
    }
  }

  @Provide
  Arbitrary<DialectCase> writable() {
    return Arbitraries.of(WRITABLE);
  }

  @Provide
  Arbitrary<DialectCase> answers() {
    return Arbitraries.of(WRITABLE.stream().filter(DialectCase::isAnswered).toList());
  }

  @Provide
  Arbitrary<DialectCase> streamedAnswers() {
    return Arbitraries.of(
        CASES.stream()
            .filter(each -> each.stream() && each.isAnswered() && !each.first().isCut())
            .toList());
  }

  @Provide
  Arbitrary<List<Mutation>> mutations() {
    return Mutation.several();
  }

  @Provide
  Arbitrary<Fault> faults() {
    return Arbitraries.of(Fault.values());
  }

  @Provide
  Arbitrary<Integer> packets() {
    return Arbitraries.frequencyOf(
        Tuple.of(8, Arbitraries.integers().between(20, 2_000)),
        Tuple.of(1, Arbitraries.integers().between(1, 20)));
  }

  private static void checkError(AttemptResult.Rejected rejected) {
    assertThat(rejected.error().message()).isNotBlank();
    assertThat(rejected.error().disposition()).isNotNull();
  }

  private static void checkAnswer(Answer answer, String sent) {
    JsonNode body = ExpectedAnswer.json(answer.body());
    assertThat(body.path("choices")).isNotEmpty().hasSameSizeAs(answer.choices());
    SentTexts.of(sent).forEach((choice, text) -> SentTexts.assertKept(body, choice, text));
  }

  /** An answer ends there; a change may have put the end before the fault. */
  private static String untilDone(String sent) {
    int done = sent.indexOf("[DONE]");
    return done < 0 ? sent : sent.substring(0, done);
  }

  private static String text(DialectCase each) {
    return new String(each.first().body(), StandardCharsets.UTF_8);
  }

  /** Half a character is sent as something else. */
  private static String asSent(String text) {
    return new String(bytes(text), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static PlayedCases played() {
    try {
      return new PlayedCases();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
