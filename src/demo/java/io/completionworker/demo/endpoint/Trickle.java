// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo.endpoint;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

/**
 * Sends a body in pieces, cut wherever they end, with pauses between them. The event loop's own.
 */
final class Trickle {

  private static final int PIECES = 10;
  private static final long PAUSE_MILLIS = 100;

  private final Vertx vertx;
  private final HttpServerResponse response;

  Trickle(Vertx vertx, HttpServerResponse response) {
    this.vertx = vertx;
    this.response = response;
  }

  /** Sends all of it, over a second; stops when nobody listens any more. */
  void send(Buffer body) {
    response.setChunked(true);
    sendFrom(body, 0);
  }

  private void sendFrom(Buffer body, int from) {
    if (response.closed()) {
      return;
    }
    int to = Math.min(body.length(), from + Math.max(1, body.length() / PIECES));
    response.write(body.slice(from, to));
    if (to == body.length()) {
      response.end();
    } else {
      vertx.setTimer(PAUSE_MILLIS, ignored -> sendFrom(body, to));
    }
  }
}
