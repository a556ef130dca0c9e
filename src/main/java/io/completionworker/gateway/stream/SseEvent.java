package io.completionworker.gateway.stream;

import java.util.Locale;

/**
 * One server-sent event.
 *
 * @param name what {@code event} said, empty when it said nothing
 * @param data lines of {@code data}, joined by a line feed
 * @param bytes size of its lines as they came, without their ends
 */
record SseEvent(String name, String data, int bytes) {

  /** Whether its name says that it is an error, whatever it has for data. */
  boolean failed() {
    return name.toLowerCase(Locale.ROOT).endsWith("error");
  }
}
