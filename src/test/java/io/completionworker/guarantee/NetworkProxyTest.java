// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each fault of the network is one, on connections to something that answers like a broker. */
@Timeout(60)
class NetworkProxyTest {

  private static final short METADATA = 3;
  private static final int LENGTH = 100;

  private final BlockingQueue<Integer> arrived = new LinkedBlockingQueue<>();
  private final NetworkProxy proxy = new NetworkProxy(1, 1, () -> {});
  private ServerSocket broker;
  private Socket client;

  @BeforeEach
  void connect() throws IOException {
    broker = new ServerSocket(0, 10, InetAddress.getByName("localhost"));
    daemon(this::accept);
    proxy.connectTo(ignored -> broker.getLocalPort());
    client = new Socket(InetAddress.getLoopbackAddress(), proxy.port(0));
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    proxy.close();
    broker.close();
  }

  @Test
  void shouldCarryRequestsAndResponsesWhileTheNetworkIsClear() throws IOException {
    for (int number = 0; number < 100; number++) {
      send(Network.END_TXN, number);
      assertThat(answer()).isEqualTo(number);
    }
    assertThat(proxy.made()).isZero();
  }

  @Test
  void shouldLoseTheAnswerOfACommitThatTheBrokerHas() throws Exception {
    proxy.turn(Network.NO_COMMIT_ANSWERS);
    send(METADATA, 1);
    assertThat(answer()).isEqualTo(1);
    assertThat(arrived.take()).isEqualTo(1);

    send(Network.END_TXN, 2);
    assertThat(arrived.take()).isEqualTo(2);
    await(1);
    client.setSoTimeout(200);
    assertThatThrownBy(this::answer).isInstanceOf(java.net.SocketTimeoutException.class);

    proxy.turn(Network.CLEAR);
    assertThatThrownBy(this::answer).isInstanceOf(SocketException.class);
  }

  @Test
  void shouldCarryALateWriteToTheBrokerThoughItsClientHasGone() throws Exception {
    proxy.turn(Network.LATE_WRITES);
    int sent = 0;
    while (proxy.made() == 0) {
      send(Network.PRODUCE, sent++);
      while (proxy.made() == 0 && arrived.size() < sent) {
        Thread.onSpinWait();
      }
    }
    assertThat(arrived).hasSize(sent - 1);
    client.close();

    for (int number = 0; number < sent; number++) {
      assertThat(arrived.take()).isEqualTo(number);
    }
  }

  @Test
  void shouldResetConnections() throws IOException {
    proxy.turn(Network.RESETS);
    assertThatThrownBy(this::sendForEver).isInstanceOf(SocketException.class);
  }

  @Test
  void shouldCutInTheMiddle() throws IOException {
    proxy.turn(Network.CUTS);
    assertThatThrownBy(this::sendForEver)
        .satisfiesAnyOf(
            error -> assertThat(error).isInstanceOf(SocketException.class),
            error -> assertThat(error).isInstanceOf(EOFException.class));
  }

  private void sendForEver() throws IOException {
    for (int number = 0; ; number++) {
      send(METADATA, number);
      assertThat(answer()).isEqualTo(number);
    }
  }

  private void await(int faults) {
    while (proxy.made() < faults) {
      Thread.onSpinWait();
    }
  }

  private void send(short kind, int number) throws IOException {
    DataOutputStream out = new DataOutputStream(client.getOutputStream());
    out.writeInt(LENGTH);
    out.writeShort(kind);
    out.writeShort(0);
    out.writeInt(number);
    out.write(new byte[LENGTH - 8]);
  }

  private int answer() throws IOException {
    DataInputStream in = new DataInputStream(client.getInputStream());
    int length = in.readInt();
    int number = in.readInt();
    in.skipNBytes(length - 4L);
    return number;
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = broker.accept();
        daemon(() -> serve(socket));
      }
    } catch (IOException e) {
      return; // the test has ended
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      while (true) {
        int length = in.readInt();
        in.skipNBytes(4);
        int number = in.readInt();
        in.skipNBytes(length - 8L);
        arrived.add(number);
        out.writeInt(LENGTH);
        out.writeInt(number);
        out.write(new byte[LENGTH - 4]);
      }
    } catch (IOException e) {
      return; // the connection has ended
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work);
    thread.setDaemon(true);
    thread.start();
  }
}
