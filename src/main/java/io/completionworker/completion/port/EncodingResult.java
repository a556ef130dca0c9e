// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion.port;

import org.jspecify.annotations.Nullable;

/**
 * The result of encoding something.
 *
 * @param <T> what is forwarded
 */
public sealed interface EncodingResult<T> {

  /**
   * The encoded value, ready to be forwarded.
   *
   * @param leftOut why a part can never be encoded and was left out, in one line without its
   *     content; null if nothing was left out
   */
  record Encoded<T>(T value, @Nullable String leftOut) implements EncodingResult<T> {

    /** Creates a complete result. */
    public Encoded(T value) {
      this(value, null);
    }
  }

  /**
   * The value cannot be encoded now, because the registry cannot be reached. It may be encoded
   * later.
   */
  record RetryLater<T>(String why) implements EncodingResult<T> {}

  /**
   * No value of this type can be encoded until the registry or the settings are changed, because
   * the registry refuses the schema or the serde does not fit.
   */
  record Blocked<T>(String why) implements EncodingResult<T> {}

  /** The value can never be encoded, although others of its type can. */
  record Unencodable<T>(String why) implements EncodingResult<T> {}
}
