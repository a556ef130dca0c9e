// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A bare HTTP/1.1 server that answers each request as it is told to; see {@link Behaviours}. */
public final class MisbehavingServer implements AutoCloseable {

  /** What it does with a request. */
  @FunctionalInterface
  public interface Behaviour {

    /** Answers on this socket; the connection is kept only if this returns true. */
    boolean answer(OutputStream out, Socket socket) throws IOException, InterruptedException;
  }

  /**
   * A request as it came; header names in lower case.
   *
   * @param connection number of the connection that it came on
   */
  public record Received(int connection, String line, Map<String, String> headers, String body) {}

  private final ServerSocket listener;
  private final Behaviour behaviour;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
  private final AtomicInteger connections = new AtomicInteger();

  /** Listens on the loopback. */
  public MisbehavingServer(Behaviour behaviour) throws IOException {
    this(behaviour, InetAddress.getLoopbackAddress());
  }

  /** Listens here; the wildcard address lets containers in. */
  public MisbehavingServer(Behaviour behaviour, InetAddress address) throws IOException {
    this.behaviour = behaviour;
    this.listener = new ServerSocket(0, 100, address);
    daemon(this::accept);
  }

  public String url() {
    return "http://127.0.0.1:" + listener.getLocalPort() + "/v1";
  }

  public int port() {
    return listener.getLocalPort();
  }

  /**
   * The connections that were opened so far. Something else may open one too: the port is one that
   * a server of another test may have had before.
   */
  int connections() {
    return connections.get();
  }

  /** The next request; waits for it. */
  public Received received() throws InterruptedException {
    return received.take();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        socket.setTcpNoDelay(true);
        sockets.add(socket);
        int connection = connections.incrementAndGet();
        daemon(() -> serve(connection, socket));
      }
    } catch (IOException e) {
      return; // closed
    }
  }

  private void serve(int connection, Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      boolean keep = true;
      while (keep) {
        received.add(request(connection, in));
        keep = behaviour.answer(socket.getOutputStream(), socket);
        socket.getOutputStream().flush();
      }
    } catch (IOException | InterruptedException e) {
      return; // the client has gone, or the test is over
    } finally {
      sockets.remove(socket);
    }
  }

  private static Received request(int connection, InputStream in) throws IOException {
    String line = line(in);
    Map<String, String> headers = new TreeMap<>();
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      int colon = header.indexOf(':');
      if (colon < 0) {
        throw new IOException("not HTTP, such as a TLS handshake");
      }
      headers.put(
          header.substring(0, colon).toLowerCase(Locale.ROOT), header.substring(colon + 1).strip());
    }
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    return new Received(connection, line, headers, body);
  }

  private static String line(InputStream in) throws IOException {
    var bytes = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("the connection ended");
      }
      if (next != '\r') {
        bytes.write(next);
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "misbehaving-server");
    thread.setDaemon(true);
    thread.start();
  }
}
