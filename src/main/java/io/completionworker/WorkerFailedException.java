// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

/** The worker stopped by itself; says why, and what to change where that is known. */
final class WorkerFailedException extends Exception {

  private static final long serialVersionUID = 1L;

  WorkerFailedException(Throwable cause) {
    super("The worker stopped: " + innermost(cause), cause);
  }

  private static String innermost(Throwable cause) {
    Throwable inner = cause;
    for (int depth = 0; depth < 32; depth++) {
      Throwable next = inner.getCause();
      if (next == null) {
        break;
      }
      inner = next;
    }
    String message = inner.getMessage();
    return message == null ? inner.getClass().getSimpleName() : message;
  }
}
