// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tokens;

import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Where the encodings of models come from. */
@FunctionalInterface
interface Encodings {

  /** Knows no encoding. */
  Encodings NONE = family -> null;

  /** Counts the tokens of a text as models of this family do; null when that is not known. */
  @Nullable ToIntFunction<String> of(ModelFamily family);
}
