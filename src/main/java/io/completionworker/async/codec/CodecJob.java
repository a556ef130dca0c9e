// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.codec;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A job for the codec thread: one value to decode or encode. */
abstract class CodecJob {

  final BooleanSupplier wanted;

  /** The group of jobs that wait for the same thing, or null. Used by {@link DeferredJobs} only. */
  DeferredJobs.@Nullable Group group;

  /** Whether the job is tried on behalf of its group. Used by {@link DeferredJobs} only. */
  boolean probe;

  /**
   * @param wanted whether the result is still needed; asked on the loop before the job is tried
   *     again
   */
  CodecJob(BooleanSupplier wanted) {
    this.wanted = wanted;
  }

  /** Does the job, on the codec thread. */
  abstract void run();
}
