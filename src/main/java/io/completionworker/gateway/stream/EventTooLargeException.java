// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.stream;

/** An event has more bytes than we keep. */
final class EventTooLargeException extends Exception {

  private static final long serialVersionUID = 1L;

  EventTooLargeException() {
    super("an event is too large", null, false, false);
  }
}
