// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;

/**
 * Stands between workers and brokers, with a port for each broker, which the broker advertises.
 * Safe on every thread; a connection has two threads of its own.
 */
final class NetworkProxy implements AutoCloseable {

  private static final long LEAST_LATE_MILLIS = 300;
  private static final long MOST_LATE_MILLIS = 6_000;

  private final List<ServerSocket> listeners = new ArrayList<>();
  private final Set<ProxiedConnection> open = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicInteger onTheirWay = new AtomicInteger();
  private final Runnable faultListener;
  private final SplittableRandom dice;
  private volatile IntUnaryOperator portOfBroker = broker -> -1;
  private Network network = Network.CLEAR;
  private int made;

  /**
   * Takes no connections yet.
   *
   * @param faultListener hears of each fault before it is made, on any thread
   */
  NetworkProxy(int brokers, long seed, Runnable faultListener) {
    this.faultListener = faultListener;
    dice = new SplittableRandom(seed);
    try {
      for (int broker = 0; broker < brokers; broker++) {
        listeners.add(new ServerSocket(0, 100, InetAddress.getLoopbackAddress()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port(int broker) {
    return listeners.get(broker).getLocalPort();
  }

  /**
   * Takes connections from now on.
   *
   * @param portOfBroker throws, or has no listener, while that broker is down
   */
  void connectTo(IntUnaryOperator portOfBroker) {
    this.portOfBroker = portOfBroker;
    for (int broker = 0; broker < listeners.size(); broker++) {
      int number = broker;
      daemon("proxy of broker " + broker, () -> accept(number));
    }
  }

  /** Changes what the network does, and counts its faults anew; connections that hang end. */
  void turn(Network to) {
    synchronized (this) {
      network = to;
      made = 0;
    }
    open.forEach(ProxiedConnection::endIfSilent);
  }

  /** Faults since the last change. */
  synchronized int made() {
    return made;
  }

  /** Whether nothing is late any more. */
  boolean quiet() {
    return onTheirWay.get() == 0;
  }

  private void accept(int broker) {
    try {
      while (true) {
        connect(listeners.get(broker).accept(), broker);
      }
    } catch (IOException e) {
      return; // closed
    }
  }

  private void connect(Socket client, int broker) throws IOException {
    try {
      var upstream =
          new Socket(InetAddress.getByName("localhost"), portOfBroker.applyAsInt(broker));
      ProxiedConnection connection = new ProxiedConnection(client, upstream, this);
      open.add(connection);
      daemon("requests of a proxy", connection::carryRequests);
      daemon(
          "responses of a proxy",
          () -> {
            connection.carryResponses();
            open.remove(connection);
          });
    } catch (IOException | RuntimeException e) {
      client.close(); // that broker is down
    }
  }

  /** What becomes of a request or response. */
  Network.Fate next(boolean request, short kind) {
    Network.Fate fate = fate(request, kind);
    if (fate != Network.Fate.PASSES) {
      faultListener.run();
    }
    return fate;
  }

  /** Returns when what is late has to go on. */
  void holdUp() throws InterruptedException {
    onTheirWay.incrementAndGet();
    try {
      boolean unused = closed.await(lateness(), TimeUnit.MILLISECONDS);
    } finally {
      onTheirWay.decrementAndGet();
    }
  }

  private synchronized Network.Fate fate(boolean request, short kind) {
    Network.Fate fate = network.fate(request, kind, dice);
    if (fate != Network.Fate.PASSES) {
      made++;
    }
    return fate;
  }

  private synchronized long lateness() {
    return dice.nextLong(LEAST_LATE_MILLIS, MOST_LATE_MILLIS);
  }

  private static void daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      for (ServerSocket listener : listeners) {
        listener.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    open.forEach(ProxiedConnection::end);
  }
}
