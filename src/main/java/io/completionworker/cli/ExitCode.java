// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

/** What the process ends with. Scripts rely on these. */
final class ExitCode {

  static final int DONE = 0;

  /** The cause is the last line on stderr. */
  static final int FAILED = 1;

  /** Usage, configuration or input; every fault is a line on stderr and nothing was started. */
  static final int WRONG = 2;

  private ExitCode() {}
}
