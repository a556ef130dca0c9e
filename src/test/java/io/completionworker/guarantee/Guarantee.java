// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.UsageWindow;

/** A promise that is watched during a run and asked at its end. Called by one thread at a time. */
interface Guarantee {

  /**
   * A committed outcome.
   *
   * @param kind {@code response}, or the reason of a failure, or {@code dead letter}
   */
  record Ended(int request, String key, String topic, int partition, String kind) {}

  /**
   * A call that the endpoint got.
   *
   * @param caller the instance
   * @param answered whether it gets a good answer, unless the caller goes away
   * @param nanos when, as {@link System#nanoTime()} has it
   */
  record Call(int request, String caller, boolean answered, long nanos) {}

  /** What a process holds after a collection. */
  record Footprint(long pid, long heapBytes, int threads) {}

  /** A request was handed to the producer. */
  default void published(int request) {}

  /** The endpoint was called. */
  default void called(Call call) {}

  /** An outcome was read. */
  default void ended(Ended outcome) {}

  /** A usage row was read. */
  default void used(CompletionUsage row) {}

  /** A revision of a usage window was read. */
  default void summed(String key, UsageWindow window) {}

  /** Something begins that may abort transactions or move partitions, once. */
  default void disturbed() {}

  /** All that was disturbed works again. */
  default void settled() {}

  /** An instance was measured. */
  default void measured(Footprint footprint) {}

  /** Whether all was seen that has to come, outcomes aside. */
  default boolean complete() {
    return true;
  }

  /**
   * Asks for it, at the end.
   *
   * @throws AssertionError when it was not kept
   */
  void check();
}
