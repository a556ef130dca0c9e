// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Wait.WaitingFor;
import io.completionworker.completion.port.Admission;
import io.completionworker.config.Limits;
import io.completionworker.fixtures.Gates;
import io.completionworker.fixtures.ManualLoop;
import io.completionworker.fixtures.Results;
import io.completionworker.resilience.AdmissionGate.Condition;
import io.completionworker.resilience.limit.RateLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Lanes that share a limit, so that a start or an end of one is of interest to all. */
class LanesOfOneLimitTest {

  private final ManualLoop loop = new ManualLoop();

  @Test
  void shouldNotPileUpEmptyLanesBehindOneThatWaitsForTheSameLimit() {
    Turns turns = new Turns(loop, Gates.of(List.of(Gates.perSecond(1, loop::nanos))));
    turns.add("head@head");
    turns.add("r@head");
    assertThat(turns.next()).isEqualTo("head");

    for (int i = 0; i < 10_000; i++) {
      SampleCandidate flight = turns.add("r" + i + "@lane" + i);
      assertThat(turns.next()).isNull();
      flight.leaves();
    }

    assertThat(turns.lanes.kept()).isLessThan(200);
  }

  @Test
  void shouldAskFewLanesForAStartHoweverManyShareItsLimit() {
    Counter counter = new Counter();
    Turns turns = new Turns(loop, Gates.of(List.of(counter, Gates.perSecond(100, loop::nanos))));
    for (int i = 0; i < 2_000; i++) {
      turns.add("r" + i + "@lane" + i);
      turns.add("again" + i + "@lane" + i);
    }
    assertThat(turns.startedUntilNoneMay()).containsExactly("r0");
    counter.asked = 0;
    turns.lookedAt = 0;

    List<String> started = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      loop.advance(Duration.ofMillis(10));
      started.addAll(turns.startedUntilNoneMay());
    }

    assertThat(started).as("the limit is used, by lanes in turn").isEqualTo(ids("r", 1, 101));
    assertThat(turns.lookedAt).as("for 100 starts").isLessThan(500);
    assertThat(counter.asked).as("for 100 starts").isLessThan(500);
  }

  @Test
  void shouldAskTheNextOfALimitWhenTheOneThatWasNextHasGone() {
    Turns turns = new Turns(loop, Gates.of(List.of(Gates.perSecond(1, loop::nanos))));
    SampleCandidate first = turns.add("first@a");
    turns.add("second@b");
    SampleCandidate third = turns.add("third@c");
    turns.add("fourth@d");
    assertThat(turns.startedUntilNoneMay()).containsExactly("first");

    third.leaves();
    loop.advance(Duration.ofSeconds(1));
    assertThat(turns.startedUntilNoneMay()).containsExactly("second");
    loop.advance(Duration.ofSeconds(1));
    assertThat(turns.startedUntilNoneMay()).as("the third is gone").containsExactly("fourth");
    assertThat(first.waitsInLane()).isFalse();
  }

  /** It asks again each second, so that its turn does not end while it waits. */
  @Test
  void shouldLetNoNewLaneStartBeforeOneThatWaitsLongForTheSameLimit() {
    Limits twelveAMinute = new Limits(null, 12.0, null, null, null, null);
    Turns turns = new Turns(loop, Gates.of(List.of(Gates.limits(twelveAMinute, loop::nanos))));
    turns.add("first@a");
    turns.add("second@b");
    assertThat(turns.startedUntilNoneMay()).containsExactly("first");

    List<String> started = new ArrayList<>();
    for (int i = 0; started.isEmpty(); i++) {
      loop.advance(Duration.ofMillis(1_037)); // late each time, as a busy loop is
      turns.add("new" + i + "@new" + i);
      started.addAll(turns.startedUntilNoneMay());
    }

    assertThat(started).containsExactly("second");
  }

  @Test
  void shouldAskAgainWhenACallOfTheSameLimitEnds() {
    RateLimits limits = Gates.limits(new Limits(null, null, null, null, null, 1), loop::nanos);
    Turns turns = new Turns(loop, Gates.of(List.of(limits)));
    SampleCandidate first = turns.add("first@a");
    turns.add("second@b");
    turns.add("third@c");
    assertThat(turns.startedUntilNoneMay()).containsExactly("first");

    limits.ended(first.call(), Results.answered());
    turns.lanes.reopen(first, first.call(), loop.nanos());

    assertThat(turns.startedUntilNoneMay()).containsExactly("second");
  }

  private static List<String> ids(String prefix, int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> prefix + i).toList();
  }

  /** Counts the calls that are asked about. */
  private static final class Counter implements Condition {

    private int asked;

    @Override
    public long wait(CompletionCall call) {
      asked++;
      return 0;
    }

    @Override
    public WaitingFor waitingFor() {
      return WaitingFor.PERMIT;
    }

    @Override
    public void started(CompletionCall call) {}

    @Override
    public Admission.AttemptCost ended(CompletionCall call, AttemptResult result) {
      return Admission.AttemptCost.ATTEMPT;
    }
  }
}
