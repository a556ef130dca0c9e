// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tokens;

import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Counts the tokens of the texts of one request. Each text must be counted once. Not thread-safe.
 *
 * <p>An encoding takes 10 to 60 microseconds for a kilobyte of prose, but 500 for a kilobyte of
 * text without words. A request may contain megabytes of such text, so only the first {@link
 * #MOST_COUNTED} bytes of its texts are counted. The rest is assumed to be like the counted part,
 * and to have at least as many tokens as its size suggests.
 */
final class TextCounter {

  /**
   * The number of bytes of a request's texts that are counted. They take 20 milliseconds for the
   * slowest kind of text.
   */
  static final int MOST_COUNTED = 40_000;

  /**
   * The average of English prose, and nearly of code. Base64 and random letters have less than two.
   */
  private static final int BYTES_PER_TOKEN = 4;

  private static final int MOST_BYTES_OF_A_CHAR = 3;

  private final @Nullable ToIntFunction<String> encoding;
  private long countedBytes;
  private long countedTokens;

  TextCounter(@Nullable ToIntFunction<String> encoding) {
    this.encoding = encoding;
  }

  /** Returns the tokens of a text; 0 for null. */
  long count(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return 0;
    }
    long bytes = utf8Length(text);
    if (encoding == null) {
      return ofBytes(bytes);
    }
    long left = MOST_COUNTED - countedBytes;
    if (bytes <= left) {
      return exactly(encoding, text, bytes);
    }
    String head = text.substring(0, (int) left / MOST_BYTES_OF_A_CHAR);
    long headBytes = utf8Length(head);
    return exactly(encoding, head, headBytes) + likeCounted(bytes - headBytes);
  }

  private long exactly(ToIntFunction<String> encoding, String text, long bytes) {
    long tokens = text.isEmpty() ? 0 : encoding.applyAsInt(text);
    countedBytes += bytes;
    countedTokens += tokens;
    return tokens;
  }

  private long likeCounted(long bytes) {
    long alike = bytes * countedTokens / Math.max(1, countedBytes);
    return Math.max(alike, ofBytes(bytes));
  }

  /** Estimates the tokens of a text from its size, without an encoding; 0 for null. */
  static long bySize(@Nullable String text) {
    return text == null ? 0 : ofBytes(utf8Length(text));
  }

  /** Estimates the tokens of this number of bytes of text. */
  static long ofBytes(long bytes) {
    return (bytes + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN;
  }

  /**
   * Returns the size of the text in UTF-8 without encoding it. Each half of a surrogate pair counts
   * as two bytes.
   */
  private static long utf8Length(String text) {
    long bytes = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        bytes += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
      }
    }
    return bytes;
  }
}
