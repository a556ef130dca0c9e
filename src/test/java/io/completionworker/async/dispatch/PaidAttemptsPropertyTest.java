// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.dispatch.Calls.BrokenAttempt;
import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.config.BreakerConfig;
import io.completionworker.fixtures.Results;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever an endpoint does, nobody pays without end. */
class PaidAttemptsPropertyTest {

  private static final int REQUESTS = 12;
  private static final int MOST_STEPS = 400;

  /** All that an attempt can come to. */
  private static final List<AttemptResult> ENDS =
      List.of(
          Results.answered(),
          Results.billed(),
          Results.billed(FailureReason.STREAM_TRUNCATED, Disposition.RETRY),
          Results.billed(FailureReason.QUOTA_EXHAUSTED, Disposition.HOLD),
          Results.billed(FailureReason.GUARDRAIL_DENIED, Disposition.FAIL),
          Results.billed(FailureReason.RATE_LIMITED, Disposition.RETRY),
          Results.unansweredWithUsage(),
          BrokenAttempt.of(null),
          Results.serverError(),
          Results.badRequest(),
          Results.unauthorized(),
          Results.rateLimited(Duration.ofSeconds(7)),
          Results.rateLimited(Duration.ZERO),
          Results.rejected(FailureReason.CONFLICT, Disposition.RETRY, null),
          Results.rejected(FailureReason.OVERLOADED, Disposition.RETRY, Duration.ofDays(365)));

  /** What an endpoint answers that can be reached and takes the account: whole, or not. */
  private static final List<AttemptResult> ANSWERS =
      List.of(
          Results.answered(),
          Results.billed(),
          Results.billed(FailureReason.STREAM_TRUNCATED, Disposition.RETRY),
          Results.billed(FailureReason.OVERLOADED, Disposition.RETRY),
          Results.billed(FailureReason.QUOTA_EXHAUSTED, Disposition.HOLD));

  private static final List<AttemptResult> NOTHING_WHOLE = ANSWERS.subList(1, ANSWERS.size());

  private static final class Run {
    final Stage stage =
        new Stage(
            5,
            false,
            Stage.holdWithBrake(0.5),
            new BreakerConfig(50, 10, 4, Duration.ofSeconds(2), 2));
    final TaskOutbox task = stage.open();
    final Map<String, Integer> billed = new HashMap<>();
    final Map<String, Integer> rows = new HashMap<>();
    final List<String> outcomes = new ArrayList<>();
    final Random random;

    Run(long seed) {
      random = new Random(seed);
    }

    void end(String id, List<AttemptResult> ends) {
      AttemptResult result = ends.get(random.nextInt(ends.size()));
      if (result.maybeBilled()) {
        billed.merge(id, 1, Integer::sum);
      }
      stage.end(id, result);
    }

    void emit() {
      for (var next = task.poll(); next != null; next = task.poll()) {
        next.rows().forEach(row -> rows.merge(row.getRequestId(), 1, Integer::sum));
        if (next.ends()) {
          outcomes.add(next.position().toString());
          stage.dispatcher.committed(List.of(next.position()));
        }
      }
      stage.loop.run();
    }

    void check() {
      assertThat(billed.values()).allMatch(count -> count <= Stage.MAX_ATTEMPTS);
      assertThat(outcomes).doesNotHaveDuplicates();
    }
  }

  @Property(tries = 60)
  void shouldPayForNoRequestMoreOftenThanItsAttemptsAllow(@ForAll long seed) {
    Run run = new Run(seed);
    for (int i = 0; i < REQUESTS; i++) {
      run.stage.accept(run.task, i, "r" + i);
    }
    for (int step = 0; step < 150; step++) {
      for (String id : run.stage.client.open()) {
        if (run.random.nextInt(3) > 0) {
          run.end(id, ENDS);
        }
      }
      run.stage.advance(Duration.ofMillis(run.random.nextInt(20_000)));
      run.emit();
      run.check();
    }
    endWhileItAnswers(run, run.random.nextBoolean() ? ANSWERS : NOTHING_WHOLE);
  }

  private static void endWhileItAnswers(Run run, List<AttemptResult> answers) {
    int steps = 0;
    while (run.outcomes.size() < REQUESTS && steps++ < MOST_STEPS) {
      run.stage.client.open().forEach(id -> run.end(id, answers));
      run.stage.advance(Duration.ofMinutes(6));
      run.emit();
    }
    run.check();
    assertThat(run.outcomes).as("an endpoint that answers ends them").hasSize(REQUESTS);
    assertThat(run.rows).as("a row for each that was billed").isEqualTo(run.billed);
  }
}
