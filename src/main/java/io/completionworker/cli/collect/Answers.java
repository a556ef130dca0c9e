// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.collect;

import java.io.Closeable;
import java.io.IOException;

/** Where answers are written. */
interface Answers extends Closeable {

  /** Adds the answer of a line that had none. */
  void put(long line, byte[] row) throws IOException;

  /** Makes all that was put last, and says how long its file is. */
  long force() throws IOException;
}
