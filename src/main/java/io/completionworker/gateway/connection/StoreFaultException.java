// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.connection;

import org.jspecify.annotations.Nullable;

/**
 * Thrown if a file of certificates or keys cannot be used. Its line names the configuration key and
 * contains no secret.
 */
final class StoreFaultException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String line;

  StoreFaultException(String line, @Nullable Throwable cause) {
    super(line, cause);
    this.line = line;
  }

  /** Returns the configuration key and what is wrong. */
  String line() {
    return line;
  }
}
