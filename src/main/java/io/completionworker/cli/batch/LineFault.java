// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.batch;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Why a line cannot be published, or what is striking about it.
 *
 * @param line from 1; the first with this fault
 * @param reason names a field; quotes nothing of a prompt
 * @param more how many other lines have the same fault
 * @param next the first of those
 */
public record LineFault(long line, String reason, long more, List<Long> next) {

  @Override
  public String toString() {
    String fault = "line " + line + ": " + reason;
    if (more == 0) {
      return fault;
    }
    return fault
        + "; the same in "
        + more
        + (more == 1 ? " more line: " : " more lines: ")
        + next.stream().map(String::valueOf).collect(Collectors.joining(", "))
        + (more > next.size() ? ", ..." : "");
  }
}
