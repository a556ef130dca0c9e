// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import static io.completionworker.codec.Fixtures.answer;
import static io.completionworker.codec.Fixtures.call;
import static io.completionworker.codec.Fixtures.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CallDetails;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.codec.OutcomeEncoder.ResponseRecords;
import io.completionworker.completion.Attempt;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.Waits;
import io.completionworker.completion.Waits.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an attempt waited for has a column each, and the same name in rows and responses. */
class WaitColumnsTest {

  private static final CompletionCall CALL = call(request().build());

  @ParameterizedTest
  @EnumSource
  void shouldHaveAColumnForEachKind(Kind kind) {
    Attempt attempt = waited(kind, 1_234, Fixtures.TIMESTAMP + 5_000);
    CompletionUsage row = row(attempt);
    CallDetails details = details(attempt);

    for (Kind each : Kind.values()) {
      assertThat(row.get(each.field())).as(each.field()).isEqualTo(each == kind ? 1_234L : 0L);
      assertThat(details.get(each.field()))
          .as(each.field())
          .isEqualTo(each == kind ? 1_234L : null);
    }
    assertThat(row.getQueueTimeMs()).isEqualTo(5_000);
  }

  @Test
  void shouldNotHaveWaitedLongerThanItWasQueuedWhereAClockWasSetBack() {
    assertThat(row(waited(Kind.LIMIT, 9_000, Fixtures.TIMESTAMP - 1)).getQueueTimeMs())
        .isEqualTo(9_000);
  }

  private static Attempt waited(Kind kind, long millis, long startedAt) {
    long[] nanos = new long[Kind.COUNT];
    nanos[kind.index()] = millis * 1_000_000 + 999_999;
    AttemptResult result = new AttemptResult.Answered(answer("a"));
    return new Attempt(
        "c", 1, startedAt, startedAt + 10, null, Waits.ofNanos(nanos), result, false);
  }

  private static CompletionUsage row(Attempt attempt) {
    UsageRecords records = new UsageRecords("api.example", null, Fixtures.noCosts());
    return records.of(records.billed(CALL, List.of(attempt)).get(0), false, null, 0);
  }

  private static CallDetails details(Attempt attempt) {
    return ResponseRecords.of(
            new Outcome.Completed(CALL, answer("a"), List.of(attempt), false), false)
        .getCallDetails();
  }
}
