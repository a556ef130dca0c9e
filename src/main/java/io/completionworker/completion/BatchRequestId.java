// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The request id of one line of a batch: {@code batch:ID:LINE:CUSTOM_ID}. All that is needed to
 * find the answers of a batch and to put them in order stands in it, so nothing but the topics has
 * to be kept.
 *
 * @param batch 1 to 64 letters, digits, dots, hyphens and underscores
 * @param line the number of the line in its file, from 1
 * @param customId what the file calls it; any text, colons too
 */
public record BatchRequestId(String batch, long line, String customId) {

  /** Most characters of a batch's id. */
  public static final int LONGEST = 64;

  private static final Pattern BATCH = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Pattern TEXT =
      Pattern.compile("batch:([A-Za-z0-9._-]{1,64}):([1-9][0-9]{0,17}):(.*)", Pattern.DOTALL);

  /**
   * Checks its parts.
   *
   * @throws IllegalArgumentException when the batch's id or the line is not as said above
   */
  public BatchRequestId {
    if (!isBatchId(batch)) {
      throw new IllegalArgumentException(
          "a batch id has 1 to 64 letters, digits, '.', '-', '_', and not: " + batch);
    }
    if (line < 1) {
      throw new IllegalArgumentException("lines count from 1, and not: " + line);
    }
  }

  /** Whether this may be the id of a batch. */
  public static boolean isBatchId(String text) {
    return BATCH.matcher(text).matches();
  }

  /** Reads one back; empty when it is some other id. */
  public static Optional<BatchRequestId> parse(String requestId) {
    Matcher matcher = TEXT.matcher(requestId);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long line = Long.parseLong(matcher.group(2));
    return Optional.of(new BatchRequestId(matcher.group(1), line, matcher.group(3)));
  }

  @Override
  public String toString() {
    return "batch:" + batch + ":" + line + ":" + customId;
  }
}
