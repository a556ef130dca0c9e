// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import io.completionworker.it.Stand;
import java.util.List;
import java.util.Map;

/** Makes each fault, and waits, by what comes out, until it was one. */
final class Faults {

  private static final int MOST_INSTANCES = 3;
  private static final int BROKERS = 3;

  /** Of prompts while a disk is full. */
  private static final int LARGE = 4_096;

  private final Stand stand;
  private final Fleet fleet;
  private final Load load;
  private final Waiting waiting;
  private final Witness witness;

  Faults(Stand stand, Fleet fleet, Load load, Waiting waiting, Witness witness) {
    this.stand = stand;
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
      case BROKER_RESTART -> brokerRestart(step);
      case BROKER_LOST -> brokerLost(step);
      case REGISTRY_DOWN_AT_START -> registryDownAtStart(step);
      case REGISTRY_DOWN_MIDWAY -> registryDownMidway(step);
      case DISK_FULL -> diskFull(step);
      case PAUSED -> paused(step);
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

  private void brokerRestart(Step step) {
    waiting.outcomes(step.outcomes());
    if (!step.variant()) {
      disturbed();
      stand.broker.restart();
      return;
    }
    for (int id = 0; id < BROKERS; id++) {
      disturbed();
      stand.broker.stopBroker(id);
      stand.broker.startBroker(id);
      waiting.replicated();
    }
  }

  private void brokerLost(Step step) {
    int id = step.pick() % BROKERS;
    disturbed();
    stand.broker.loseBroker(id);
    waiting.outcomes(step.outcomes());
    disturbed();
    stand.broker.startBroker(id);
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
