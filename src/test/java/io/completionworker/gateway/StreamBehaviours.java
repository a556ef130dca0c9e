// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import io.completionworker.gateway.MisbehavingServer.Behaviour;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;

/** How an endpoint may stream an answer, by name. */
final class StreamBehaviours {

  private static final String HEAD =
      String.join(
          "\r\n",
          "HTTP/1.1 200 OK",
          "content-type: text/event-stream",
          "x-portkey-trace-id: t-1",
          "x-ratelimit-remaining-requests: 3",
          "transfer-encoding: chunked",
          "");

  private StreamBehaviours() {}

  /** In good order, in one packet. */
  static Behaviour streams(byte[] body) {
    return inPackets(body, Math.max(1, body.length));
  }

  /** In good order, in packets of this size. */
  static Behaviour inPackets(byte[] body, int size) {
    return (out, socket) -> {
      write(out, HEAD + "\r\n");
      packets(out, body, size);
      write(out, "0\r\n\r\n");
      return true;
    };
  }

  static Behaviour compressed(byte[] body) {
    return (out, socket) -> {
      var packed = new ByteArrayOutputStream();
      try (var gzip = new GZIPOutputStream(packed)) {
        gzip.write(body);
      }
      write(out, HEAD + "content-encoding: gzip\r\n\r\n");
      packets(out, packed.toByteArray(), 50);
      write(out, "0\r\n\r\n");
      return true;
    };
  }

  /** In good order, with a pause after each packet. */
  static Behaviour slowly(byte[] body, int packets, long pauseMillis) {
    return (out, socket) -> {
      write(out, HEAD + "\r\n");
      var never = new CountDownLatch(1);
      int size = body.length / packets + 1;
      for (int from = 0; from < body.length; from += size) {
        packet(out, body, from, Math.min(size, body.length - from));
        if (never.await(pauseMillis, TimeUnit.MILLISECONDS)) {
          return false;
        }
      }
      write(out, "0\r\n\r\n");
      return true;
    };
  }

  /** Sends this and nothing after it; the connection stays open. */
  static Behaviour thenSilent(byte[] body) {
    return (out, socket) -> {
      write(out, HEAD + "\r\n");
      packets(out, body, Math.max(1, body.length));
      new CountDownLatch(1).await();
      return false;
    };
  }

  /** Sends this and closes the connection, without the end of the response. */
  static Behaviour thenCloses(byte[] body) {
    return (out, socket) -> {
      write(out, HEAD + "\r\n");
      packets(out, body, Math.max(1, body.length));
      return false;
    };
  }

  /** Sends this and resets the connection. */
  static Behaviour thenResets(byte[] body) {
    return (out, socket) -> {
      write(out, HEAD + "\r\n");
      packets(out, body, Math.max(1, body.length));
      socket.setSoLinger(true, 0);
      return false;
    };
  }

  /** Sends this all at once, ends the response and closes the connection. */
  static Behaviour endsAndCloses(byte[] body) {
    return (out, socket) -> {
      write(out, HEAD + "connection: close\r\n\r\n");
      packets(out, body, Math.max(1, body.length));
      write(out, "0\r\n\r\n");
      return false;
    };
  }

  private static void packets(OutputStream out, byte[] body, int size) throws IOException {
    for (int from = 0; from < body.length; from += size) {
      packet(out, body, from, Math.min(size, body.length - from));
    }
  }

  private static void packet(OutputStream out, byte[] body, int from, int length)
      throws IOException {
    var packet = new ByteArrayOutputStream();
    packet.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
    packet.write(body, from, length);
    packet.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    out.write(packet.toByteArray());
    out.flush();
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }
}
