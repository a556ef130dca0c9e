// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.flight;

import io.completionworker.async.loop.Loop;
import io.completionworker.async.outbox.CallHistory.PoisonRule;
import io.completionworker.async.outbox.OpenTransaction;
import io.completionworker.async.outbox.StreamThreadGate;
import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.completion.Emission.Progress;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.fixtures.SampleClasses;
import io.completionworker.fixtures.SampleTenants;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Flights of one task, in a table in which requests of one key take turns. */
public final class SampleFlights {

  private static final PoisonRule NOTHING_KILLS =
      new PoisonRule("this-process", 0, name -> CompletableFuture.completedFuture(true));

  private final Flights table;
  private final TaskOutbox task;

  /** The table is empty. */
  public SampleFlights(Loop loop) {
    table = new Flights(loop, true);
    task =
        new TaskOutbox(
            new StreamThreadGate(
                Thread.currentThread(),
                new OpenTransaction(done -> {}, Duration.ofMillis(100)),
                SampleClasses.only(loop, SampleTenants.none()).all().get(0)),
            1,
            loop.nanos());
  }

  /** Begins the flight of a new request. */
  public Flight begin(RecordPosition at, byte @Nullable [] key) {
    SourceRecord source = new SourceRecord(at, key, null, List.of(), 0, 0, 0);
    return table.begin(task, source, null, false, Progress.NONE, null, NOTHING_KILLS);
  }
}
