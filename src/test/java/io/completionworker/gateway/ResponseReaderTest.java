// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.TokenUsage;
import io.completionworker.completion.Answer.Served;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.RateSignals;
import io.completionworker.completion.AttemptResult.RateSignals.Window;
import io.completionworker.gateway.limit.RetryAfter;
import io.completionworker.gateway.stream.AnswerStream;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResponseReaderTest {

  private static final byte[] OK = RecordedAnswer.of("ok").bytes();

  private final ResponseReader reader =
      new ResponseReader(
          new StatusClassifier(
              new RetryAfter(InstantSource.system(), () -> 0), new Redactor(Stream.empty())),
          new AnswerStream.Rules(1 << 20, InstantSource.system()));

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
  void shouldAddNothingToAnAnswerWithoutLimits() {
    AttemptResult result = reader.read(200, MultiMap.caseInsensitiveMultiMap(), OK, false);

    assertThat(result).isInstanceOf(AttemptResult.Answered.class);
    assertThat(result.signals()).isSameAs(RateSignals.NONE);
  }
}
