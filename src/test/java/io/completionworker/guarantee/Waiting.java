// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import io.completionworker.it.Stand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;

/** Keeps the load and the reading going while something is waited for. The run's thread. */
final class Waiting {

  /** Catches a hang, not a slow machine. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Stand stand;
  private final Fleet fleet;
  private final Load load;
  private final CommittedOutputs outputs;
  private final List<String> notes = new ArrayList<>();
  private boolean publishing = true;

  Waiting(Stand stand, Fleet fleet, Load load, CommittedOutputs outputs) {
    this.stand = stand;
    this.fleet = fleet;
    this.load = load;
    this.outputs = outputs;
  }

  void note(String note) {
    notes.add(note);
  }

  List<String> notes() {
    return notes;
  }

  /** Publishes no more from now on. */
  void stopPublishing() {
    publishing = false;
  }

  /** Waits for so many outcomes. */
  void outcomes(int more) {
    int enough = outputs.ended() + more;
    until(more + " more outcomes", () -> outputs.ended() >= enough);
  }

  /** Waits until every partition has an outcome of a request that is yet to be published. */
  void everywhere() {
    int published = load.published();
    until(
        "an outcome of every partition behind request " + published,
        () ->
            IntStream.range(0, FireRun.PARTITIONS)
                .allMatch(partition -> outputs.endedOfPartition()[partition] > published));
  }

  void running(Instance instance) {
    until(instance + " is running", instance::running);
  }

  /** Waits until every replica is in sync, so that the next broker can go. */
  void replicated() {
    try (Admin admin = stand.broker.admin()) {
      until("all replicas are in sync", () -> replicated(admin));
    }
  }

  private static boolean replicated(Admin admin) {
    try {
      return admin
          .describeTopics(admin.listTopics().names().get())
          .allTopicNames()
          .get()
          .values()
          .stream()
          .flatMap(topic -> topic.partitions().stream())
          .allMatch(partition -> partition.isr().size() == partition.replicas().size());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      return false; // brokers come and go
    }
  }

  void until(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError(
            "Waited in vain for: %s. %d published, %d ended, seen of partitions: %s"
                .formatted(
                    what,
                    load.published(),
                    outputs.ended(),
                    IntStream.range(0, FireRun.PARTITIONS)
                        .mapToObj(partition -> outputs.endedOfPartition()[partition])
                        .toList()));
      }
      fleet.check();
      if (publishing) {
        load.topUp(outputs.ended());
      }
      outputs.poll();
    }
  }
}
