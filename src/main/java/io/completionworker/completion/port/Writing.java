// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion.port;

import org.jspecify.annotations.Nullable;

/**
 * The result of encoding something.
 *
 * @param <T> what is forwarded
 */
public sealed interface Writing<T> {

  /**
   * The encoded value, ready to be forwarded.
   *
   * @param leftOut why a part can never be encoded and was left out, in one line without its
   *     content; null if nothing was left out
   */
  record Written<T>(T value, @Nullable String leftOut) implements Writing<T> {

    /** Creates a complete result. */
    public Written(T value) {
      this(value, null);
    }
  }

  /**
   * The value cannot be encoded now, because the registry cannot be reached. It may be encoded
   * later.
   */
  record Later<T>(String why) implements Writing<T> {}

  /**
   * No value of this type can be encoded until the registry or the settings are changed, because
   * the registry refuses the schema or the serde does not fit.
   */
  record Refused<T>(String why) implements Writing<T> {}

  /** The value can never be encoded, although others of its type can. */
  record Never<T>(String why) implements Writing<T> {}
}
