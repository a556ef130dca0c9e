// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import io.completionworker.ClockWatch.ThreadReplacement;
import io.completionworker.ThreadDeaths.Termination;
import io.completionworker.async.IntakeControl;
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
  private final IntakeControl intake;
  private final Telemetry telemetry;
  private final StreamsClients clients;
  private final KafkaStreams streams;
  private final StreamsStart start;
  private final Termination ending;
  private final InstanceShare share;
  private final RequestTopic requestTopic;
  private final Waits waits;
  private final WorkObserver work;
  private final BrokerContact brokers;
  private final ClockWatch clock;
  private final ReadinessLog readiness;
  private final Startup startup = new Startup();
  private Optional<Management> management = Optional.empty();
  private volatile boolean draining;

  private Worker(WorkerSettings settings, Stages stages, Telemetry telemetry, Termination ending) {
    this.settings = settings;
    this.ending = ending;
    this.telemetry = telemetry;
    this.stages = stages;
    this.waits = new Waits(stages);
    this.share = new InstanceShare(stages.share(), settings.rateLimit(), stages.loop()::nanos);
    this.work = new WorkObserver(settings, share, stages.loop()::nanos);
    this.requestTopic =
        new RequestTopic(settings, StreamsSettings.admin(settings), share::all, ending::fail);
    StreamsProcessing processing = new StreamsProcessing();
    this.intake =
        new IntakeControl(
            processing,
            stages.capacity(),
            stages.lease(),
            stages.dispatcher()::committed,
            ending::fail);
    this.clients = new StreamsClients(intake::transaction);
    this.streams =
        new KafkaStreams(
            stages.topology(settings, intake, share::own, telemetry.meters()),
            StreamsSettings.config(settings),
            clients);
    this.start = new StreamsStart(streams, clients, ending::fail);
    this.clock =
        new ClockWatch(
            System::currentTimeMillis,
            System::nanoTime,
            new ThreadReplacement(streams, clients, StreamsSettings.threads(settings)));
    this.brokers = new BrokerContact(streams::metrics, System::nanoTime);
    this.readiness =
        new ReadinessLog(
            this::notReadyReasons, brokers::notReadyReason, this::backlog, System::nanoTime);
    processing.attach(streams);
    streams.setGlobalStateRestoreListener(startup);
    streams.setUncaughtExceptionHandler(
        new ThreadDeaths(
            System::nanoTime, ending, StreamsSettings.threads(settings), requestTopic::explain));
    streams.setStateListener((now, before) -> stateChanged(now));
    new WorkerGauges(stages, telemetry)
        .register(intake, settings, share::lag, () -> notReadyReasons().isEmpty());
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
    telemetry.watch(streams);
    intake.start();
    work.start();
    requestTopic.watch();
    readiness.start();
    start.begin(clock::start);
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

  /** Returns the state of Kafka Streams, by its name. */
  public String state() {
    return streams.state().name();
  }

  /** Whether the worker can work for its group: it has neither stopped nor failed. */
  public boolean live() {
    KafkaStreams.State state = streams.state();
    return state != KafkaStreams.State.ERROR
        && state != KafkaStreams.State.NOT_RUNNING
        && hasLivingThread(state);
  }

  /** Looks at the threads: Kafka Streams stays RUNNING if a dead one could not be replaced. */
  private boolean hasLivingThread(KafkaStreams.State state) {
    return state != KafkaStreams.State.RUNNING
        || streams.metadataForLocalThreads().stream()
            .anyMatch(thread -> !thread.threadState().equals("DEAD"));
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
    reasons.addAll(requestTopic.notReadyReasons());
    if (streams.state() != KafkaStreams.State.RUNNING) {
      reasons.add(
          "Kafka Streams is "
              + streams.state()
              + (start.loading() ? ", reading all controls" : "")
              + (startup.restoring() ? ", restoring its stores" : ""));
    }
    brokers.notReadyReason().ifPresent(reasons::add);
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
    clock.close();
    stages.dispatcher().drain();
    if (live()) {
      boolean drained = await(stages.dispatcher()::drained, settings.shutdown().drain());
      intake.stop();
      boolean emitted =
          await(() -> !intake.hasWork() && intake.holdsNoOffset(), ShutdownConfig.EMIT);
      log.info("Calls {}, outcomes {}", drained ? "drained" : "left", emitted ? "emitted" : "left");
    }
    CloseOptions.GroupMembershipOperation membership =
        settings.shutdown().leaveGroup()
            ? CloseOptions.GroupMembershipOperation.LEAVE_GROUP
            : CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP;
    start.cancel();
    streams.close(
        CloseOptions.timeout(ShutdownConfig.CLOSE).withGroupMembershipOperation(membership));
    intake.close();
    telemetry.close();
    requestTopic.close();
    work.close();
    stages.close();
    management.ifPresent(Management::close);
    log.info("Stopped in {} ms", Duration.ofNanos(System.nanoTime() - from).toMillis());
    ending.done();
  }

  Health liveness() {
    return live() ? Health.UP : Health.down("Kafka Streams is " + state());
  }

  Health readiness() {
    List<String> reasons = notReadyReasons();
    ControlReport controls = waits.controls();
    List<String> lines = new ArrayList<>(reasons);
    lines.addAll(controls.faults()); // worth mentioning, though the worker does its work
    return new Health(reasons.isEmpty(), lines, waits.now(), controls);
  }

  Health started() {
    return startup.started() ? Health.UP : Health.down("Kafka Streams is " + state());
  }

  private String backlog() {
    return stages.capacity().records() + " requests pending";
  }

  private void stateChanged(KafkaStreams.State now) {
    log.info("Kafka Streams is {}", now);
    if (now == KafkaStreams.State.RUNNING) {
      startup.running();
      requestTopic.ask(); // after every rebalance
    } else if (now == KafkaStreams.State.PENDING_SHUTDOWN) {
      clients.stopLoading();
    } else if (now == KafkaStreams.State.ERROR && !draining && !start.loading()) {
      ending.fail(new IllegalStateException("Kafka Streams has stopped in state ERROR"));
    } else if (now == KafkaStreams.State.NOT_RUNNING) {
      ending.done();
    }
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
