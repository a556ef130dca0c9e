// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * A proxy that leads every tunnel to one local port, whatever the name that it is asked for:
 * CONNECT of HTTP, and SOCKS 5.
 */
final class TunnelProxy implements AutoCloseable {

  private final ServerSocket listener;
  private final int target;
  private final Greeting greeting;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Queue<String> asked = new ConcurrentLinkedQueue<>();

  /** What is said before a tunnel is open. */
  @FunctionalInterface
  private interface Greeting {

    /** Whether the tunnel is open. */
    boolean exchange(DataInputStream in, OutputStream out) throws IOException;
  }

  private TunnelProxy(int target, boolean socks, @Nullable String authorization)
      throws IOException {
    this.target = target;
    this.greeting =
        socks
            ? (in, out) -> socks(in, out, authorization)
            : (in, out) -> connect(in, out, authorization);
    listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  /** Speaks HTTP; wants this value of Proxy-Authorization, if any. */
  static TunnelProxy http(int target, @Nullable String authorization) throws IOException {
    return new TunnelProxy(target, false, authorization);
  }

  /** Speaks SOCKS 5; wants this user and password, separated by a colon, if any. */
  static TunnelProxy socks(int target, @Nullable String credentials) throws IOException {
    return new TunnelProxy(target, true, credentials);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Hosts and ports that tunnels were wanted to. */
  Queue<String> asked() {
    return asked;
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
        Socket client = listener.accept();
        sockets.add(client);
        daemon(() -> serve(client));
      }
    } catch (IOException e) {
      return; // closed
    }
  }

  private void serve(Socket client) {
    try (client) {
      var in = new DataInputStream(client.getInputStream());
      if (!greeting.exchange(in, client.getOutputStream())) {
        return;
      }
      try (Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
        sockets.add(server);
        daemon(() -> copy(server, client));
        copy(client, server);
      }
    } catch (IOException e) {
      return; // one of both has gone
    }
  }

  private static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      return; // one of both has gone
    }
  }

  private boolean connect(InputStream in, OutputStream out, @Nullable String wanted)
      throws IOException {
    List<String> head = head(in).lines().toList();
    String address = head.get(0).substring("CONNECT ".length());
    asked.add(address.substring(0, address.indexOf(' ')));
    String given = null;
    for (String line : head) {
      if (line.toLowerCase(Locale.ROOT).startsWith("proxy-authorization:")) {
        given = line.substring(line.indexOf(':') + 1).strip();
      }
    }
    boolean open = wanted == null || wanted.equals(given);
    String status = open ? "200 Connection established" : "407 Proxy Authentication Required";
    out.write(("HTTP/1.1 " + status + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    out.flush();
    return open;
  }

  private static String head(InputStream in) throws IOException {
    var head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the connection ended");
      }
      head.write(next);
    }
    return head.toString(StandardCharsets.US_ASCII);
  }

  /** RFC 1928 and, for the password, RFC 1929. */
  private boolean socks(DataInputStream in, OutputStream out, @Nullable String wanted)
      throws IOException {
    in.readByte(); // version
    in.readNBytes(in.readUnsignedByte()); // methods
    out.write(new byte[] {5, (byte) (wanted == null ? 0 : 2)});
    if (wanted != null) {
      in.readByte();
      String given = text(in) + ":" + text(in);
      boolean right = given.equals(wanted);
      out.write(new byte[] {1, (byte) (right ? 0 : 1)});
      if (!right) {
        return false;
      }
    }
    in.readNBytes(4); // version, command, reserved, type of address: a name
    asked.add(text(in) + ":" + in.readUnsignedShort());
    out.write(new byte[] {5, 0, 0, 1, 0, 0, 0, 0, 0, 0});
    return true;
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.US_ASCII);
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "tunnel-proxy");
    thread.setDaemon(true);
    thread.start();
  }
}
