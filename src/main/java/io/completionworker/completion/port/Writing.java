// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion.port;

import org.jspecify.annotations.Nullable;

/**
 * What became of something that was to be encoded.
 *
 * @param <T> what is forwarded of it
 */
public sealed interface Writing<T> {

  /**
   * Ready to be forwarded.
   *
   * @param leftOut what of it can never be encoded and is left out, in one line without what it
   *     says; null when nothing is
   */
  record Written<T>(T value, @Nullable String leftOut) implements Writing<T> {

    /** All of it. */
    public Written(T value) {
      this(value, null);
    }
  }

  /** It cannot be encoded now, but may be later: the registry is out of reach. */
  record Later<T>(String why) implements Writing<T> {}

  /**
   * Nothing of its kind can be encoded, whatever it says, until the registry or the settings are
   * changed: the registry refuses the schema, or the serde does not fit.
   */
  record Refused<T>(String why) implements Writing<T> {}

  /** It can never be encoded, though others of its kind can. */
  record Never<T>(String why) implements Writing<T> {}
}
