// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.collect;

/** Files of a collect cannot be written, or belong to something else; nothing was begun. */
public final class OutputFaultException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Names the file, and says what to change. */
  public OutputFaultException(String message) {
    super(message);
  }
}
