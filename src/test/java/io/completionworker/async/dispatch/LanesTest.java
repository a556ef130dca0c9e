// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Progress;
import io.completionworker.completion.RecordPosition;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.port.Admission;
import io.completionworker.completion.port.RequestReader.Reading;
import io.completionworker.fixtures.ManualLoop;
import io.completionworker.fixtures.TextCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LanesTest {

  private final TaskOutbox task =
      new TaskOutbox(
          new StreamThreadGate(Thread.currentThread(), new OpenTransaction(positions -> {})), 1, 0);
  private final Lanes lanes = new Lanes(new Closed());
  private long now;

  @Test
  void shouldNotPileUpWhatHasEndedBehindOneThatWaits() {
    add("first@a");

    for (int i = 0; i < 10_000; i++) {
      add("r" + i + "@a").become(Flight.State.WRITING); // at its deadline
      next();
    }

    assertThat(lanes.kept()).isLessThan(200);
  }

  @Test
  void shouldNotPileUpLanesThatHaveBecomeEmpty() {
    for (int i = 0; i < 10_000; i++) {
      Flight flight = add("r" + i + "@a");
      next();
      flight.become(Flight.State.WRITING);
      now += Duration.ofSeconds(2).toNanos();
      next();
    }

    assertThat(lanes.kept()).isLessThan(200);
  }

  private void next() {
    assertThat(lanes.next(now, flight -> true)).isNull();
  }

  private Flight add(String text) {
    SourceRecord source =
        new SourceRecord(
            new RecordPosition("requests", 0, 0),
            null,
            text.getBytes(StandardCharsets.UTF_8),
            List.of(),
            0,
            0,
            0);
    CompletionCall call = ((Reading.Ready) new TextCodec(() -> 0).read(source, false)).call();
    Flight flight = new Flight(task, source, false, new Tally(Progress.NONE), new ManualLoop());
    flight.call = call;
    flight.become(Flight.State.WAITING);
    lanes.add(flight, call, true, now);
    return flight;
  }

  /** Lets nobody start. */
  private static final class Closed implements Admission {
    @Override
    public String lane(CompletionCall call) {
      return call.scope().credential();
    }

    @Override
    public long admit(CompletionCall call) {
      return Duration.ofHours(1).toNanos();
    }

    @Override
    public Toll ended(CompletionCall call, AttemptResult result) {
      return Toll.ATTEMPT;
    }
  }
}
