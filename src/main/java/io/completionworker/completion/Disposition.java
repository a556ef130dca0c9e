// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

/** What a failed attempt means for what comes next. */
public enum Disposition {
  /** May succeed later: try again after a backoff. */
  RETRY,
  /** A fault of the request: it ends as a failure at once. */
  FAIL,
  /**
   * A fault of the account, not of the request: its credential waits, and no attempt is used up.
   */
  HOLD
}
