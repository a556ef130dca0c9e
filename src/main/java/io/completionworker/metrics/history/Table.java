// SPDX-License-Identifier: Apache-2.0
package io.completionworker.metrics.history;

/** What is shown by one or two names. */
public enum Table {
  /** By reason: failed and retried in the last quarter of an hour, failed since the start. */
  FAILURES,
  /** By what requests wait for: how many. */
  WAITING,
  /** By reason: credentials put on hold in the last quarter of an hour, and since the start. */
  HOLDS,
  /**
   * By model: completion tokens, prompt tokens and cost of the last minute, as far as they are
   * known.
   */
  MODELS,
  /** By currency: the cost of the last minute, and since the start. */
  COSTS
}
