// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.AttemptResult;
import io.completionworker.hostile.Edit;
import io.completionworker.hostile.Effort;
import io.vertx.core.MultiMap;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever an endpoint says, it is an answer that has messages, or an error that says why not. */
class HostileAnswersPropertyTest {

  private static final Duration SOON = Duration.ofSeconds(10);
  private static final byte[] OK = RecordedAnswer.of("ok").bytes();
  private static final byte[] REFUSAL = RecordedAnswer.of("upstream-429").bytes();

  @Property
  void shouldTakeForAnAnswerOnlyWhatIsOne(@ForAll("edits") List<Edit> edits) throws IOException {
    read(200, MultiMap.caseInsensitiveMultiMap(), Edit.apply(OK, edits));
  }

  @Property
  void shouldMakeSomethingOfEveryStatus(
      @ForAll("statuses") int status,
      @ForAll("waits") String wait,
      @ForAll("edits") List<Edit> edits)
      throws IOException {
    MultiMap headers =
        MultiMap.caseInsensitiveMultiMap()
            .add("retry-after", wait)
            .add("retry-after-ms", wait)
            .add("x-ratelimit-reset-requests", wait)
            .add("x-portkey-retry-attempt-count", wait);
    read(status, headers, Edit.apply(REFUSAL, edits));
  }

  @Provide
  Arbitrary<Integer> statuses() {
    return Arbitraries.oneOf(
        Arbitraries.integers().between(100, 999),
        Arbitraries.of(200, 246, 204, 400, 401, 408, 409, 412, 413, 429, 446, 500, 503, 529));
  }

  @Provide
  Arbitrary<String> waits() {
    return Arbitraries.oneOf(
        Arbitraries.strings().ascii().ofMaxLength(20),
        Arbitraries.doubles().map(String::valueOf),
        Arbitraries.longs().map(String::valueOf),
        Arbitraries.of("", "1h2m3s", "-1", "1e999", "Wed, 21 Oct 2015 07:28:00 GMT", "NaN"));
  }

  @Provide
  Arbitrary<List<Edit>> edits() {
    return Edit.ofAnswers(
        "true", "1e999999999", "9".repeat(200), "NaN", "\"message\":null,", "\ufeff");
  }

  private static void read(int status, MultiMap headers, byte[] body) throws IOException {
    Effort effort = Effort.begin();
    AttemptResult result = Verdict.of(status, headers, body);
    assertThat(effort.spent()).isLessThan(SOON);
    Verdict.check(result, status, body);
  }
}
