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
 * The open event streams. Their number is bounded. A reader that is slower than the events are
 * written gets no more of them and is disconnected. When it reconnects, it gets the whole history.
 * For the event loop.
 */
final class EventStreams {

  /** The most open streams. Each costs a connection, and a kilobyte every two seconds. */
  static final int MOST = 16;

  /** The most unread characters of a reader: a history and some samples after it. */
  private static final int UNREAD_CHARACTERS = 256 * 1024;

  private static final Logger log = LoggerFactory.getLogger(EventStreams.class);

  private final Set<Reader> readers = new LinkedHashSet<>();

  /** Whether one more stream may be opened. */
  boolean hasRoom() {
    return readers.size() < MOST;
  }

  /** Whether no stream is open. */
  boolean isEmpty() {
    return readers.isEmpty();
  }

  /** Opens a stream. Sends the first event, then all further ones until the stream ends. */
  void open(HttpServerRequest request, String first) {
    Reader reader = new Reader(request);
    readers.add(reader);
    request.response().setChunked(true).closeHandler(closed -> readers.remove(reader));
    // The close handler is called too. Events that the reader did not get no longer matter.
    request.response().exceptionHandler(broken -> log.debug("A reader has left", broken));
    reader.send(first);
  }

  /** Sends an event to all readers. */
  void send(String event) {
    List.copyOf(readers).forEach(reader -> reader.send(event));
  }

  /**
   * One reader. It counts the characters that are not written yet, because the queue of an HTTP/1
   * response accepts any amount and does not report that it is full.
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
        // The connection closes after what is already written, or when it has been idle for too
        // long. Until then it counts as an open stream.
        var unused = request.connection().close();
        return;
      }
      unread += event.length();
      response.write(event).onComplete(done -> unread -= event.length());
    }
  }
}
