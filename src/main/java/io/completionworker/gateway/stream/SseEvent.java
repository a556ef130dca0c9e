// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.stream;

import java.util.Locale;
import java.util.Set;

/**
 * One server-sent event.
 *
 * @param name what {@code event} said, empty when it said nothing
 * @param data lines of {@code data}, joined by a line feed
 * @param bytes size of its lines as they came, without their ends
 */
record SseEvent(String name, String data, int bytes) {

  private static final Set<String> KEEP_ALIVE =
      Set.of("ping", "heartbeat", "keepalive", "keep-alive", "keep_alive");

  /** Whether its name says that it is an error, whatever it has for data. */
  boolean failed() {
    return failed(name);
  }

  /** Whether an event of this name is an error. */
  static boolean failed(String name) {
    return name.toLowerCase(Locale.ROOT).endsWith("error");
  }

  /** Whether it only keeps the connection open: {@code ping} and the like, without JSON. */
  boolean keepsAlive() {
    return data.startsWith(":") || KEEP_ALIVE.contains(name.toLowerCase(Locale.ROOT));
  }
}
