// SPDX-License-Identifier: Apache-2.0
package io.completionworker.architecture.planted.metrics;

/** Only the root ends the process. */
public final class Exits {
  /** Ends the process. */
  public static void planted() {
    System.exit(1);
  }
}
