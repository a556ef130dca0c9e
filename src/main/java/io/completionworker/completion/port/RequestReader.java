// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion.port;

import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.SourceRecord;
import java.util.function.UnaryOperator;

/** Decodes accepted records into calls. */
@FunctionalInterface
public interface RequestReader {

  /**
   * Decodes and validates a record. Runs on the dispatcher's thread, or on the codec thread, where
   * it may block on the registry for a bounded time. Never throws.
   *
   * @param recovered whether the record was found in the store after a crash or a lost partition
   */
  Reading read(SourceRecord source, boolean recovered);

  /** The result of reading a record. */
  sealed interface Reading {

    /** Returns the same, with the call changed if there is one. */
    default Reading with(UnaryOperator<CompletionCall> change) {
      return this instanceof Ready ready ? new Ready(change.apply(ready.call())) : this;
    }

    /** A valid call. */
    record Ready(CompletionCall call) implements Reading {}

    /** The record is not a valid call, so its request has ended. */
    record Ended(Outcome outcome) implements Reading {}

    /**
     * The record cannot be read now, because the registry cannot be reached. It may be readable
     * later.
     */
    record Later(String why) implements Reading {}

    /**
     * The registry does not know the schema yet. A registry that is copied from another one may get
     * the schema seconds after the records were published.
     *
     * @param schema name of the schema in the record
     * @param otherwise the outcome if the schema never arrives
     */
    record Unknown(String schema, Outcome otherwise) implements Reading {}
  }
}
