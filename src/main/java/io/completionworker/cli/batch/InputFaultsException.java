// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.batch;

import java.util.List;

/**
 * The input of a command is wrong, such as a file; each fault is a line. Nothing was published or
 * written.
 */
public final class InputFaultsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<String> lines;

  /** Reports these faults. */
  public InputFaultsException(List<String> lines) {
    super(String.join("; ", lines));
    this.lines = List.copyOf(lines);
  }

  /** One line for each fault. */
  public List<String> lines() {
    return lines;
  }
}
