// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.async.codec.CodecStage;
import io.completionworker.async.codec.DecodingHold;
import io.completionworker.async.dispatch.DispatcherParts.Modules;
import io.completionworker.async.dispatch.DispatcherParts.Ports;
import io.completionworker.async.dispatch.DispatcherParts.Rules;
import io.completionworker.async.flight.Flights;
import io.completionworker.async.outbox.CallHistory;
import io.completionworker.async.outbox.CallHistory.PoisonRule;
import io.completionworker.async.outbox.OpenTransaction;
import io.completionworker.async.outbox.StreamThreadGate;
import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.async.schedule.Classes;
import io.completionworker.async.schedule.LaneQuota;
import io.completionworker.async.schedule.Lease;
import io.completionworker.async.spending.Spending;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.completion.AnswerMemoryLimit;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.CompletionCall.CallScope;
import io.completionworker.completion.CompletionCall.TokenEstimate;
import io.completionworker.completion.CompletionCall.TraceContext;
import io.completionworker.completion.Emission;
import io.completionworker.completion.Emission.BilledAttempt;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.completion.port.CallTracer;
import io.completionworker.completion.port.CompletionClient;
import io.completionworker.completion.port.CompletionClient.DeltaSink;
import io.completionworker.completion.port.EncodingResult;
import io.completionworker.completion.port.OutcomeWriter;
import io.completionworker.completion.port.RequestReader;
import io.completionworker.completion.port.TierOutlook;
import io.completionworker.config.CacheConfig;
import io.completionworker.config.HoldConfig;
import io.completionworker.config.PromptCacheConfig;
import io.completionworker.config.RetryConfig;
import io.completionworker.config.StreamConfig;
import io.completionworker.config.TierConfig;
import io.completionworker.control.ControlRecord;
import io.completionworker.control.Controls;
import io.completionworker.control.budget.Budgets;
import io.completionworker.fixtures.Gates;
import io.completionworker.fixtures.ManualLoop;
import io.completionworker.fixtures.Results;
import io.completionworker.fixtures.SampleClasses;
import io.completionworker.fixtures.SampleTenants;
import io.completionworker.metrics.Meters;
import io.completionworker.resilience.BackoffRetryPolicy;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What the dispatcher itself takes of a request, from its acceptance until it is forgotten. */
@State(Scope.Benchmark)
public class DispatchSteps {

  private static final int SLOTS = 64;

  /** Requests that wait for a slot. */
  @Param({"0", "1000"})
  public int waiting;

  private final ManualLoop loop = new ManualLoop();
  private final Endpoint endpoint = new Endpoint();
  private final Classes classes =
      SampleClasses.only(
          new LaneQuota(loop, 10_000, 1_000, false, false, 0),
          new Lease(Duration.ofSeconds(5), Duration.ZERO, loop.nanos()),
          SampleTenants.none());
  private final Dispatcher dispatcher = dispatcher();
  private final TaskOutbox task =
      dispatcher.open(
          new StreamThreadGate(
              Thread.currentThread(),
              new OpenTransaction(done -> {}, Duration.ofMillis(100)),
              classes.all().get(0)),
          CallHistory.Stored.NOTHING); // this thread need not be woken
  private long offset;

  /** Fills the slots, and the lane behind them. */
  @Setup
  public void prepare() {
    for (int i = 1; i < SLOTS + waiting; i++) {
      accept();
    }
  }

  /** One request more comes, the oldest call is answered, and its outcome is forwarded. */
  @Benchmark
  public RecordPosition dispatch() {
    accept();
    endpoint.answerOldest();
    loop.run();
    RecordPosition position = Objects.requireNonNull(task.poll()).position();
    dispatcher.committed(List.of(position));
    loop.run();
    return position;
  }

  private void accept() {
    RecordPosition position = new RecordPosition("requests", 0, offset++);
    SourceRecord source =
        new SourceRecord(position, null, null, List.of(), loop.millis(), loop.millis(), 0);
    dispatcher.accept(task, source, new SourceRecord.Kept(0, () -> source));
    loop.run();
  }

  private Dispatcher dispatcher() {
    Meters meters = new Meters(new SimpleMeterRegistry());
    HoldConfig hold =
        new HoldConfig(
            HoldConfig.Action.WAIT,
            Duration.ofSeconds(10),
            Duration.ofMinutes(5),
            0,
            10,
            Duration.ofSeconds(30));
    RetryConfig retry =
        new RetryConfig(
            3, Duration.ofSeconds(1), 1.0, Duration.ofSeconds(1), 0, Duration.ofMinutes(5));
    Plain codec = new Plain();
    CodecStage coding =
        new CodecStage(
            new CodecStage.Coders(
                codec,
                codec,
                chunk -> new EncodingResult.RetryLater<>("nothing is streamed"),
                record -> new ControlRecord.Reading.Invalid("there are no controls"),
                Runnable::run,
                () -> true),
            new DecodingHold(hold, loop),
            loop,
            Runnable::run,
            meters,
            error -> {});
    StreamConfig streams = new StreamConfig(Duration.ofMillis(100), 10, 20);
    Flights flights = new Flights(loop, false);
    return new Dispatcher(
        new DispatcherParts(
            new Modules(loop, coding, classes, new Spending(loop, Budgets.none(), flights), meters),
            new Ports(
                new Calls(endpoint, SLOTS, CallTracer.OFF, new AnswerMemoryLimit(1L << 40)),
                Gates.of(hold, Gates.NO_BREAKER, loop::nanos, meters),
                new BackoffRetryPolicy(retry, hold),
                TierOutlook.NONE,
                new PoisonRule(
                    "this-process", 3, other -> CompletableFuture.completedFuture(false)),
                new Controls(call -> Map.of()),
                limits -> {}),
            new Rules(streams, CacheConfig.OFF, PromptCacheConfig.OFF, TierConfig.OFF)));
  }

  /** Answers when it is told to. */
  private static final class Endpoint implements CompletionClient {

    private final Queue<CompletableFuture<AttemptResult>> open = new ArrayDeque<>();
    private final AttemptResult answer = Results.answered();

    @Override
    public CompletionStage<AttemptResult> attempt(CompletionCall call, DeltaSink deltas) {
      CompletableFuture<AttemptResult> result = new CompletableFuture<>();
      open.add(result);
      return result;
    }

    void answerOldest() {
      open.remove().complete(answer);
    }
  }

  /** Costs as little as can be. */
  private static final class Plain implements RequestReader, OutcomeWriter {

    private static final TraceContext TRACE =
        new TraceContext("trace", "span", null, null, "traceparent", null, null);

    private final CompletionRequest request =
        CompletionRequest.newBuilder().setModel("model").setMessages(List.of()).build();
    private final CallScope scope = new CallScope("credential", null, "model");

    @Override
    public Reading read(SourceRecord source, boolean recovered) {
      return new Reading.Ready(
          new CompletionCall(
              source,
              "id",
              request,
              Map.of(),
              List.of(),
              TRACE,
              scope,
              TokenEstimate.NONE,
              Long.MAX_VALUE));
    }

    @Override
    public EncodingResult<Emission> write(Outcome outcome) {
      return new EncodingResult.Encoded<>(
          new Emission(
              outcome.source().position(),
              null,
              List.of(),
              1,
              new Emission.Role.End(),
              List.of(),
              List.of(),
              List.of(),
              List.of(),
              List.of()));
    }

    @Override
    public EncodingResult<Emission> write(BilledAttempt expense) {
      return new EncodingResult.RetryLater<>("nothing is paid in vain");
    }
  }
}
