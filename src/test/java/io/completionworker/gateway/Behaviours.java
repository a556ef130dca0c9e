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

/** What an endpoint may do to a client, by name. */
final class Behaviours {

  static final String ANSWER =
      """
      {"id": "c-1", "object": "chat.completion", "created": 1, "model": "m",
       "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello."},
                    "finish_reason": "stop"}],
       "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}}
      """;

  private Behaviours() {}

  static Behaviour ok() {
    return respond(200, "x-portkey-trace-id: t-1\r\n", bytes(ANSWER));
  }

  static Behaviour status(int status, String headers, String body) {
    return respond(status, headers, bytes(body));
  }

  /** Reads the request and says nothing, ever. */
  static Behaviour neverAnswers() {
    return (out, socket) -> {
      new CountDownLatch(1).await();
      return false;
    };
  }

  /** Sends the head, and nothing after it. */
  static Behaviour neverSendsTheBody() {
    return (out, socket) -> {
      write(out, head(200, "", 1000));
      new CountDownLatch(1).await();
      return false;
    };
  }

  /** Sends a byte of the body now and then, without end. */
  static Behaviour dripsForEver(long pauseMillis) {
    return (out, socket) -> {
      write(out, head(200, "", Integer.MAX_VALUE));
      var never = new CountDownLatch(1);
      while (!never.await(pauseMillis, TimeUnit.MILLISECONDS)) {
        write(out, " ");
      }
      return false;
    };
  }

  /** Answers byte by byte with pauses that are each shorter than a patient idle timeout. */
  static Behaviour answersSlowlyInPieces(int pieces, long pauseMillis) {
    return (out, socket) -> {
      byte[] body = bytes(ANSWER);
      write(out, head(200, "", body.length));
      var never = new CountDownLatch(1);
      int size = body.length / pieces + 1;
      for (int from = 0; from < body.length; from += size) {
        if (never.await(pauseMillis, TimeUnit.MILLISECONDS)) {
          return false;
        }
        out.write(body, from, Math.min(size, body.length - from));
        out.flush();
      }
      return true;
    };
  }

  /** Resets the connection once it has read the request. */
  static Behaviour resetsBeforeTheHead() {
    return (out, socket) -> {
      socket.setSoLinger(true, 0);
      return false;
    };
  }

  /** Resets the connection after a half body. */
  static Behaviour resetsWithinTheBody() {
    return (out, socket) -> {
      write(out, head(200, "", ANSWER.length()) + ANSWER.substring(0, 50));
      socket.setSoLinger(true, 0);
      return false;
    };
  }

  /** Closes in good order before the body is as long as it was said to be. */
  static Behaviour closesWithinTheBody() {
    return (out, socket) -> {
      write(out, head(200, "", ANSWER.length()) + ANSWER.substring(0, 50));
      return false;
    };
  }

  /** The end of the connection is the end of the body, and it comes too early. */
  static Behaviour endsABodyWithoutLengthTooEarly() {
    return (out, socket) -> {
      write(out, "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n" + ANSWER.substring(0, 50));
      return false;
    };
  }

  static Behaviour answersGarbage() {
    return (out, socket) -> {
      write(out, "\u0000\u0001 this is not HTTP \r\n\r\n\r\n");
      return false;
    };
  }

  static Behaviour compressed() {
    return respond(200, "content-encoding: gzip\r\n", gzip(bytes(ANSWER), 1));
  }

  static Behaviour brokenCompression() {
    return respond(200, "content-encoding: gzip\r\n", bytes("this is not gzip at all"));
  }

  /** A few bytes that unpack to very many. */
  static Behaviour gzipBomb(int megabytes) {
    return respond(200, "content-encoding: gzip\r\n", gzip(new byte[1 << 20], megabytes));
  }

  static Behaviour huge(int status, int size) {
    return respond(status, "", bytes("x".repeat(size)));
  }

  /** An answer of about this size, nearly all of it in a member that no field holds. */
  static Behaviour answersAtLength(int bytes) {
    String member = ", \"padding\": \"" + "x".repeat(bytes) + "\"}";
    return respond(200, "", bytes(ANSWER.strip().replaceFirst("}$", member)));
  }

  private static Behaviour respond(int status, String headers, byte[] body) {
    byte[] head = bytes(head(status, headers, body.length));
    return (out, socket) -> {
      out.write(head);
      out.write(body);
      out.flush();
      return true;
    };
  }

  private static String head(int status, String headers, int length) {
    return "HTTP/1.1 " + status + " Some\r\ncontent-length: " + length + "\r\n" + headers + "\r\n";
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  private static byte[] gzip(byte[] block, int times) {
    var packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      for (int i = 0; i < times; i++) {
        out.write(block);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return packed.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
