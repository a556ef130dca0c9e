// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tokens;

import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Counts the texts of one request, each once. Not safe for several threads.
 *
 * <p>An encoding needs 10 to 60 microseconds for a kilobyte of prose, but 500 for one of text that
 * has no words. A request may hold megabytes of that, so only so much of each is counted; what goes
 * beyond is taken to be like what was counted, and to have no fewer tokens than its size makes
 * likely.
 */
final class TextCounter {

  /** Bytes of a request's texts that are counted: 20 milliseconds of the slowest kind of text. */
  static final int MOST_COUNTED = 40_000;

  /**
   * What prose in English has on average, and code nearly. Base64 and random letters have less than
   * two.
   */
  private static final int BYTES_PER_TOKEN = 4;

  private static final int MOST_BYTES_OF_A_CHAR = 3;

  private final @Nullable ToIntFunction<String> encoding;
  private long countedBytes;
  private long countedTokens;

  TextCounter(@Nullable ToIntFunction<String> encoding) {
    this.encoding = encoding;
  }

  /** Tokens of a text; none for null. */
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

  /** Tokens of a text that no encoding is asked for; none for null. */
  static long bySize(@Nullable String text) {
    return text == null ? 0 : ofBytes(utf8Length(text));
  }

  /** Tokens that so many bytes of text are taken for. */
  static long ofBytes(long bytes) {
    return (bytes + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN;
  }

  /** Bytes of the text in UTF-8, without making them; half a surrogate pair is taken for two. */
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
