// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

/**
 * The values of the text columns of usage rows that have a fixed set of values. The columns are
 * text because SQL engines can read text without a schema, but not all of them can read enums.
 */
public final class UsageText {

  private UsageText() {}

  /** How an attempt ended, in column {@code outcome}. A failure's reason has its own column. */
  public enum Outcome {
    ANSWERED,
    FAILED
  }

  /** Who counted the tokens, in column {@code usage_source}. */
  public enum Source {
    REPORTED,
    NONE
  }
}
