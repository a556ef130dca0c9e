// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

/**
 * The values of the text columns of usage rows that have a fixed list of them. The columns are
 * text, since SQL engines read a text without being given a schema, and an enum not everywhere.
 */
public final class UsageText {

  private UsageText() {}

  /** How an attempt ended: {@code outcome}. The reason of a failure has a column of its own. */
  public enum Outcome {
    ANSWERED,
    FAILED
  }

  /** Who counted the tokens: {@code usage_source}. */
  public enum Source {
    REPORTED,
    NONE
  }
}
