// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The request id of one line of a batch: {@code batch:ID:LINE:CUSTOM_ID}. It contains everything
 * that is needed to find the answers of a batch and to sort them, so nothing needs to be stored
 * outside of the topics.
 *
 * @param batch 1 to 64 letters, digits, dots, hyphens and underscores
 * @param line number of the line in its file, from 1
 * @param customId custom id from the file; any text, also with colons
 */
public record BatchRequestId(String batch, long line, String customId) {

  /** The maximum length of a batch id, in characters. */
  public static final int LONGEST = 64;

  /** How the request ids of all batches begin. */
  public static final String PREFIX = "batch:";

  private static final Pattern BATCH = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Pattern TEXT =
      Pattern.compile(PREFIX + "([A-Za-z0-9._-]{1,64}):([1-9][0-9]{0,17}):(.*)", Pattern.DOTALL);

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if the batch id or the line number is not valid
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

  /** Whether this text is a valid batch id. */
  public static boolean isBatchId(String text) {
    return BATCH.matcher(text).matches();
  }

  /** Parses a request id; empty if it is not one of a batch. */
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
    return PREFIX + batch + ":" + line + ":" + customId;
  }
}
