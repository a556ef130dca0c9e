// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import io.completionworker.ClockWatch.ThreadReplacement;
import io.completionworker.ThreadDeaths.Termination;
import io.completionworker.async.Capacity;
import io.completionworker.async.CompletionProcessorSupplier;
import io.completionworker.async.CompletionProcessorSupplier.OwnedPartitions;
import io.completionworker.async.IntakeControl;
import io.completionworker.async.SourceFormat;
import io.completionworker.async.schedule.ClassOfRequests;
import io.completionworker.config.AsyncConfig;
import io.completionworker.config.ClassesConfig.RequestClass;
import io.completionworker.config.ShutdownConfig;
import io.completionworker.config.WorkerSettings;
import io.completionworker.control.ControlRecord;
import io.completionworker.metrics.Meters;
import io.completionworker.metrics.RequestMeters;
import io.completionworker.topology.CompletionTopology;
import io.completionworker.usage.UsageWindowSupplier;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.Topology;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka Streams for one class of requests, and what watches it. Each class has its own request
 * topic and group, so that its intake is paused alone. All classes put their requests into the same
 * stages. A worker without classes has one. Safe on every thread.
 */
final class ClassStreams {

  private static final Logger log = LoggerFactory.getLogger(ClassStreams.class);

  private final RequestClass requests;
  private final Stages stages;
  private final ClassOfRequests ofClass;
  private final InstanceShare.OfClass partitions;
  private final Termination ending;
  private final Capacity capacity;
  private final IntakeControl intake;
  private final StreamsClients clients;
  private final KafkaStreams streams;
  private final StreamsStart start;
  private final RequestTopic requestTopic;
  private final WorkObserver work;
  private final BrokerContact brokers;
  private final ClockWatch clock;
  private final Startup startup = new Startup();
  private volatile boolean closing;

  /**
   * Creates the client of a class, which reads nothing before it is started.
   *
   * @param worker settings of the whole worker
   */
  ClassStreams(
      ClassOfRequests ofClass,
      WorkerSettings worker,
      Stages stages,
      InstanceShare share,
      Meters meters,
      Termination ending) {
    this.ofClass = ofClass;
    this.requests = ofClass.requests();
    this.stages = stages;
    this.ending = ending;
    WorkerSettings settings = worker.of(requests);
    this.partitions = share.of(requests.rank());
    this.work = new WorkObserver(settings, requests, share, stages.loop()::nanos, meters);
    this.requestTopic =
        new RequestTopic(
            settings, StreamsSettings.admin(settings), requests, partitions::all, ending::fail);
    StreamsProcessing processing = new StreamsProcessing();
    this.capacity = capacity(settings);
    this.intake =
        new IntakeControl(
            processing, capacity, ofClass, stages.dispatcher()::committed, ending::fail);
    this.clients = new StreamsClients(intake::transaction);
    this.streams =
        new KafkaStreams(topology(settings, meters), StreamsSettings.config(settings), clients);
    this.start =
        new StreamsStart(requests.partOf("completion-start"), streams, clients, ending::fail);
    this.clock =
        new ClockWatch(
            System::currentTimeMillis,
            System::nanoTime,
            new ThreadReplacement(streams, clients, StreamsSettings.threads(settings)));
    this.brokers = new BrokerContact(streams::metrics, System::nanoTime);
    processing.attach(streams);
    streams.setGlobalStateRestoreListener(startup);
    streams.setUncaughtExceptionHandler(
        new ThreadDeaths(
            System::nanoTime, ending, StreamsSettings.threads(settings), requestTopic::explain));
    streams.setStateListener((now, before) -> stateChanged(now));
    register(meters);
  }

  /**
   * Returns the bounds of the requests of the class. Each class has the whole bound in records, and
   * an equal part of the bound in bytes, so that classes take no more memory.
   */
  private Capacity capacity(WorkerSettings settings) {
    AsyncConfig async = settings.async();
    boolean readsAhead = settings.fairness().on() || stages.classes().several();
    return new Capacity(
        async.maxPendingRecords(),
        async.enoughPending(),
        async.maxPendingBytes() / stages.classes().all().size(),
        ofClass.quota()::excused,
        () ->
            ofClass.quota().satisfied(stages.dispatcher().inFlight() >= async.maxInFlight())
                || (readsAhead && stages.hasReadAhead()));
  }

  /**
   * The stream graph of the class. That of the most urgent class reads the controls, since each
   * control must come once and in order.
   */
  private Topology topology(WorkerSettings settings, Meters meters) {
    SourceFormat format =
        new SourceFormat(
            settings.topics().requests(),
            settings.async().maxRecordBytes(),
            settings.gateway().headers().inlineConfig(),
            meters);
    CompletionProcessorSupplier complete =
        new CompletionProcessorSupplier(
            stages.dispatcher(),
            capacity,
            intake,
            new OwnedPartitions(partitions::own),
            format,
            settings.async(),
            settings.dedupe(),
            meters);
    UsageWindowSupplier sumUsage =
        new UsageWindowSupplier(
            settings.usageWindows(),
            settings.topics().requests(),
            settings.async(),
            stages.codec(),
            stages.windows(),
            ofClass.lease(),
            stages.loop()::nanos,
            meters);
    Consumer<ControlRecord> controls = stages.dispatcher()::control;
    return new CompletionTopology(
            settings.topics(),
            complete,
            sumUsage,
            requests.rank() == 0 ? controls : null,
            stages.spendGraph(settings))
        .build();
  }

  private void register(Meters meters) {
    String name = requests.name();
    meters.watchClass(RequestMeters.PENDING_RECORDS, name, capacity::records);
    meters.watchClass(RequestMeters.PENDING_BYTES, name, capacity::bytes);
    meters.watchClass(RequestMeters.PARKED_RECORDS, name, ofClass.quota()::parked);
    meters.watchClass(RequestMeters.INTAKE_PAUSED, name, () -> intake.paused() ? 1 : 0);
    meters.watchClass(
        RequestMeters.LAG,
        name,
        () -> {
          OptionalLong records = partitions.lag();
          return records.isPresent() ? records.getAsLong() : Double.NaN;
        });
  }

  /** Starts to look at the brokers and the intake. */
  void watch() {
    intake.start();
    work.start();
    requestTopic.watch();
  }

  /** Begins to start Kafka Streams. {@code then} runs when it has read all controls. */
  void begin(Runnable then) {
    start.begin(
        () -> {
          clock.start();
          then.run();
        });
  }

  /** Returns Kafka Streams, for its meters. */
  KafkaStreams streams() {
    return streams;
  }

  State state() {
    return streams.state();
  }

  /** Returns the number of pending requests. */
  long pending() {
    return capacity.records();
  }

  /** Whether it has not failed, and can work for its group. */
  boolean live() {
    State state = streams.state();
    return state != State.ERROR && state != State.NOT_RUNNING && hasLivingThread(state);
  }

  /** Looks at the threads: Kafka Streams stays RUNNING if a dead one could not be replaced. */
  private boolean hasLivingThread(State state) {
    return state != State.RUNNING
        || streams.metadataForLocalThreads().stream()
            .anyMatch(thread -> !thread.threadState().equals("DEAD"));
  }

  boolean started() {
    return startup.started();
  }

  /** Returns why the class is not ready; empty if it is. */
  List<String> notReadyReasons() {
    List<String> reasons = new ArrayList<>(requestTopic.notReadyReasons());
    State state = streams.state();
    if (waitsForControls()) {
      reasons.add("Kafka Streams is " + state + ", until the most urgent class has all controls");
    } else if (state != State.RUNNING) {
      reasons.add(
          "Kafka Streams is "
              + state
              + (start.loading() ? ", reading all controls" : "")
              + (startup.restoring() ? ", restoring its stores" : ""));
    }
    brokerFault().ifPresent(reasons::add);
    return reasons.stream().map(this::ofThisClass).toList();
  }

  /** Returns why nothing can be read or committed; empty while brokers answer. */
  Optional<String> brokerFault() {
    return waitsForControls() ? Optional.empty() : brokers.notReadyReason();
  }

  /** Whether it was not started yet, since another class reads the controls first. */
  private boolean waitsForControls() {
    return requests.rank() > 0 && streams.state() == State.CREATED;
  }

  private String ofThisClass(String reason) {
    return requests.name().isEmpty() ? reason : "class " + requests.name() + ": " + reason;
  }

  /** Records that the worker is closing, so that what ends is no fault. */
  void beginClose() {
    closing = true;
    clock.close();
  }

  /** Prepares the close: requests that are open and only in their topic are stored. */
  void stopIntake() {
    intake.stop();
  }

  /** Whether every outcome so far was emitted, and no request is only in its topic. */
  boolean emitted() {
    return !intake.hasWork() && intake.holdsNoOffset();
  }

  /** Closes Kafka Streams, and all that watches it. */
  void close(CloseOptions.GroupMembershipOperation membership) {
    start.cancel();
    intake.end();
    streams.close(
        CloseOptions.timeout(ShutdownConfig.CLOSE).withGroupMembershipOperation(membership));
    intake.close();
    requestTopic.close();
    work.close();
  }

  private void stateChanged(State now) {
    log.info("{}", ofThisClass("Kafka Streams is " + now));
    if (now == State.RUNNING) {
      startup.running();
      requestTopic.ask(); // after every rebalance
    } else if (now == State.PENDING_SHUTDOWN) {
      clients.stopLoading();
    } else if (now == State.ERROR && !closing && !start.loading()) {
      ending.fail(new IllegalStateException("Kafka Streams has stopped in state ERROR"));
    } else if (now == State.NOT_RUNNING) {
      ending.done();
    }
  }
}
