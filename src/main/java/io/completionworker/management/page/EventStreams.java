// SPDX-License-Identifier: Apache-2.0
package io.completionworker.management.page;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open streams. A bound number of them, and none that is read more slowly than it is written:
 * such a reader is told nothing more and dropped, and comes back with the whole history when it
 * can. For the event loop.
 */
final class EventStreams {

  /** Each costs a connection, and a kilobyte every two seconds. */
  static final int MOST = 16;

  /** A history, and some samples behind it. */
  private static final int UNREAD_CHARACTERS = 256 * 1024;

  private static final Logger log = LoggerFactory.getLogger(EventStreams.class);

  private final Set<Reader> readers = new LinkedHashSet<>();

  /** Whether one more may be opened. */
  boolean hasRoom() {
    return readers.size() < MOST;
  }

  /** Whether nobody reads. */
  boolean isEmpty() {
    return readers.isEmpty();
  }

  /** Sends to this one too, until it ends; this first. */
  void open(HttpServerRequest request, String first) {
    Reader reader = new Reader(request);
    readers.add(reader);
    request.response().setChunked(true).closeHandler(closed -> readers.remove(reader));
    // The close handler comes too, and nobody misses what a reader who has left was not told.
    request.response().exceptionHandler(broken -> log.debug("A reader has left", broken));
    reader.send(first);
  }

  /** Sends an event to all. */
  void send(String event) {
    List.copyOf(readers).forEach(reader -> reader.send(event));
  }

  /**
   * One reader. Counts by itself what is not written yet: the queue of an HTTP/1 response takes
   * whatever it is given, and does not say that it is full.
   */
  private static final class Reader {

    private final HttpServerRequest request;
    private int unread;
    private boolean dropped;

    Reader(HttpServerRequest request) {
      this.request = request;
    }

    void send(String event) {
      HttpServerResponse response = request.response();
      if (dropped || response.closed()) {
        return;
      }
      if (unread > UNREAD_CHARACTERS) {
        log.debug("A reader of the status page is too slow");
        dropped = true;
        // Ends behind what is written already, or when the connection has been idle for too long;
        // until then it is one of the streams.
        var unused = request.connection().close();
        return;
      }
      unread += event.length();
      response.write(event).onComplete(done -> unread -= event.length());
    }
  }
}
