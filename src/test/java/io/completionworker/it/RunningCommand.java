// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

/** A command that was started, and what it prints. */
interface RunningCommand extends AutoCloseable {

  /** Waits for its end, and returns its exit code. */
  int await() throws InterruptedException;

  /** What it has printed to scripts. */
  String out();

  /** What it has printed to people. */
  String err();

  /** What it has printed, to people and to scripts. */
  default String all() {
    return out() + err();
  }

  @Override
  void close();
}
