// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion.port;

import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.SourceRecord;

/** Turns accepted bytes into a call. */
@FunctionalInterface
public interface RequestReader {

  /**
   * Decodes and validates. Runs on the codec thread and may block on the registry for a bounded
   * time; never throws.
   *
   * @param recovered whether the record was found in the store after a crash or a lost partition
   */
  Reading read(SourceRecord source, boolean recovered);

  /** What became of a record. */
  sealed interface Reading {

    /** A valid call. */
    record Ready(CompletionCall call) implements Reading {}

    /** No call can be made of it. */
    record Ended(Outcome outcome) implements Reading {}

    /** It cannot be read now, but may be later: the registry is out of reach. */
    record Later(String why) implements Reading {}

    /**
     * The registry does not know its schema, and may learn of it: a registry that is copied from
     * another one does so seconds after the records came.
     *
     * @param schema what the record calls it
     * @param otherwise its outcome, should the schema never come
     */
    record Unknown(String schema, Outcome otherwise) implements Reading {}
  }
}
