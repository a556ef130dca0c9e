package io.completionworker.management.page;

import io.vertx.core.http.HttpServerResponse;
import java.util.LinkedHashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open streams. A bound number of them, and none that is read more slowly than it is written:
 * such a reader is dropped, and comes back with the whole history when it can. For the event loop.
 */
final class EventStreams {

  /** Each costs a connection, and a kilobyte every two seconds. */
  static final int MOST = 16;

  /** A history, and some samples behind it. */
  private static final int UNREAD_BYTES = 256 * 1024;

  private static final Logger log = LoggerFactory.getLogger(EventStreams.class);

  private final Set<HttpServerResponse> open = new LinkedHashSet<>();

  /** Whether one more may be opened. */
  boolean hasRoom() {
    return open.size() < MOST;
  }

  /** Sends to this one too, until it ends. */
  void open(HttpServerResponse response) {
    response.setChunked(true).setWriteQueueMaxSize(UNREAD_BYTES);
    response.closeHandler(closed -> open.remove(response));
    response.exceptionHandler(broken -> open.remove(response));
    open.add(response);
  }

  /** Sends an event to all. */
  void send(String event) {
    for (HttpServerResponse response : Set.copyOf(open)) {
      send(response, event);
    }
  }

  /** Sends an event to one. */
  void send(HttpServerResponse response, String event) {
    if (response.closed() || response.writeQueueFull()) {
      open.remove(response);
      drop(response);
    } else {
      response.write(event).onFailure(e -> open.remove(response));
    }
  }

  int count() {
    return open.size();
  }

  private static void drop(HttpServerResponse response) {
    if (!response.closed()) {
      log.debug("A reader of the status page is too slow");
      response.reset();
    }
  }
}
