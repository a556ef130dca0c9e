// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import io.completionworker.ThreadDeaths.Termination;
import io.completionworker.async.schedule.ClassOfRequests;
import io.completionworker.config.ShutdownConfig;
import io.completionworker.config.WorkerSettings;
import io.completionworker.management.Health;
import io.completionworker.management.page.ControlReport;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running instance. Builds the stages from the last to the first, and stops them from the first
 * to the last. Safe on every thread.
 */
public final class Worker implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Worker.class);
  private static final long POLL_NANOS = 10_000_000L;

  private final WorkerSettings settings;
  private final Stages stages;
  private final Telemetry telemetry;
  private final Termination ending;
  private final InstanceShare share;
  private final Waits waits;
  private final ReadinessLog readiness;

  /** The classes of requests, the most urgent first. */
  private final List<ClassStreams> classes;

  private Optional<Management> management = Optional.empty();
  private volatile boolean draining;

  private Worker(WorkerSettings settings, Stages stages, Telemetry telemetry, Termination ending) {
    this.settings = settings;
    this.ending = ending;
    this.telemetry = telemetry;
    this.stages = stages;
    this.waits = new Waits(stages);
    this.share =
        new InstanceShare(
            stages.share(),
            settings.rateLimit(),
            stages.loop()::nanos,
            stages.classes().all().size(),
            stages.spending().budgets()::share);
    this.classes = classes();
    this.readiness =
        new ReadinessLog(this::notReadyReasons, this::brokerFault, this::backlog, System::nanoTime);
    new WorkerGauges(stages, telemetry).register(settings, () -> notReadyReasons().isEmpty());
  }

  /** Creates the clients of all classes. Closes those that were made if a later one fails. */
  private List<ClassStreams> classes() {
    List<ClassStreams> made = new ArrayList<>();
    try {
      for (ClassOfRequests one : stages.classes().all()) {
        made.add(new ClassStreams(one, settings, stages, share, telemetry.meters(), ending));
      }
      return List.copyOf(made);
    } catch (RuntimeException e) {
      made.forEach(one -> one.close(CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP));
      throw e;
    }
  }

  /** Starts an instance. Returns before it has read the controls and joined its group. */
  public static Worker start(WorkerSettings settings) {
    Telemetry telemetry = new Telemetry(settings);
    Termination ending = new Termination();
    Worker worker = make(settings, telemetry, ending);
    try {
      worker.start();
      return worker;
    } catch (RuntimeException e) {
      worker.close();
      throw e;
    }
  }

  /** Creates a worker. Closes what was started if a later part rejects its settings. */
  private static Worker make(WorkerSettings settings, Telemetry telemetry, Termination ending) {
    try {
      Stages stages = Stages.start(settings, telemetry.meters(), ending::fail);
      try {
        return new Worker(settings, stages, telemetry, ending);
      } catch (RuntimeException e) {
        stages.close();
        throw e;
      }
    } catch (RuntimeException e) {
      telemetry.close();
      throw e;
    }
  }

  private void start() {
    management = Management.start(this, settings, telemetry.registry(), share, stages);
    log.info(
        "A shutdown takes up to {} s: leave it as much before you kill it",
        settings.shutdown().grace().toSeconds());
    classes.forEach(one -> telemetry.watch(one.streams()));
    classes.forEach(ClassStreams::watch);
    readiness.start();
    List<ClassStreams> others = classes.subList(1, classes.size());
    classes.get(0).begin(() -> others.forEach(one -> one.begin(() -> {}))); // it has the controls
  }

  /** Returns the meters of this instance. */
  public MeterRegistry meters() {
    return telemetry.registry();
  }

  /** Returns the port of health and metrics; empty if they are off. */
  public OptionalInt managementPort() {
    return management.stream().mapToInt(Management::port).findFirst();
  }

  /** Waits for the end of the worker and returns its cause; empty after {@link #close}. */
  public Optional<Throwable> awaitEnd() throws InterruptedException {
    return ending.await();
  }

  /** Returns the state of Kafka Streams, by its name: of the first class that does not run. */
  public String state() {
    return classes.stream()
        .map(ClassStreams::state)
        .filter(state -> state != KafkaStreams.State.RUNNING)
        .findFirst()
        .orElse(KafkaStreams.State.RUNNING)
        .name();
  }

  /** Whether the worker can work for its groups: it has neither stopped nor failed. */
  public boolean live() {
    return classes.stream().allMatch(ClassStreams::live);
  }

  /** Returns why the worker is not ready; empty if it is. */
  public List<String> notReadyReasons() {
    List<String> reasons = new ArrayList<>(ownNotReadyReasons());
    reasons.addAll(waits.notReadyReasons());
    return reasons;
  }

  /** Returns what credentials wait for. */
  Waits waits() {
    return waits;
  }

  /** Returns why the worker is not ready, apart from what credentials wait for. */
  List<String> ownNotReadyReasons() {
    List<String> reasons = new ArrayList<>();
    classes.forEach(one -> reasons.addAll(one.notReadyReasons()));
    if (draining) {
      reasons.add("the worker is shutting down");
    }
    reasons.addAll(stages.codec().notReadyReasons());
    reasons.addAll(stages.dispatcher().notReadyReasons());
    return reasons;
  }

  /**
   * Stops the worker: starts no more calls, waits up to {@code shutdown.drain.ms} for open calls,
   * emits their outcomes, and leaves all other requests in the store. If another thread is already
   * stopping the worker, waits for it: the caller may end the process next.
   */
  @Override
  public synchronized void close() {
    if (draining) {
      return;
    }
    draining = true;
    long from = System.nanoTime();
    readiness.close();
    classes.forEach(ClassStreams::beginClose);
    stages.dispatcher().drain();
    List<ClassStreams> living = classes.stream().filter(ClassStreams::live).toList();
    if (!living.isEmpty()) { // one that has failed must not cut the calls of the others
      boolean drained = await(stages.dispatcher()::drained, settings.shutdown().drain());
      living.forEach(ClassStreams::stopIntake);
      boolean emitted =
          await(() -> living.stream().allMatch(ClassStreams::emitted), ShutdownConfig.EMIT);
      log.info("Calls {}, outcomes {}", drained ? "drained" : "left", emitted ? "emitted" : "left");
    }
    try {
      closeClasses();
    } finally {
      telemetry.close();
      stages.close();
      management.ifPresent(Management::close);
    }
    log.info("Stopped in {} ms", Duration.ofNanos(System.nanoTime() - from).toMillis());
    ending.done();
  }

  /** Closes all classes at the same time, so that it takes no longer than for one. */
  private void closeClasses() {
    CloseOptions.GroupMembershipOperation membership =
        settings.shutdown().leaveGroup()
            ? CloseOptions.GroupMembershipOperation.LEAVE_GROUP
            : CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP;
    CompletableFuture<?>[] others =
        classes.stream()
            .skip(1)
            .map(
                one ->
                    CompletableFuture.runAsync(
                        () -> one.close(membership),
                        task -> new Thread(task, "completion-close").start()))
            .toArray(CompletableFuture<?>[]::new);
    classes.get(0).close(membership);
    CompletableFuture.allOf(others).join();
  }

  Health liveness() {
    return live() ? Health.UP : Health.down("Kafka Streams is " + state());
  }

  Health readiness() {
    List<String> reasons = notReadyReasons();
    ControlReport controls = waits.controls();
    List<String> lines = new ArrayList<>(reasons);
    lines.addAll(controls.faults()); // worth mentioning, though the worker does its work
    lines.addAll(controls.held()); // it is as somebody wanted
    return new Health(reasons.isEmpty(), lines, waits.now(), controls);
  }

  Health started() {
    boolean started = classes.stream().allMatch(ClassStreams::started);
    return started ? Health.UP : Health.down("Kafka Streams is " + state());
  }

  private String backlog() {
    return classes.stream().mapToLong(ClassStreams::pending).sum() + " requests pending";
  }

  private Optional<String> brokerFault() {
    return classes.stream().flatMap(one -> one.brokerFault().stream()).findFirst();
  }

  /** Polls a condition until it holds, since no signal can end the wait of a shutdown. */
  private static boolean await(BooleanSupplier condition, Duration timeout) {
    long end = System.nanoTime() + timeout.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0 || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    return true;
  }
}
