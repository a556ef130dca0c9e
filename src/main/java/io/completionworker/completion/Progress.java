// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

/**
 * How far a request without an outcome has come: what is remembered of it, also over a crash.
 *
 * @param attempts attempts that it has used up
 * @param rows usage rows that are written for them; each has the next number, so that a row that is
 *     offered twice is told from one that is not written yet
 */
public record Progress(int attempts, int rows) {

  /** It was never called, as far as anybody remembers. */
  public static final Progress NONE = new Progress(0, 0);
}
