// SPDX-License-Identifier: Apache-2.0
package io.completionworker.dialects;

import io.completionworker.gateway.MisbehavingServer;
import io.completionworker.gateway.MisbehavingServer.Behaviour;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** An endpoint that answers every call with what it was last told to, byte for byte. */
final class PlayedEndpoint implements AutoCloseable {

  /** Parts as they are. */
  static final int AS_IT_IS = 0;

  private volatile Behaviour next = (out, socket) -> false;
  private final MisbehavingServer server;

  /** Listens on the loopback. */
  PlayedEndpoint() throws IOException {
    this(InetAddress.getLoopbackAddress());
  }

  /** Listens here; the wildcard address lets containers in. */
  PlayedEndpoint(InetAddress address) throws IOException {
    server = new MisbehavingServer((out, socket) -> next.answer(out, socket), address);
  }

  String url() {
    return server.url();
  }

  int port() {
    return server.port();
  }

  /**
   * From now on answers with this.
   *
   * @param packet bytes that are sent at a time, or {@link #AS_IT_IS}
   */
  void play(Reply reply, Framing framing, int packet) {
    next = (out, socket) -> answer(reply, framing, packet, out, socket);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  private static boolean answer(
      Reply reply, Framing framing, int packet, OutputStream out, Socket socket)
      throws IOException, InterruptedException {
    out.write(head(reply, framing).getBytes(StandardCharsets.ISO_8859_1));
    if (packet != AS_IT_IS) {
      byte[] body = reply.body();
      for (int from = 0; from < body.length; from += packet) {
        write(out, framing, body, from, Math.min(packet, body.length - from));
      }
    } else {
      for (var part : reply.parts()) {
        if (Reply.waitMillis(part) > 0) {
          new CountDownLatch(1).await(Reply.waitMillis(part), TimeUnit.MILLISECONDS);
        }
        byte[] bytes = Reply.bytes(part);
        write(out, framing, bytes, 0, bytes.length);
      }
    }
    if (reply.isCut()) {
      out.flush();
      socket.setSoLinger(framing == Framing.CLOSE, 0);
      return false;
    }
    if (framing == Framing.CHUNKED) {
      out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    out.flush();
    return framing != Framing.CLOSE;
  }

  private static String head(Reply reply, Framing framing) {
    StringBuilder head = new StringBuilder("HTTP/1.1 " + reply.status() + " Some\r\n");
    reply.headers().forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    head.append(
        switch (framing) {
          case CHUNKED -> "transfer-encoding: chunked\r\n";
          case LENGTH ->
              "content-length: " + (reply.body().length + (reply.isCut() ? 1 : 0)) + "\r\n";
          case CLOSE -> "connection: close\r\n";
        });
    return head.append("\r\n").toString();
  }

  private static void write(OutputStream out, Framing framing, byte[] bytes, int from, int length)
      throws IOException {
    if (length == 0) {
      return;
    }
    if (framing != Framing.CHUNKED) {
      out.write(bytes, from, length);
      out.flush();
      return;
    }
    ByteArrayOutputStream chunk = new ByteArrayOutputStream(length + 10);
    chunk.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
    chunk.write(bytes, from, length);
    chunk.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    out.write(chunk.toByteArray());
    out.flush();
  }
}
