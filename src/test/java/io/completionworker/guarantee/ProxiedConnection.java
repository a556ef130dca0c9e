// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A connection of a worker to a broker. It knows of Kafka's protocol what stands first in a request
 * (its size, its kind, a version, a number) and in a response (its size, the number of its
 * request).
 */
final class ProxiedConnection {

  /** Where these stand in a request. */
  private static final int KIND_AT = 4;

  private static final int NUMBER_AT = 8;

  private final Socket client;
  private final Socket broker;
  private final NetworkProxy network;
  private final Map<Integer, Short> unanswered = new ConcurrentHashMap<>();
  private volatile boolean silent;

  ProxiedConnection(Socket client, Socket broker, NetworkProxy network) throws SocketException {
    this.client = client;
    this.broker = broker;
    this.network = network;
    client.setTcpNoDelay(true);
    broker.setTcpNoDelay(true);
  }

  /**
   * Until the client has gone. What was late then still gets to the broker, as it does from a
   * network.
   */
  void carryRequests() {
    try {
      DataInputStream in = new DataInputStream(client.getInputStream());
      while (true) {
        byte[] frame = read(in);
        ByteBuffer header = ByteBuffer.wrap(frame);
        short kind = header.getShort(KIND_AT);
        unanswered.put(header.getInt(NUMBER_AT), kind);
        carry(frame, true, kind, broker);
      }
    } catch (IOException e) {
      sayThatClientHasGone();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Until the broker has gone. */
  void carryResponses() {
    try {
      DataInputStream in = new DataInputStream(broker.getInputStream());
      while (true) {
        byte[] frame = read(in);
        Short kind = unanswered.remove(ByteBuffer.wrap(frame).getInt(Integer.BYTES));
        if (!client.isClosed()) {
          answer(frame, kind == null ? -1 : kind);
        }
      }
    } catch (IOException e) {
      end(); // the broker has gone
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The broker still reads what was sent to it, and ends the connection then. */
  private void sayThatClientHasGone() {
    try {
      broker.shutdownOutput();
    } catch (IOException e) {
      end(); // both have gone
    }
  }

  private void answer(byte[] frame, short kind) throws InterruptedException {
    try {
      carry(frame, false, kind, client);
    } catch (IOException e) {
      return; // the client has gone, and what it has sent may be late
    }
  }

  private static byte[] read(DataInputStream in) throws IOException {
    int size = in.readInt();
    if (size < Integer.BYTES) {
      throw new EOFException("no frame of Kafka's protocol: " + size);
    }
    byte[] frame = new byte[Integer.BYTES + size];
    ByteBuffer.wrap(frame).putInt(size);
    in.readFully(frame, Integer.BYTES, size);
    return frame;
  }

  private void carry(byte[] frame, boolean request, short kind, Socket to)
      throws IOException, InterruptedException {
    if (silent) {
      return;
    }
    switch (network.next(request, kind)) {
      case PASSES -> to.getOutputStream().write(frame);
      case LATE -> {
        network.holdUp();
        to.getOutputStream().write(frame);
      }
      case SILENCE -> silent = true;
      case RESET -> reset();
      case CUT -> {
        to.getOutputStream().write(Arrays.copyOf(frame, frame.length / 2));
        reset();
      }
    }
  }

  void endIfSilent() {
    if (silent) {
      reset();
    }
  }

  void end() {
    close(client);
    close(broker);
  }

  private void reset() {
    try {
      client.setSoLinger(true, 0);
      broker.setSoLinger(true, 0);
    } catch (SocketException e) {
      silent = true; // has ended
    } finally {
      end();
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      return; // gone as well
    }
  }
}
