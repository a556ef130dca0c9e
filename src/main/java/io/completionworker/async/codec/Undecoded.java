// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.codec;

import io.completionworker.completion.SourceRecord;

/** A request that is not decoded, or is to be decoded again. */
public interface Undecoded {

  /** Returns the size of the record in bytes; 0 if it was decoded already. Loop. */
  long size();

  /** Returns the record with its bytes. Loop or codec thread. */
  SourceRecord whole();

  /** Whether another process or task had accepted it before. */
  boolean recovered();
}
