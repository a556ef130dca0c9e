// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.registry;

import org.apache.kafka.common.errors.SerializationException;

/** The registry has answered, and the answer is a no that stands. */
final class RefusedException extends SerializationException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String words;

  /**
   * A no.
   *
   * @param status of HTTP
   * @param words the registry's own; empty when it has none
   */
  RefusedException(String message, int status, String words) {
    super(message);
    this.status = status;
    this.words = words;
  }

  /** Whether what was asked for is not there. */
  boolean notFound() {
    return status == 404;
  }

  /** Whether it is the registry that says so, and not a server without such questions. */
  boolean isUnknown() {
    return notFound() && !words.isEmpty();
  }

  /** What the registry says of it. */
  String words() {
    return words.isEmpty() ? String.valueOf(getMessage()) : words;
  }
}
