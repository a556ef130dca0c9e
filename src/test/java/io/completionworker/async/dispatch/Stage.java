// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.async.codec.CodecStage;
import io.completionworker.async.codec.DecodingHold;
import io.completionworker.async.dispatch.DispatcherParts.Modules;
import io.completionworker.async.dispatch.DispatcherParts.Ports;
import io.completionworker.async.dispatch.DispatcherParts.Rules;
import io.completionworker.async.flight.Flights;
import io.completionworker.async.loop.Loop;
import io.completionworker.async.outbox.CallHistory;
import io.completionworker.async.outbox.CallHistory.PoisonRule;
import io.completionworker.async.outbox.OpenTransaction;
import io.completionworker.async.outbox.StreamThreadGate;
import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.async.schedule.Classes;
import io.completionworker.async.schedule.LaneQuota;
import io.completionworker.async.schedule.Lease;
import io.completionworker.async.schedule.Tenants;
import io.completionworker.async.spending.Spending;
import io.completionworker.completion.AnswerMemoryLimit;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.Emission;
import io.completionworker.completion.Emission.Progress;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.completion.port.Admission;
import io.completionworker.config.BreakerConfig;
import io.completionworker.config.FairnessConfig.Weight;
import io.completionworker.config.HoldConfig;
import io.completionworker.config.RetryConfig;
import io.completionworker.config.StreamConfig;
import io.completionworker.control.Control;
import io.completionworker.control.ControlRecord;
import io.completionworker.control.Controls;
import io.completionworker.control.Selector;
import io.completionworker.control.budget.Budgets;
import io.completionworker.fixtures.FakeClient;
import io.completionworker.fixtures.Gates;
import io.completionworker.fixtures.ManualLoop;
import io.completionworker.fixtures.RecordedTracer;
import io.completionworker.fixtures.SampleClasses;
import io.completionworker.fixtures.SampleControls;
import io.completionworker.fixtures.SampleTenants;
import io.completionworker.fixtures.TextCodec;
import io.completionworker.metrics.Meters;
import io.completionworker.metrics.RequestMeters;
import io.completionworker.resilience.AdmissionGate.Condition;
import io.completionworker.resilience.BackoffRetryPolicy;
import io.completionworker.resilience.BudgetCondition;
import io.completionworker.resilience.health.TierHealth;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A dispatcher with the real retries and holds, a manual clock, and calls that end by hand. */
final class Stage {

  static final int MAX_ATTEMPTS = 3;
  static final int DEADLY = 3;
  static final Duration LEASE = Duration.ofSeconds(5);
  static final Duration COMMIT_INTERVAL = Duration.ofMillis(100);
  static final StreamConfig CHUNKS = new StreamConfig(Duration.ofMillis(100), 10, 20);
  static final long ROOM = 10_000_000; // bytes of answers

  final ManualLoop loop = new ManualLoop();
  final FakeClient client = new FakeClient();
  final RecordedTracer tracer = new RecordedTracer();
  final TextCodec codec = new TextCodec(loop::nanos);
  final Lease lease = new Lease(LEASE, COMMIT_INTERVAL, loop.nanos());
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final LaneQuota quota;
  final BackoffRetryPolicy retries;
  final DecodingHold hold;
  final AnswerMemoryLimit room = new AnswerMemoryLimit(ROOM);
  final CodecStage coding;

  Duration inTopic = Duration.ZERO; // how long requests that come from now on were there
  Duration stored = Duration.ZERO; // and then in the store

  String aliveProcess = ""; // one beside this one

  /** Whether other processes are alive, when that takes time. */
  @Nullable CompletableFuture<Boolean> census;

  CallHistory.Stored before = CallHistory.Stored.NOTHING;
  final Dispatcher dispatcher;
  final Budgets budgets;
  final TierHealth tiers;
  final List<List<Control.Limit>> limits = new ArrayList<>();
  int copies; // of the bytes of requests, out of the store
  private final int maxInFlight;
  private final List<TaskOutbox> tasks = new ArrayList<>();
  private final StreamThreadGate gate;

  Stage(int maxInFlight, boolean keyOrdered) {
    this(maxInFlight, keyOrdered, holdWithBrake(0), Gates.NO_BREAKER);
  }

  Stage(int maxInFlight, boolean keyOrdered, HoldConfig hold, BreakerConfig breaker) {
    this(
        maxInFlight,
        keyOrdered,
        new Room(1_000, true, false, 0),
        hold,
        (nanos, meters, tiers) -> Gates.of(hold, breaker, nanos, meters),
        List.of(),
        loop -> Budgets.none());
  }

  /** A stage whose lanes have at most {@code maxAtHand} requests at hand and all wait for this. */
  Stage(int maxInFlight, int maxAtHand, Function<LongSupplier, Condition> limit) {
    this(
        maxInFlight,
        false,
        new Room(maxAtHand, false, false, 0),
        holdWithBrake(0),
        (nanos, meters, tiers) -> Gates.of(List.of(limit.apply(nanos))),
        List.of(),
        loop -> Budgets.none());
  }

  /** A stage whose users take turns, and have so many requests at hand together. */
  Stage(int maxInFlight, boolean keyOrdered, int maxAtHand, int together, List<Weight> weights) {
    this(
        maxInFlight,
        keyOrdered,
        new Room(maxAtHand, false, false, together),
        holdWithBrake(0),
        (nanos, meters, tiers) -> Gates.of(holdWithBrake(0), nanos, meters),
        weights,
        loop -> Budgets.none());
  }

  /** A stage whose lanes have at most {@code maxAtHand} requests at hand. */
  Stage(int maxInFlight, boolean keyOrdered, int maxAtHand, boolean overflowFails) {
    this(
        maxInFlight,
        keyOrdered,
        new Room(maxAtHand, true, overflowFails, 0),
        holdWithBrake(0),
        (nanos, meters, tiers) -> Gates.of(holdWithBrake(0), nanos, meters),
        List.of(),
        loop -> Budgets.none());
  }

  static Stage budgeted(int maxInFlight, int maxAtHand, Function<ManualLoop, Budgets> budgets) {
    return new Stage(
        maxInFlight,
        false,
        new Room(maxAtHand, true, false, 0),
        holdWithBrake(0),
        (nanos, meters, tiers) -> Gates.of(List.of()),
        List.of(),
        budgets);
  }

  /** A stage with service tiers, waits of credentials and breakers. */
  static Stage tiered(int maxInFlight, BreakerConfig breaker) {
    return new Stage(
        maxInFlight,
        false,
        new Room(1_000, true, false, 0),
        holdWithBrake(0),
        (nanos, meters, tiers) -> Gates.of(holdWithBrake(0), breaker, tiers, nanos, meters),
        List.of(),
        loop -> Budgets.none());
  }

  /** What lanes may have at hand, see {@link LaneQuota}. */
  private record Room(int maxAtHand, boolean severalScopes, boolean overflowFails, int together) {

    LaneQuota quota(Loop loop) {
      int enough = Math.max(1, maxAtHand / 4);
      return new LaneQuota(loop, maxAtHand, enough, overflowFails, severalScopes, together);
    }
  }

  private Stage(
      int maxInFlight,
      boolean keyOrdered,
      Room atHand,
      HoldConfig hold,
      Gates.Gate gate,
      List<Weight> weights,
      Function<ManualLoop, Budgets> budgeting) {
    this.maxInFlight = maxInFlight;
    quota = atHand.quota(loop);
    Meters meters = new Meters(registry);
    budgets = budgeting.apply(loop);
    tiers = Gates.tiers(maxInFlight, loop::nanos, meters);
    Admission admission =
        budgets.on()
            ? Gates.of(List.of(new BudgetCondition(budgets)))
            : gate.of(loop::nanos, meters, tiers);
    RetryConfig retry =
        new RetryConfig(
            MAX_ATTEMPTS,
            Duration.ofSeconds(1),
            1.0,
            Duration.ofSeconds(1),
            0,
            LEASE.multipliedBy(100));
    this.retries = new BackoffRetryPolicy(retry, hold);
    this.hold = new DecodingHold(hold, loop);
    coding =
        new CodecStage(
            new CodecStage.Coders(codec, codec, codec, codec, codec::withoutWaiting, () -> true),
            this.hold,
            loop,
            loop::execute,
            meters,
            error -> {
              throw new AssertionError(error);
            });
    boolean shared = atHand.together() > 0;
    Tenants tenants = shared ? SampleTenants.users(meters, weights) : SampleTenants.none();
    Classes classes = SampleClasses.only(quota, lease, tenants);
    Calls calls = new Calls(client, maxInFlight, tracer, room);
    PoisonRule deaths = new PoisonRule("this-process", DEADLY, this::isAlive);
    Controls controls = new Controls(call -> Map.of());
    Flights flights = new Flights(loop, keyOrdered);
    Spending spending = new Spending(loop, budgets, flights);
    dispatcher =
        new Dispatcher(
            new DispatcherParts(
                new Modules(loop, coding, classes, spending, meters),
                new Ports(calls, admission, retries, tiers, deaths, controls, limits::add),
                new Rules(CHUNKS, TextCodec.CACHE, TextCodec.PROMPTS, Gates.TIERS)));
    this.gate =
        new StreamThreadGate(
            Thread.currentThread(),
            new OpenTransaction(dispatcher::committed, Duration.ofMillis(100)),
            classes.all().get(0));
  }

  static HoldConfig holdWithBrake(double share) {
    return new HoldConfig(
        HoldConfig.Action.WAIT,
        Duration.ofSeconds(10),
        Duration.ofMinutes(5),
        share,
        10,
        Duration.ofSeconds(30));
  }

  /** Whether more requests would be of no use. */
  boolean satisfied() {
    return quota.satisfied(dispatcher.inFlight() >= maxInFlight);
  }

  TaskOutbox open() {
    TaskOutbox task = dispatcher.open(gate, before);
    tasks.add(task);
    return task;
  }

  /** Moves the time while the tasks go on running. */
  void advance(Duration duration) {
    long end = loop.nanos() + duration.toNanos();
    while (loop.nanos() < end) {
      tasks.forEach(task -> task.seen(loop.nanos()));
      loop.advance(Duration.ofNanos(Math.min(500_000_000L, end - loop.nanos())));
    }
  }

  void accept(TaskOutbox task, long offset, String text) {
    accept(task, offset, null, text, false);
  }

  void accept(TaskOutbox task, long offset, @Nullable String key, String text, boolean recovered) {
    accept(task, offset, key, text, recovered, Progress.NONE);
  }

  /** A request that was found in the store. */
  void recover(TaskOutbox task, long offset, String text, Progress progress) {
    accept(task, offset, null, text, true, progress);
  }

  private void accept(
      TaskOutbox task,
      long offset,
      @Nullable String key,
      String text,
      boolean recovered,
      Progress progress) {
    byte[] keyBytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
    byte[] value = text.getBytes(StandardCharsets.UTF_8);
    RecordPosition at = new RecordPosition("requests", 0, offset);
    long accepted = loop.millis() - stored.toMillis();
    long published = accepted - inTopic.toMillis();
    SourceRecord source = new SourceRecord(at, keyBytes, value, List.of(), published, accepted, 0);
    SourceRecord.Kept kept = new SourceRecord.Kept(value.length, () -> whole(source));
    if (recovered) {
      dispatcher.recover(task, source.withoutValue(), kept, progress, before);
    } else {
      dispatcher.accept(task, source.withoutValue(), kept);
    }
    loop.run();
  }

  private SourceRecord whole(SourceRecord source) {
    copies++;
    return source;
  }

  void answer(String requestId) {
    client.answer(requestId);
    loop.run();
  }

  void end(String requestId, AttemptResult result) {
    client.end(requestId, result);
    loop.run();
  }

  void close(TaskOutbox task) {
    dispatcher.close(task);
    loop.run();
  }

  /** A control comes in. */
  void control(Control control) {
    dispatcher.control(codec.control(control));
    loop.run();
  }

  /** A control is withdrawn. */
  @SuppressWarnings("NullAway") // javac drops the annotation at a compact constructor
  void withdraw(String id) {
    dispatcher.control(new ControlRecord(id, null, List.of()));
    loop.run();
  }

  /** All requests so far are cancelled that are selected. */
  void cancel(Selector selector) {
    control(SampleControls.cancel("cancel-1", selector, loop.millis() + 1));
  }

  /** Emits the oldest chunk of a task. */
  void emitOne(TaskOutbox task) {
    dispatcher.chunksEmitted(List.of(Objects.requireNonNull(task.poll()).position()));
    loop.run();
  }

  long outcomes() {
    return registry.find(RequestMeters.OUTCOMES.name()).counters().stream()
        .mapToLong(counter -> (long) counter.count())
        .sum();
  }

  private CompletionStage<Boolean> isAlive(String process) {
    CompletableFuture<Boolean> asked = census;
    return asked == null ? CompletableFuture.completedFuture(process.equals(aliveProcess)) : asked;
  }

  OpenTransaction transaction() {
    return gate.transaction();
  }

  /** Commits it, or tells that it was aborted. */
  void end(boolean committed) {
    long now = loop.nanos();
    Runnable how = committed ? () -> transaction().committed(now) : transaction()::aborted;
    how.run();
    loop.run();
  }

  /** Takes what a task has to emit, as text, and commits. */
  List<String> emitted(TaskOutbox task) {
    List<String> texts = forwarded(task);
    end(true);
    return texts;
  }

  /** Takes what a task has to emit, as text; nobody has committed it yet. */
  List<String> forwarded(TaskOutbox task) {
    List<String> texts = new ArrayList<>();
    for (Emission next = task.poll(); next != null; next = task.poll()) {
      if (next.ends()) {
        transaction().forwarded(next.position());
      } else if (next.role() instanceof Emission.Role.Piece) {
        dispatcher.chunksEmitted(List.of(next.position()));
      }
      texts.add(TextCodec.text(next));
    }
    loop.run();
    return texts;
  }
}
