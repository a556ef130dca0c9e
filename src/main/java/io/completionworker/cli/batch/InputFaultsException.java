// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.batch;

import java.util.List;

/** What was given cannot be published; every fault is a line, and nothing was published. */
public final class InputFaultsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<String> lines;

  /** These faults. */
  public InputFaultsException(List<String> lines) {
    super(String.join("; ", lines));
    this.lines = List.copyOf(lines);
  }

  /** One line for each fault. */
  public List<String> lines() {
    return lines;
  }
}
