// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

/** The exit codes of the process. Scripts rely on them. */
final class ExitCode {

  static final int DONE = 0;

  /** The command failed. The last line on stderr states the cause. */
  static final int FAILED = 1;

  /**
   * The usage, the configuration or the input is wrong. Every fault is a line on stderr, and
   * nothing was started.
   */
  static final int WRONG = 2;

  private ExitCode() {}
}
