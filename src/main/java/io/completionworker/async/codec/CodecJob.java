// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.codec;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A job of {@link CodecThread}: one value to decode or encode. */
abstract class CodecJob {

  /** Whether a value is decoded or encoded. */
  enum Kind {
    DECODE,
    ENCODE
  }

  final Kind kind;
  final BooleanSupplier wanted;

  /** The group of jobs that wait for the same thing, or null. Used by {@link DeferredJobs} only. */
  DeferredJobs.@Nullable Group group;

  /** Whether the job is tried on behalf of its group. Used by {@link DeferredJobs} only. */
  boolean probe;

  /**
   * @param wanted whether the result is still needed; asked on the loop before the job is tried
   *     again
   */
  CodecJob(Kind kind, BooleanSupplier wanted) {
    this.kind = kind;
    this.wanted = wanted;
  }

  /** Does the job, on the loop or on the codec thread. */
  abstract void run();
}
