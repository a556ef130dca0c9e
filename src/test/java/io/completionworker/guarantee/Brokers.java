// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import io.completionworker.demo.ClusterLayout;
import io.completionworker.demo.EmbeddedBroker;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Three brokers and three controllers in this process, a fourth broker in a process of its own, and
 * the network between them and the workers. The test's own clients go past that network.
 */
final class Brokers implements AutoCloseable {

  /** Their ids are 0 to 2. */
  static final int EMBEDDED = 3;

  private static final int APART = EMBEDDED;
  private static final int CONTROLLERS = 3;
  private static final String PROXIED = "PROXIED";

  private static final Map<String, String> SETTINGS =
      Map.of(
          "listener.security.protocol.map",
          "EXTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT,PROXIED:PLAINTEXT",
          "min.insync.replicas",
          "2",
          "transaction.state.log.min.isr",
          "2",
          "group.streams.session.timeout.ms",
          "6000",
          "group.streams.min.session.timeout.ms",
          "6000",
          "group.streams.heartbeat.interval.ms",
          "1000",
          "group.streams.min.heartbeat.interval.ms",
          "1000");

  final NetworkProxy network;

  final EmbeddedBroker embedded;
  final BrokerProcess apart;

  /**
   * Starts them.
   *
   * @param networkFaults hears of each before it is made
   */
  Brokers(long seed, Runnable networkFaults) {
    network = new NetworkProxy(EMBEDDED + 1, seed, networkFaults);
    Map<Integer, Map<String, String>> listeners = new HashMap<>();
    for (int id = 0; id < EMBEDDED; id++) {
      listeners.put(id, listeners(network.port(id)));
    }
    embedded =
        EmbeddedBroker.start(new ClusterLayout(EMBEDDED, CONTROLLERS, false, SETTINGS, listeners));
    apart = new BrokerProcess(APART, embedded, PROXIED, network.port(APART));
    apart.start();
    apart.awaitReady();
    network.connectTo(id -> id == APART ? apart.proxiedPort() : embedded.port(id, PROXIED));
  }

  private static Map<String, String> listeners(int advertisedPort) {
    String own = "EXTERNAL://localhost:0,PROXIED://localhost:";
    return Map.of("listeners", own + 0, "advertised.listeners", own + advertisedPort);
  }

  /** For workers. */
  String bootstrapServers() {
    return IntStream.rangeClosed(0, EMBEDDED)
        .mapToObj(id -> "localhost:" + network.port(id))
        .collect(Collectors.joining(","));
  }

  @Override
  public void close() {
    network.close();
    apart.close();
    embedded.close();
  }
}
