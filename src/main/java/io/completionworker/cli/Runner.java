// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import io.completionworker.config.WorkerSettings;

/** Runs the worker until it is told to stop or fails. */
@FunctionalInterface
public interface Runner {

  /**
   * Runs the worker on the calling thread.
   *
   * @return the exit code; with any but 0 the cause is already the last line on stderr
   * @throws Exception what the worker failed with; the command line says it
   */
  int run(WorkerSettings settings) throws Exception;
}
