// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.schedule;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.CompletionCall.CallScope;
import io.completionworker.completion.CompletionCall.TokenEstimate;
import io.completionworker.completion.CompletionCall.TraceContext;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.completion.port.Admission;
import io.completionworker.fixtures.ManualLoop;
import io.completionworker.fixtures.SampleClasses;
import io.completionworker.fixtures.SampleTenants;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What a start takes while many lanes wait. */
@State(Scope.Benchmark)
public class LaneSteps {

  private static final long SECOND = 1_000_000_000L;

  /** Lanes that wait. */
  @Param({"10", "1000", "100000"})
  public int lanes;

  private final ManualLoop loop = new ManualLoop();
  private final Classes classes = SampleClasses.only(loop, SampleTenants.none());
  private final Lanes<SampleCandidate> all = new Lanes<>(new Doors(), classes);
  private SampleCandidate open = flight(0, "open");

  /** Fills lanes that may not start anything. */
  @Setup
  public void prepare() {
    for (int i = 1; i <= lanes; i++) {
      add(flight(i, "shut" + i));
    }
    if (all.next(0, flight -> true) != null) {
      throw new IllegalStateException("a lane that is shut");
    }
  }

  /** A request comes into a lane that does not wait, and starts. */
  @Benchmark
  public long start() {
    add(open);
    open = Objects.requireNonNull(all.next(0, flight -> true));
    return all.nextNanos(0);
  }

  private void add(SampleCandidate flight) {
    all.add(flight, flight.call(), true, 0);
  }

  private SampleCandidate flight(long offset, String lane) {
    RecordPosition position = new RecordPosition("requests", 0, offset);
    SourceRecord source = new SourceRecord(position, null, null, List.of(), 0, 0, 0);
    CompletionCall call =
        new CompletionCall(
            source,
            "id",
            CompletionRequest.newBuilder().setModel("model").setMessages(List.of()).build(),
            Map.of(),
            List.of(),
            new TraceContext("trace", "span", null, null, "traceparent", null, null),
            new CallScope(lane, null, "model"),
            TokenEstimate.NONE,
            Long.MAX_VALUE);
    return new SampleCandidate(classes.all().get(0), call, loop);
  }

  /** All shut but one. */
  private static final class Doors implements Admission {

    @Override
    public String lane(CompletionCall call) {
      return call.scope().credential();
    }

    @Override
    public long admit(CompletionCall call) {
      return lane(call).equals("open") ? 0 : SECOND;
    }

    @Override
    public Admission.AttemptCost ended(CompletionCall call, AttemptResult result) {
      return Admission.AttemptCost.ATTEMPT;
    }
  }
}
