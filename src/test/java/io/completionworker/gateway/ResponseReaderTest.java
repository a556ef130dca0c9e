package io.completionworker.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.RateSignals;
import io.completionworker.completion.RateSignals.Window;
import io.completionworker.gateway.limit.RetryAfter;
import io.vertx.core.MultiMap;
import java.time.InstantSource;
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
          1 << 20);

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

  @Test
  void shouldAddNothingToAnAnswerWithoutLimits() {
    AttemptResult result = reader.read(200, MultiMap.caseInsensitiveMultiMap(), OK, false);

    assertThat(result).isInstanceOf(AttemptResult.Answered.class);
    assertThat(result.signals()).isSameAs(RateSignals.NONE);
  }
}
