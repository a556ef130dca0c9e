// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is done to the instances and to what they need. */
enum Fault {
  /** {@code kill -9}; variant: the next one starts in the same directory. */
  KILL,
  JOIN,
  LEAVE,
  /** Three instances, each stopped and started again before the next one is. */
  ROLLING_RESTART,
  /** Variant: one after the other, so that two are always there. */
  BROKER_RESTART,
  /** One of three, without a word; it comes back when enough went on without it. */
  BROKER_LOST,
  /** {@code kill -9} of the one in a process of its own, which comes back with what it has. */
  BROKER_KILLED,
  /** The active one, of three. */
  CONTROLLER_LOST,
  /** An instance starts without a registry. */
  REGISTRY_DOWN_AT_START,
  REGISTRY_DOWN_MIDWAY,
  /** Of the state directory; variant: the instance ends before there is room again. */
  DISK_FULL,
  /** For longer than its session. */
  PAUSED,
  /** The wall clock of an instance, forward and then back; variant: back and then forward. */
  CLOCK_STEPS,
  /** All producers, so that their transactions are aborted. */
  PRODUCERS_FENCED,
  DELAYS(Network.DELAYS),
  STALLS(Network.STALLS),
  RESETS(Network.RESETS),
  CUTS(Network.CUTS),
  LATE_WRITES(Network.LATE_WRITES),
  LATE_COMMITS(Network.LATE_COMMITS),
  LOST_COMMIT_ANSWERS(Network.LOST_COMMIT_ANSWERS),
  NO_COMMIT_ANSWERS(Network.NO_COMMIT_ANSWERS);

  /** What the network does, if it is a fault of the network. */
  final @Nullable Network network;

  Fault() {
    network = null;
  }

  Fault(Network network) {
    this.network = network;
  }

  /** Those of the network. */
  static List<Fault> ofNetwork() {
    return Arrays.stream(values()).filter(fault -> fault.network != null).toList();
  }

  /** Those of whole brokers and controllers. */
  static List<Fault> ofBrokers() {
    return List.of(BROKER_RESTART, BROKER_LOST, BROKER_KILLED, CONTROLLER_LOST);
  }

  /** All others: of instances and of what they need. */
  static List<Fault> ofInstances() {
    List<Fault> brokers = ofBrokers();
    return Arrays.stream(values())
        .filter(fault -> fault.network == null && !brokers.contains(fault))
        .toList();
  }
}
