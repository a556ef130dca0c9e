// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.topics;

/** The topics are not as they should be, or the brokers did not let us see to it; in one line. */
public final class TopicsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public TopicsException(String message) {
    super(message);
  }

  /** What is wrong. */
  public TopicsException(String message, Throwable cause) {
    super(message, cause);
  }
}
