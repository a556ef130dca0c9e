// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import io.completionworker.it.FakedClock;
import io.completionworker.it.Stand;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Makes each fault, and waits, by what comes out, until it was one. */
final class Faults {

  private static final int MOST_INSTANCES = 3;

  /** Of a clock: longer than sessions, transactions and requests may last. */
  private static final Duration CLOCK_STEP = Duration.ofSeconds(60);

  /** Of prompts while a disk is full. */
  private static final int LARGE = 4_096;

  private final Stand stand;
  private final Fleet fleet;
  private final Load load;
  private final Waiting waiting;
  private final Witness witness;
  private final ClusterFaults cluster;

  Faults(
      Stand stand,
      Fleet fleet,
      Load load,
      Waiting waiting,
      Witness witness,
      ClusterFaults cluster) {
    this.stand = stand;
    this.cluster = cluster;
    this.fleet = fleet;
    this.load = load;
    this.waiting = waiting;
    this.witness = witness;
  }

  void make(Step step) {
    switch (step.fault()) {
      case KILL -> kill(step);
      case JOIN -> join(step);
      case LEAVE -> leave(step);
      case ROLLING_RESTART -> rollingRestart();
      case BROKER_RESTART -> cluster.restart(step);
      case BROKER_LOST -> cluster.lose(step);
      case BROKER_KILLED -> cluster.kill(step);
      case CONTROLLER_LOST -> cluster.loseController(step);
      case REGISTRY_DOWN_AT_START -> registryDownAtStart(step);
      case REGISTRY_DOWN_MIDWAY -> registryDownMidway(step);
      case DISK_FULL -> diskFull(step);
      case PAUSED -> paused(step);
      case CLOCK_STEPS -> clockSteps(step);
      case PRODUCERS_FENCED -> cluster.fence(step);
      case DELAYS,
          STALLS,
          RESETS,
          CUTS,
          LATE_WRITES,
          LATE_COMMITS,
          LOST_COMMIT_ANSWERS,
          NO_COMMIT_ANSWERS ->
          cluster.disturbNetwork(Objects.requireNonNull(step.fault().network));
    }
  }

  private void kill(Step step) {
    waiting.outcomes(step.outcomes());
    Instance victim = fleet.pick(step.pick());
    fleet.kill(victim);
    if (step.variant()) {
      fleet.startAgain(victim);
    } else {
      fleet.start(Map.of());
    }
  }

  private void join(Step step) {
    leaveRoom(step);
    fleet.start(Map.of());
    waiting.outcomes(step.outcomes());
  }

  private void leave(Step step) {
    atLeast(2);
    waiting.outcomes(step.outcomes());
    fleet.stop(fleet.pick(step.pick()));
  }

  private void rollingRestart() {
    atLeast(MOST_INSTANCES);
    for (Instance old : fleet.all()) {
      fleet.stop(old);
      waiting.running(fleet.startAgain(old));
    }
  }

  private void registryDownAtStart(Step step) {
    leaveRoom(step);
    stand.registry.down(true);
    Instance late = fleet.start(Map.of());
    waiting.running(late);
    waiting.outcomes(step.outcomes() / 4); // of the others: it holds up its own partitions
    stand.registry.down(false);
  }

  private void registryDownMidway(Step step) {
    stand.registry.down(true);
    waiting.everywhere();
    waiting.outcomes(step.outcomes());
    stand.registry.down(false);
  }

  private void diskFull(Step step) {
    if (!Disk.canBeFilled()) {
      waiting.note("Not done, since there is no prlimit here: a full disk");
      return;
    }
    leaveRoom(step);
    atLeast(1);
    Instance victim = fleet.start(Map.of("async.store", "rocksdb"));
    waiting.running(victim);
    load.pad(LARGE);
    waiting.everywhere();
    Disk.fill(victim.process.pid());
    Instance other =
        fleet.all().stream().filter(instance -> instance != victim).findFirst().orElseThrow();
    fleet.stop(other); // its tasks go to the others, and each needs a store
    fleet.forget(victim);
    waiting.until("the worker says that its disk is full", () -> saysThatDiskIsFull(victim));
    load.pad(0);
    if (step.variant()) {
      victim.process.kill();
      fleet.startAgain(victim);
    } else {
      Disk.empty(victim.process.pid());
      fleet.takeBack(victim);
    }
    fleet.startAgain(other);
  }

  private static boolean saysThatDiskIsFull(Instance instance) {
    return !instance.process.alive() || instance.process.output().contains("File too large");
  }

  private void paused(Step step) {
    atLeast(2);
    waiting.outcomes(step.outcomes());
    Instance zombie = fleet.pick(step.pick());
    disturbed();
    zombie.process.signal("STOP");
    waiting.everywhere(); // by the others, so its session is over
    disturbed();
    zombie.process.signal("CONT");
  }

  private void clockSteps(Step step) {
    if (!FakedClock.isThere()) {
      waiting.note("Not done, since there is no libfaketime here: steps of the wall clock");
      return;
    }
    leaveRoom(step);
    FakedClock clock = new FakedClock(stand.directory.resolve("clock-" + step.number()));
    Instance instance = fleet.start(Map.of(), clock.environment());
    waiting.running(instance);
    waiting.everywhere();
    step(clock, step.variant() ? CLOCK_STEP.negated() : CLOCK_STEP, instance);
    step(clock, Duration.ZERO, instance);
  }

  private void step(FakedClock clock, Duration to, Instance instance) {
    int stepsBack = instance.stepsBack();
    disturbed();
    clock.set(to);
    if (to.isNegative()) {
      waiting.until("the step back was noticed", () -> instance.stepsBack() > stepsBack);
    }
    waiting.everywhere();
  }

  /** So that one more makes three. */
  private void leaveRoom(Step step) {
    while (fleet.size() >= MOST_INSTANCES) {
      fleet.stop(fleet.pick(step.pick()));
    }
  }

  private void atLeast(int instances) {
    List<Instance> before = fleet.all();
    while (fleet.size() < instances) {
      fleet.start(Map.of());
    }
    if (fleet.size() > before.size()) {
      fleet.all().forEach(waiting::running);
    }
  }

  private void disturbed() {
    witness.tell(Guarantee::disturbed);
  }
}
