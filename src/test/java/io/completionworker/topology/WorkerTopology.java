// SPDX-License-Identifier: Apache-2.0
package io.completionworker.topology;

import io.completionworker.async.Capacity;
import io.completionworker.async.CompletionProcessorSupplier;
import io.completionworker.async.CompletionProcessorSupplier.OwnedPartitions;
import io.completionworker.async.IntakeControl;
import io.completionworker.async.SourceFormat;
import io.completionworker.async.codec.CodecStage;
import io.completionworker.async.codec.DecodingHold;
import io.completionworker.async.dispatch.Calls;
import io.completionworker.async.dispatch.Dispatcher;
import io.completionworker.async.dispatch.DispatcherParts;
import io.completionworker.async.dispatch.DispatcherParts.Modules;
import io.completionworker.async.dispatch.DispatcherParts.Ports;
import io.completionworker.async.dispatch.DispatcherParts.Rules;
import io.completionworker.async.flight.Flights;
import io.completionworker.async.outbox.CallHistory.PoisonRule;
import io.completionworker.async.schedule.Classes;
import io.completionworker.async.schedule.LaneQuota;
import io.completionworker.async.schedule.Lease;
import io.completionworker.async.spending.Spending;
import io.completionworker.avro.UsageWindow;
import io.completionworker.completion.AnswerMemoryLimit;
import io.completionworker.completion.port.CallTracer;
import io.completionworker.completion.port.ChunkWriter;
import io.completionworker.completion.port.EncodingResult;
import io.completionworker.completion.port.OutcomeWriter;
import io.completionworker.completion.port.RequestReader;
import io.completionworker.completion.port.TierOutlook;
import io.completionworker.config.AsyncConfig;
import io.completionworker.config.CacheConfig;
import io.completionworker.config.DedupeConfig;
import io.completionworker.config.HoldConfig;
import io.completionworker.config.PromptCacheConfig;
import io.completionworker.config.RetryConfig;
import io.completionworker.config.StreamConfig;
import io.completionworker.config.TierConfig;
import io.completionworker.config.TopicsConfig;
import io.completionworker.config.UsageWindowConfig;
import io.completionworker.control.ControlRecord;
import io.completionworker.control.Controls;
import io.completionworker.control.budget.Budgets;
import io.completionworker.fixtures.FakeClient;
import io.completionworker.fixtures.Gates;
import io.completionworker.fixtures.ManualLoop;
import io.completionworker.fixtures.SampleClasses;
import io.completionworker.fixtures.SampleTenants;
import io.completionworker.fixtures.TextCodec;
import io.completionworker.metrics.Meters;
import io.completionworker.resilience.BackoffRetryPolicy;
import io.completionworker.usage.UsageWindowSupplier;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.Topology;
import org.jspecify.annotations.Nullable;

/** The real topology and dispatcher, with calls and time in the test's hand. */
final class WorkerTopology {

  static final TopicsConfig TOPICS =
      new TopicsConfig(
          "completion-requests",
          "completion-responses",
          "completion-usage",
          "completion-failures",
          "completion-chunks",
          "completion-usage-windows",
          "completion-dead-letters",
          "completion-controls",
          "completion-spend");

  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final ManualLoop loop = new ManualLoop();
  final FakeClient client = new FakeClient();
  final Capacity capacity;
  final IntakeControl intake;
  final CompletionProcessorSupplier supplier;
  final UsageWindowSupplier sumUsage;
  final List<ControlRecord> controls = new ArrayList<>();
  private final OwnedPartitions owned = new OwnedPartitions(partitions -> {});

  WorkerTopology(int maxPendingRecords, int maxRecordBytes) {
    this(maxPendingRecords, maxRecordBytes, false);
  }

  WorkerTopology(int maxPendingRecords, int maxRecordBytes, boolean inlineConfig) {
    this(maxPendingRecords, maxRecordBytes, inlineConfig, Duration.ofDays(10_000));
  }

  /** One that calls requests of one key one after the other. */
  static WorkerTopology ordered(int maxPendingRecords, int maxRecordBytes) {
    return new WorkerTopology(
        maxPendingRecords, maxRecordBytes, false, Duration.ofDays(10_000), true);
  }

  /** One that reads and writes records in another way than text. */
  static WorkerTopology with(RequestReader reader, OutcomeWriter writer, ChunkWriter chunks) {
    return new WorkerTopology(
        10,
        100_000,
        false,
        Duration.ofDays(10_000),
        false,
        clock -> new Codec(reader, writer, chunks),
        null,
        3);
  }

  /** One that holds the committed offset back, and stores what is open for so long. */
  static WorkerTopology holdingBack(int maxPendingRecords, Duration spillAfter) {
    return holdingBack(maxPendingRecords, spillAfter, 3);
  }

  /**
   * One that calls a request as often as it takes, with or without a committed offset that waits.
   */
  static WorkerTopology tireless(@Nullable Duration spillAfter) {
    return holdingBack(1_000, spillAfter, 1_000_000);
  }

  private static WorkerTopology holdingBack(
      int maxPendingRecords, @Nullable Duration spillAfter, int maxAttempts) {
    return new WorkerTopology(
        maxPendingRecords,
        4_096,
        false,
        Duration.ofDays(10_000),
        false,
        Codec::text,
        spillAfter,
        maxAttempts);
  }

  /** What reads and writes records. */
  private record Codec(RequestReader reader, OutcomeWriter writer, ChunkWriter chunks) {

    static Codec text(LongSupplier clock) {
      TextCodec text = new TextCodec(clock);
      return new Codec(text, text, text);
    }
  }

  WorkerTopology(
      int maxPendingRecords, int maxRecordBytes, boolean inlineConfig, Duration leaseLength) {
    this(maxPendingRecords, maxRecordBytes, inlineConfig, leaseLength, false);
  }

  private WorkerTopology(
      int maxPendingRecords,
      int maxRecordBytes,
      boolean inlineConfig,
      Duration leaseLength,
      boolean keyOrdered) {
    this(
        maxPendingRecords,
        maxRecordBytes,
        inlineConfig,
        leaseLength,
        keyOrdered,
        Codec::text,
        null,
        3);
  }

  private WorkerTopology(
      int maxPendingRecords,
      int maxRecordBytes,
      boolean inlineConfig,
      Duration leaseLength,
      boolean keyOrdered,
      Function<LongSupplier, Codec> codecs,
      @Nullable Duration spillAfter,
      int maxAttempts) {
    Meters meters = new Meters(registry);
    Codec codec = codecs.apply(loop::nanos);
    Lease lease = new Lease(leaseLength, Duration.ZERO, loop.nanos());
    HoldConfig hold =
        new HoldConfig(
            HoldConfig.Action.WAIT,
            Duration.ofSeconds(10),
            Duration.ofMinutes(5),
            0,
            100,
            Duration.ZERO);
    RetryConfig retry =
        new RetryConfig(
            maxAttempts,
            Duration.ofSeconds(1),
            2,
            Duration.ofMinutes(1),
            0,
            Duration.ofMinutes(10));
    CodecStage stage =
        new CodecStage(
            new CodecStage.Coders(
                codec.reader(),
                codec.writer(),
                codec.chunks(),
                new TextCodec(() -> 0),
                Runnable::run,
                () -> true),
            new DecodingHold(hold, loop),
            loop,
            Runnable::run,
            meters,
            WorkerTopology::fail);
    LaneQuota quota = new LaneQuota(loop, 1_000, 250, false, false, 0);
    Classes classes = SampleClasses.only(quota, lease, SampleTenants.none());
    Flights flights = new Flights(loop, keyOrdered);
    Dispatcher dispatcher =
        new Dispatcher(
            new DispatcherParts(
                new Modules(
                    loop, stage, classes, new Spending(loop, Budgets.none(), flights), meters),
                new Ports(
                    new Calls(client, 100, CallTracer.OFF, new AnswerMemoryLimit(100_000_000)),
                    Gates.of(hold, loop::nanos, meters),
                    new BackoffRetryPolicy(retry, hold),
                    TierOutlook.NONE,
                    new PoisonRule(
                        "this-process", 3, other -> CompletableFuture.completedFuture(false)),
                    new Controls(call -> Map.of()),
                    limits -> {}),
                new Rules(
                    new StreamConfig(Duration.ZERO, 1_000, 10_000),
                    CacheConfig.OFF,
                    PromptCacheConfig.OFF,
                    TierConfig.OFF)));
    capacity = new Capacity(maxPendingRecords, 1_000_000);
    intake =
        new IntakeControl(
            new Unpaused(),
            capacity,
            classes.all().get(0),
            dispatcher::committed,
            WorkerTopology::fail);
    AsyncConfig config =
        new AsyncConfig(
            100,
            maxPendingRecords,
            maxPendingRecords,
            AsyncConfig.Overflow.WAIT,
            1_000_000,
            100_000_000,
            maxRecordBytes,
            AsyncConfig.Ordering.UNORDERED,
            AsyncConfig.StoreKind.MEMORY,
            spillAfter,
            3,
            Duration.ofSeconds(5),
            Map.of("segment.bytes", "33554432"));
    supplier =
        new CompletionProcessorSupplier(
            dispatcher,
            capacity,
            intake,
            owned,
            new SourceFormat(TOPICS.requests(), maxRecordBytes, inlineConfig, meters),
            config,
            DedupeConfig.OFF,
            meters);
    sumUsage =
        new UsageWindowSupplier(
            new UsageWindowConfig(Duration.ofMinutes(1), Duration.ofHours(1), List.of("model")),
            "requests",
            config,
            stage,
            window -> new EncodingResult.Encoded<>(text(window)),
            lease,
            loop::nanos,
            meters);
  }

  private static byte[] text(UsageWindow window) {
    return ("{model=" + window.getModel() + "} " + window.getCalls())
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void fail(Throwable error) {
    throw new AssertionError(error);
  }

  Topology topology() {
    return new CompletionTopology(TOPICS, supplier, sumUsage, controls::add, null).build();
  }

  /** Partitions whose tasks are open. */
  int owned() {
    return owned.count();
  }

  double count(String meter) {
    return registry.find(meter).counters().stream().mapToDouble(c -> c.count()).sum();
  }

  private static final class Unpaused implements IntakeControl.Processing {
    @Override
    public void pause() {}

    @Override
    public void resume() {}

    @Override
    public Map<String, Double> polls() {
      return Map.of();
    }

    @Override
    public boolean running() {
      return true;
    }
  }
}
