// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import io.completionworker.it.Stand;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionListing;

/** The faults of brokers, controllers, transactions and the network. */
final class ClusterFaults {

  private final Stand stand;
  private final Brokers brokers;
  private final Fleet fleet;
  private final Waiting waiting;
  private final Witness witness;

  ClusterFaults(Stand stand, Brokers brokers, Fleet fleet, Waiting waiting, Witness witness) {
    this.stand = stand;
    this.brokers = brokers;
    this.fleet = fleet;
    this.waiting = waiting;
    this.witness = witness;
  }

  void restart(Step step) {
    waiting.outcomes(step.outcomes());
    if (!step.variant()) {
      disturbed();
      stand.broker.restart();
      return;
    }
    for (int id = 0; id < Brokers.EMBEDDED; id++) {
      disturbed();
      stand.broker.stopBroker(id);
      stand.broker.startBroker(id);
      waiting.replicated();
    }
  }

  void lose(Step step) {
    int id = step.pick() % Brokers.EMBEDDED;
    disturbed();
    stand.broker.loseBroker(id);
    waiting.outcomes(step.outcomes());
    disturbed();
    stand.broker.startBroker(id);
  }

  void kill(Step step) {
    waiting.outcomes(step.outcomes());
    disturbed();
    brokers.apart.kill();
    waiting.outcomes(step.outcomes());
    disturbed();
    brokers.apart.start();
  }

  void loseController(Step step) {
    disturbed();
    int id = stand.broker.loseController();
    stand.broker.createTopic("of-step-" + step.number(), 1, Map.of()); // by another controller
    waiting.outcomes(step.outcomes());
    stand.broker.startController(id);
  }

  /** Aborts all transactions: each producer of a worker is told that it has a successor. */
  void fence(Step step) {
    for (int times = 0; times < 3; times++) {
      waiting.outcomes(step.outcomes());
      disturbed();
      try (Admin admin = stand.broker.admin()) {
        List<String> producers =
            admin.listTransactions().all().get().stream()
                .map(TransactionListing::transactionalId)
                .filter(id -> id.startsWith("completion-worker"))
                .toList();
        admin.fenceProducers(producers).all().get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  void disturbNetwork(Network kind) {
    int enough = kind.enough * fleet.size();
    brokers.network.turn(kind);
    waiting.until(enough + " faults", () -> brokers.network.made() >= enough);
    brokers.network.turn(Network.CLEAR);
    waiting.until("nothing is on its way", brokers.network::quiet);
  }

  private void disturbed() {
    witness.tell(Guarantee::disturbed);
  }
}
