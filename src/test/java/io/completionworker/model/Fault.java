// SPDX-License-Identifier: Apache-2.0
package io.completionworker.model;

/** Mistakes that a worker could make, each planted on purpose to see that it is caught. */
public enum Fault {
  /** A flight ends when its outcome is forwarded, not when that is committed. */
  FORGOTTEN_AT_FORWARD,
  /** The end of an aborted transaction is taken for a commit. */
  FORGOTTEN_AT_ABORT,
  /** A commit ends the flights of what other stream threads have forwarded. */
  FORGOTTEN_AT_ANOTHERS_COMMIT,
  /** An outcome that is dropped ends its flight, though the first one is not committed yet. */
  FORGOTTEN_WITH_A_COPY,
  /** Calls go on as long as the stream thread runs, although nothing is committed. */
  LEASE_BY_THREAD,
  /** After a stall outcomes are forwarded before the thread has polled. */
  EMITTED_BEFORE_THE_POLL,
  /** Outcomes are forwarded without a look whether their request is still pending. */
  EMITTED_WITHOUT_LOOKING,
  /** The store is written with the transaction after the one that commits the offset. */
  STORED_TOO_LATE,
  /** A request is deleted from the store outside of the transaction. */
  DELETED_OUTSIDE,
  /** A task that starts looks only at the topic, not at its store. */
  STORE_NOT_RECOVERED,
  /** A task takes the flight of another partition that has the same offset for its own. */
  ADOPTED_BY_OFFSET,
  /** The queue of a task outlives the transaction that was aborted. */
  QUEUE_KEPT_AT_ABORT,
  /** The offset of what was read is committed, not that of the oldest open request. */
  OFFSET_NOT_LOWERED,
  /** What is done is marked in the transaction after that of the outcome. */
  MARKED_TOO_LATE,
  /** A task that starts has none of the marks. */
  MARKS_NOT_RECOVERED
}
