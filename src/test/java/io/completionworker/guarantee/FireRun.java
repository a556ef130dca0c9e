// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import io.completionworker.it.Stand;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Load and faults by a seed, and the guarantees, which are asked at the end. */
final class FireRun {

  static final int PARTITIONS = 6;

  /** Less than even one instance could do, so that the limit holds calls back. */
  private static final double PER_SECOND = 40;

  private static final int WARM_UP = 200;

  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("kafka.replication.factor", "3"),
          Map.entry("kafka.request.timeout.ms", "4000"),
          Map.entry("kafka.producer.delivery.timeout.ms", "8000"),
          Map.entry("kafka.producer.max.block.ms", "8000"),
          Map.entry("async.max.in.flight", "60"),
          Map.entry("rate.limit.requests.per.minute", String.valueOf(60 * PER_SECOND)),
          Map.entry("rate.limit.burst.ms", "1000"),
          Map.entry("gateway.idle.timeout.ms", String.valueOf(Gateway.SILENCE.toMillis())),
          Map.entry("retry.max.attempts", "20"),
          Map.entry("retry.initial.backoff.ms", "50"),
          Map.entry("retry.max.backoff.ms", "500"),
          Map.entry("usage.window.ms", "5000"),
          Map.entry("usage.window.grace.ms", "600000"),
          Map.entry("usage.group.by", "user"));

  private final String test;
  private final long seed;
  private final Duration atLeast;
  private final Consumer<String> log;
  private final Schedule schedule;
  private final int instances;
  private final List<Guarantee> guarantees;
  private final Witness witness;
  private String at = "start";

  private FireRun(
      String test,
      Schedule schedule,
      int instances,
      Guarantee repeats,
      long seed,
      Duration atLeast,
      Consumer<String> log) {
    this.test = test;
    this.schedule = schedule;
    this.instances = instances;
    this.seed = seed;
    this.atLeast = atLeast;
    this.log = log;
    guarantees = guarantees(repeats, schedule.conditions());
    witness = new Witness(guarantees);
  }

  /**
   * Rounds of the faults of instances.
   *
   * @param atLeast rounds go on for so long; zero is one round
   * @param log takes a line for each step
   */
  static FireRun ofInstances(long seed, Duration atLeast, Consumer<String> log) {
    return new FireRun(
        "GuaranteeIT", Schedule.ofInstances(seed), 2, new RepeatsBounded(), seed, atLeast, log);
  }

  /** The same of the faults of brokers. */
  static FireRun ofBrokers(long seed, Duration atLeast, Consumer<String> log) {
    return new FireRun(
        "BrokerGuaranteeIT", Schedule.ofBrokers(seed), 2, new RepeatsBounded(), seed, atLeast, log);
  }

  /** The same of faults that end no process, with one process. */
  static FireRun ofNetwork(long seed, Duration atLeast, Consumer<String> log) {
    return new FireRun(
        "NetworkGuaranteeIT",
        Schedule.ofNetwork(seed),
        1,
        new NoCallRepeated(),
        seed,
        atLeast,
        log);
  }

  private static List<Guarantee> guarantees(Guarantee repeats, Map<String, String> conditions) {
    List<Guarantee> all =
        new ArrayList<>(
            List.of(
                new NoLoss(),
                new OneOutcome(),
                repeats,
                new UsageSummed(),
                new LimitsKept(PER_SECOND, 1),
                new NothingLeaks()));
    if (conditions.containsValue("key")) {
      all.add(new KeyOrder());
    }
    return all;
  }

  /** How to do the same again. */
  String repetition() {
    String minutes = atLeast.isZero() ? "" : " -Dguarantee.minutes=" + atLeast.toMinutes();
    return "mvn verify -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false"
        + " -Dit.test="
        + test
        + " -Dguarantee.seed="
        + seed
        + minutes;
  }

  /** Does it. */
  void play() {
    log.accept("seed " + seed + ", " + schedule.conditions() + "; again: " + repetition());
    Gateway gateway = new Gateway(witness, seed);
    try (Brokers brokers = new Brokers(seed, () -> witness.tell(Guarantee::disturbed));
        Stand stand = new Stand(gateway.behaviour(seed), PARTITIONS, brokers.embedded, ours -> {});
        Load load = new Load(stand, witness);
        CommittedOutputs outputs = new CommittedOutputs(stand, PARTITIONS, witness);
        Fleet fleet = new Fleet(stand, settings(brokers), witness)) {
      Waiting waiting = new Waiting(stand, fleet, load, outputs);
      ClusterFaults cluster = new ClusterFaults(stand, brokers, fleet, waiting, witness);
      try {
        warmUp(fleet, waiting);
        rounds(gateway, new Faults(stand, fleet, load, waiting, witness, cluster), fleet, waiting);
        end(gateway, fleet, waiting, load, outputs);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(
            "Seed %d failed at %s; again: %s%n%s%s"
                .formatted(seed, at, repetition(), e.getMessage(), fleet.lastLines()),
            e);
      }
    }
  }

  private Map<String, String> settings(Brokers brokers) {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("kafka.bootstrap.servers", brokers.bootstrapServers());
    settings.putAll(schedule.conditions());
    return settings;
  }

  private void warmUp(Fleet fleet, Waiting waiting) {
    for (int i = 0; i < instances; i++) {
      fleet.start(Map.of());
    }
    fleet.all().forEach(waiting::running);
    waiting.outcomes(WARM_UP);
    settle(fleet, waiting);
  }

  private void rounds(Gateway gateway, Faults faults, Fleet fleet, Waiting waiting) {
    long end = System.nanoTime() + atLeast.toNanos();
    do {
      for (Step step : schedule.next()) {
        at = step.toString();
        log.accept(clock() + at);
        gateway.turn(step.weather());
        faults.make(step);
        settle(fleet, waiting);
      }
    } while (System.nanoTime() - end < 0);
  }

  private static String clock() {
    return LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS) + " ";
  }

  private void settle(Fleet fleet, Waiting waiting) {
    fleet.all().forEach(waiting::running);
    waiting.everywhere();
    waiting.replicated();
    witness.tell(Guarantee::settled);
    for (Instance instance : fleet.all()) {
      Guarantee.Footprint footprint = instance.measure();
      witness.tell(guarantee -> guarantee.measured(footprint));
    }
  }

  private void end(
      Gateway gateway, Fleet fleet, Waiting waiting, Load load, CommittedOutputs outputs) {
    at = "the end";
    gateway.turn(Weather.CALM);
    waiting.stopPublishing();
    waiting.until("all outcomes", () -> outputs.ended() >= load.published());
    waiting.until("all usage windows", witness::complete);
    fleet.all().forEach(fleet::stop);
    waiting.until("all that is committed is read", outputs::atEnd);
    waiting.notes().forEach(log);
    log.accept(load.published() + " requests, " + outputs.ended() + " outcomes");
    witness.check();
    guarantees.forEach(guarantee -> log.accept(guarantee.toString()));
  }
}
