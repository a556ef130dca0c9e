// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.limits;

import java.io.PrintStream;

/** One thing to find out. */
@FunctionalInterface
interface Scenario {

  /** Finds it out, prints it, and says whether what is promised was kept. */
  boolean run(PrintStream out);
}
