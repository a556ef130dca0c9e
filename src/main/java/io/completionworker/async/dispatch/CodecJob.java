// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One thing to decode or encode, until it is done. */
abstract class CodecJob {

  final BooleanSupplier wanted;

  /** What it waits for, and whether it was tried for all that do; {@link ParkedJobs} only. */
  ParkedJobs.@Nullable Group group;

  boolean probe;

  /**
   * @param wanted whether it is still needed; asked on the loop before it is tried again
   */
  CodecJob(BooleanSupplier wanted) {
    this.wanted = wanted;
  }

  /** On the codec thread. */
  abstract void run();
}
