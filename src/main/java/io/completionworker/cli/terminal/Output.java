// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.terminal;

import java.util.Locale;

/** How a command prints its result. */
public enum Output {
  /** For people. */
  TEXT,
  /** One JSON object, or one a line, for scripts. */
  JSON;

  /** As it is written on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
