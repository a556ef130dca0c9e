// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.avro.FailureReason;
import io.completionworker.avro.TokenUsage;
import io.completionworker.completion.Answer.Served;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.RateSignals;
import io.completionworker.completion.AttemptResult.RateSignals.Window;
import io.completionworker.completion.port.CompletionClient.DeltaSink;
import io.completionworker.gateway.json.AnswerJson;
import io.completionworker.gateway.limit.RetryAfter;
import io.completionworker.gateway.stream.AnswerStream;
import io.completionworker.gateway.stream.StreamEnd;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResponseReaderTest {

  private static final byte[] OK = RecordedAnswer.of("ok").bytes();

  private final ResponseReader reader = reader(1 << 20, InstantSource.system());

  private static ResponseReader reader(int maxBytes, InstantSource clock) {
    return new ResponseReader(
        new StatusClassifier(new RetryAfter(clock, () -> 0), new Redactor(Stream.empty())),
        new AnswerStream.Rules(maxBytes, clock));
  }

  @ParameterizedTest
  @CsvSource({"200, true", "200, false", "246, false", "429, false", "500, false", "404, false"})
  void shouldPassOnWhatIsLeftOfTheLimitsWhateverTheAnswer(int status, boolean cut) {
    MultiMap headers =
        MultiMap.caseInsensitiveMultiMap().add("x-ratelimit-remaining-requests", "3");

    for (byte[] body : new byte[][] {OK, new byte[0]}) {
      assertThat(reader.read(status, headers, body, cut).signals())
          .isEqualTo(new RateSignals(new Window(null, 3L, null), null));
    }
  }

  /** Without choices; broken behind its usage; refused by a guardrail; too large. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200 | {'usage':{'prompt_tokens':9,'completion_tokens':3},'model':'m','service_tier':'t'}",
        "200 | {'model':'m','service_tier':'t','usage':{'prompt_tokens':9,'completion_tokens':3},",
        "446 | {'error':{},'model':'m','service_tier':'t','usage':{'prompt_tokens':9,'completion_tokens':3}}"
      })
  void shouldKeepWhatIsSaidOfTheWorkThoughItIsNoAnswer(int status, String body) {
    MultiMap headers =
        MultiMap.caseInsensitiveMultiMap()
            .add("x-portkey-cache-status", "MISS")
            .add("x-portkey-provider", "openai");
    byte[] bytes = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);

    for (boolean cut : new boolean[] {false, true}) {
      AttemptResult result = reader.read(status, headers, bytes, cut);

      assertThat(result).isInstanceOf(AttemptResult.Rejected.class);
      Served served = Objects.requireNonNull(result.served());
      assertThat(served.usage()).isEqualTo(new TokenUsage(9L, 3L, 12L, null, null));
      assertThat(served.model()).isEqualTo("m");
      assertThat(served.serviceTier()).isEqualTo("t");
      assertThat(served.gateway().getProvider()).isEqualTo("openai");
      assertThat(served.cacheHit()).isFalse();
    }
  }

  @Test
  void shouldKnowACacheHitThatIsNoAnswer() {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("x-portkey-cache-status", "HIT");

    for (String body : List.of("", "no JSON", "[]", "{\"choices\":[]}")) {
      Served served =
          reader.read(200, headers, body.getBytes(StandardCharsets.UTF_8), false).served();
      assertThat(served).isNotNull().extracting(Served::cacheHit).isEqualTo(true);
      assertThat(served).extracting(Served::usage).isNull();
    }
  }

  @Test
  void shouldTellTheTimeUntilAResetByTheClockOfTheClient() {
    MultiMap headers =
        MultiMap.caseInsensitiveMultiMap()
            .add("anthropic-ratelimit-requests-reset", "2001-01-01T00:00:02Z");

    assertThat(
            reader(1 << 20, InstantSource.fixed(Instant.parse("2001-01-01T00:00:00Z")))
                .read(200, headers, OK, false)
                .signals())
        .isEqualTo(new RateSignals(new Window(null, null, Duration.ofSeconds(2)), null));
  }

  @Test
  void shouldBoundTheBytesOfAStreamedAnswerAndNotItsCharacters() {
    String asia = "\u4e9c".repeat(200);
    int bytes = json(asia).getBytes(StandardCharsets.UTF_8).length;

    assertThat(streamed(asia, bytes)).isInstanceOf(AttemptResult.Answered.class);
    assertThat(streamed(asia, bytes - 1))
        .isInstanceOfSatisfying(
            AttemptResult.Rejected.class,
            rejected ->
                assertThat(rejected.error().reason()).isEqualTo(FailureReason.RESPONSE_TOO_LARGE));
  }

  /** The result of a stream whose answer has this content. */
  private static AttemptResult streamed(String content, int maxBytes) {
    InstantSource clock = InstantSource.system();
    AnswerStream stream =
        new AnswerStream(new AnswerStream.Rules(maxBytes, clock), 1, DeltaSink.NONE, () -> {});
    ObjectNode answer = new AnswerJson(1 << 20).read(json(content)).object();
    return reader(maxBytes, clock)
        .read(
            200,
            MultiMap.caseInsensitiveMultiMap(),
            stream,
            new StreamEnd.Complete(Objects.requireNonNull(answer)),
            new byte[0]);
  }

  private static String json(String content) {
    return "{\"choices\":[{\"message\":{\"content\":\"%s\"},\"finish_reason\":\"stop\"}]}"
        .formatted(content);
  }

  @Test
  void shouldAddNothingToAnAnswerWithoutLimits() {
    AttemptResult result = reader.read(200, MultiMap.caseInsensitiveMultiMap(), OK, false);

    assertThat(result).isInstanceOf(AttemptResult.Answered.class);
    assertThat(result.signals()).isSameAs(RateSignals.NONE);
  }
}
