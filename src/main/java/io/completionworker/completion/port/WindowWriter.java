// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion.port;

import io.completionworker.avro.UsageWindow;

/** Encodes usage windows into output records. */
@FunctionalInterface
public interface WindowWriter {

  /**
   * Encodes a window. Runs on the codec thread, and may block on the registry for a bounded time.
   * Never throws.
   */
  EncodingResult<byte[]> write(UsageWindow window);
}
