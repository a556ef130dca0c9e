// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.submit;

/** A batch could not be published as a whole; in one line, which says how to go on. */
public final class SubmitException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What happened. */
  public SubmitException(String message) {
    super(message);
  }

  /** What happened. */
  public SubmitException(String message, Throwable cause) {
    super(message, cause);
  }
}
