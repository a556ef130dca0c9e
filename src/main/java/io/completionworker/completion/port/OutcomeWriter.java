// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion.port;

import io.completionworker.completion.Emission;
import io.completionworker.completion.Expense;
import io.completionworker.completion.Outcome;
import org.jspecify.annotations.Nullable;

/** Turns outcomes, and usage rows that come before them, into encoded output records. */
public interface OutcomeWriter {

  /**
   * Encodes an outcome, within the size bounds. Runs on the codec thread and may block on the
   * registry for a bounded time; never throws.
   */
  Writing write(Outcome outcome);

  /** Encodes the usage row of an attempt that did not end its request; as above. */
  Writing write(Expense expense);

  /** What became of an outcome. */
  sealed interface Writing {

    /**
     * Ready to be forwarded.
     *
     * @param leftOut what of it can never be encoded and is left out, in one line without what it
     *     says; null when nothing is
     */
    record Written(Emission emission, @Nullable String leftOut) implements Writing {

      /** All of it. */
      public Written(Emission emission) {
        this(emission, null);
      }
    }

    /** It cannot be encoded now, but may be later: the registry is out of reach. */
    record Later(String why) implements Writing {}

    /**
     * Nothing of its kind can be encoded, whatever it says, until the registry or the settings are
     * changed: the registry refuses the schema, or the serde does not fit.
     */
    record Refused(String why) implements Writing {}

    /** It can never be encoded, though others of its kind can. */
    record Never(String why) implements Writing {}
  }
}
